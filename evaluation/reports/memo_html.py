"""A memo as one printable page with nothing from outside."""

import base64
from xml.sax.saxutils import escape, quoteattr

from evaluation.reports.charts import style
from evaluation.reports.memo import Block, Figure, Heading, Memo, Paragraph, TextTable

CSS = """
body { font: 16px/1.6 system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; color: #1a2029;
  max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
:lang(zh-Hant) body, body:lang(zh-Hant) { font-family: system-ui, "PingFang TC", "Microsoft JhengHei",
  "Noto Sans CJK TC", sans-serif; }
h1 { font-size: 1.6rem; line-height: 1.3; } h2 { font-size: 1.15rem; margin-top: 2rem; break-after: avoid; }
table { border-collapse: collapse; width: 100%; font-size: .85rem; font-variant-numeric: tabular-nums; }
th, td { text-align: left; border-bottom: 1px solid #e2ddd2; padding: .25rem .5rem; vertical-align: top; }
td.n, th.n { text-align: right; } figure { margin: 1rem 0; break-inside: avoid; } img { max-width: 100%; }
.note { color: #5b646f; font-size: .85rem; }
@media print { body { margin: 0; max-width: none; } @page { size: A4; margin: 16mm; } tr { break-inside: avoid; } }
"""


def to_html(memo: Memo) -> bytes:
    """A self-contained file; pictures are inside it."""
    tag = style.LANG_TAGS[memo.language]
    parts = [
        f'<!doctype html><html lang="{tag}"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width">',
        f"<title>{escape(memo.title)}</title><style>{CSS}</style></head><body>",
        f"<h1>{escape(memo.title)}</h1>",
        *(_block(block) for block in memo.blocks),
        "</body></html>",
    ]
    return "\n".join(parts).encode()


def _block(block: Block) -> str:
    if isinstance(block, Heading):
        return f"<h2>{escape(block.text)}</h2>"
    if isinstance(block, Paragraph):
        return f"<p{' class=' + quoteattr('note') if block.is_note else ''}>{escape(block.text)}</p>"
    if isinstance(block, Figure):
        picture = base64.b64encode(block.svg).decode()
        return f'<figure><img alt={quoteattr(block.alt)} src="data:image/svg+xml;base64,{picture}"></figure>'
    return _table(block)


def _table(table: TextTable) -> str:
    def side(column: int) -> str:
        return ' class="n"' if column in table.right else ""

    head = "".join(f'<th scope="col"{side(i)}>{escape(text)}</th>' for i, text in enumerate(table.heads))
    body = "".join(
        "<tr>" + "".join(f"<td{side(i)}>{escape(text)}</td>" for i, text in enumerate(row)) + "</tr>"
        for row in table.rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
