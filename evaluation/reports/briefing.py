"""The briefing: one printable page of findings, each with its picture and table, and nothing from outside."""

import base64
from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from django.utils import translation
from django.utils.translation import gettext as _

from evaluation.reports.charts import style, words
from evaluation.reports.charts.edition import charts_of
from surveys.core.text import localized

CSS = """
body { font: 16px/1.6 system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; color: #1a2029;
  max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; line-height: 1.3; } h2 { font-size: 1.15rem; margin-top: 2rem; }
table { border-collapse: collapse; width: 100%; font-size: .85rem; font-variant-numeric: tabular-nums; }
th, td { text-align: left; border-bottom: 1px solid #e2ddd2; padding: .25rem .5rem; vertical-align: top; }
td.n, th.n { text-align: right; } figure { margin: 1rem 0; break-inside: avoid; } img { max-width: 100%; }
.note { color: #5b646f; font-size: .85rem; }
@media print { body { margin: 0; max-width: none; } @page { size: A4; margin: 16mm; } tr { break-inside: avoid; } }
"""


def briefing(pages: Mapping[str, Any], charts: Mapping[str, bytes], language: str) -> bytes:
    """A self-contained HTML file; pictures are inside it."""
    with translation.override(language):
        drawn = charts_of(pages, language, wide=True)
        title = localized(pages["cycle"]["names"], language)
        parts = [
            f'<!doctype html><html lang="{style.LANG_TAGS[language]}"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width">',
            f"<title>{escape(title)}</title><style>{CSS}</style></head><body>",
            f"<h1>{escape(title)}</h1>",
            _opening(pages, language),
        ]
        for name, chart in drawn.items():
            picture = base64.b64encode(charts[f"{name}-wide.svg"]).decode()
            parts.append(
                f'<figure><img alt={quoteattr(chart.alt)} src="data:image/svg+xml;base64,{picture}"></figure>'
            )
        parts += [
            f"<h2>{escape(_('All places'))}</h2>",
            _table(pages, language),
            _closing(pages),
            "</body></html>",
        ]
        return "\n".join(parts).encode()


def _opening(pages: Mapping[str, Any], language: str) -> str:
    told = (
        [_("Synthetic data: made up to try the system. No real organisation is rated.")]
        if (pages["cycle"]["is_synthetic"])
        else []
    )
    told += [localized(note, language) for note in pages["cycle"]["notes"]]
    span = f"{pages['cycle']['starts_on']} – {pages['cycle']['ends_on']}"
    told.append(_("Period: %(span)s.") % {"span": span})
    return "".join(f"<p>{escape(text)}</p>" for text in told if text)


def _table(pages: Mapping[str, Any], language: str) -> str:
    heads = [
        (_("Place"), "n"),
        (_("Possible place"), "n"),
        (_("Unit"), ""),
        (_("Score"), "n"),
        (_("Remark"), ""),
    ]
    head = "".join(f'<th scope="col" class="{kind}">{escape(text)}</th>' for text, kind in heads)
    rows = []
    for row in pages["ranking"]:
        possible = "" if row["lower"] is None else words.span(row["lower"], row["upper"])
        cells = (
            (words.fixed(row["rank"]) if row["rank"] is not None else "–", "n"),
            (possible, "n"),
            (localized(row["names"], language), ""),
            ("" if row["score"] is None else words.fixed(row["score"], 1), "n"),
            (localized(row["reason"], language), ""),
        )
        rows.append("".join(f'<td class="{kind}">{escape(text)}</td>' for text, kind in cells))
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _closing(pages: Mapping[str, Any]) -> str:
    edition = pages["edition"]
    told = _("Scheme %(scheme)s. Result %(digest)s. Code %(code)s.") % {
        "scheme": f"{pages['scheme']['code']} {pages['scheme']['version']}",
        "digest": edition["result_digest"][:16], "code": edition["code_version"],
    }  # fmt: skip
    return f'<p class="note">{escape(told)}</p>'
