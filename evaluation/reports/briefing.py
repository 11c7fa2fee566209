"""The briefing of a run: findings, each with its picture, then the table of all places; as a page and as DOCX."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from evaluation.reports.charts import words
from evaluation.reports.charts.edition import charts_of
from evaluation.reports.memo import Block, Figure, Heading, Memo, Paragraph, TextTable
from surveys.core import numerals
from surveys.core.text import localized


def briefing_memo(pages: Mapping[str, Any], charts: Mapping[str, bytes], language: str) -> Memo:
    """The whole briefing of one run in one language."""
    with translation.override(language):
        title = localized(pages["cycle"]["names"], language)
        return Memo(language, title, tuple(result_blocks(pages, charts, language)))


def result_blocks(
    pages: Mapping[str, Any], charts: Mapping[str, bytes], language: str, most: int | None = None
) -> Iterator[Block]:
    """What a run found: the opening, its charts (the first `most`), all places, where it can be checked."""
    yield from (Paragraph(text) for text in _opening(pages, language))
    for name, chart in list(charts_of(pages, language, wide=True).items())[:most]:
        yield Figure(charts[f"{name}-wide.svg"], charts[f"{name}.png"], chart.alt)
    yield Heading(_("All places"))
    yield _places(pages, language)
    yield Paragraph(_closing(pages), is_note=True)


def _opening(pages: Mapping[str, Any], language: str) -> list[str]:
    told = (
        [_("Synthetic data: made up to try the system. No real organisation is rated.")]
        if (pages["cycle"]["is_synthetic"])
        else []
    )
    told += [localized(note, language) for note in pages["cycle"]["notes"]]
    first, last = (date.fromisoformat(pages["cycle"][end]) for end in ("starts_on", "ends_on"))
    told.append(_("Period: %(span)s.") % {"span": numerals.span(first, last, language)})
    return [text for text in told if text]


def _places(pages: Mapping[str, Any], language: str) -> TextTable:
    rows = []
    for row in pages["ranking"]:
        possible = "" if row["lower"] is None else words.span(row["lower"], row["upper"])
        rows.append(
            (
                words.fixed(row["rank"]) if row["rank"] is not None else "–",
                possible,
                localized(row["names"], language),
                "" if row["score"] is None else words.fixed(row["score"], 1),
                localized(row["reason"], language),
            )
        )
    heads = (_("Place"), _("Possible place"), _("Unit"), _("Score"), _("Remark"))
    return TextTable(heads, tuple(rows), frozenset({0, 1, 3}))


def _closing(pages: Mapping[str, Any]) -> str:
    edition = pages["edition"]
    return _("Scheme %(scheme)s. Result %(digest)s. Code %(code)s.") % {
        "scheme": f"{pages['scheme']['code']} {pages['scheme']['version']}",
        "digest": edition["result_digest"][:16], "code": edition["code_version"],
    }  # fmt: skip
