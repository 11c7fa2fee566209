"""A memo as a Word document on A4: fonts by language, repeated table heads, page numbers, the same bytes each time."""

import io
from typing import Any
from unicodedata import east_asian_width

from docx import Document
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Emu, Pt, RGBColor

from evaluation.reports.memo import Block, Figure, Heading, Memo, Paragraph, TextTable
from surveys.core.workbooks.writing import EPOCH, repack

LATIN = "Calibri"
EAST_ASIAN = {"zh-hans": "Microsoft YaHei", "zh-hant": "Microsoft JhengHei", "en": "Microsoft YaHei"}
LANG = {"zh-hans": "zh-CN", "zh-hant": "zh-TW", "en": "zh-CN"}
INK, MUTED, ACCENT = RGBColor(0x1A, 0x20, 0x29), RGBColor(0x5B, 0x64, 0x6F), RGBColor(0x2C, 0x40, 0x96)
RULE, HEAD_RULE = "E2DDD2", "1A2029"
WIDTH = Cm(17)
WIDEST = 40
"""Half-width places beyond which a column breaks its lines."""
PADDING = 5
"""Half-width places that the margins of a cell take."""
ILLEGAL = dict.fromkeys([*range(9), 11, 12, *range(14, 32)])


def to_docx(memo: Memo) -> bytes:
    """The document's bytes; equal memos give equal bytes."""
    document = Document()
    _page(document, memo)
    for name, size, colour in (("Normal", 10.5, INK), ("Title", 20, INK), ("Heading 1", 14, INK)):
        _style(document.styles[name], memo.language, size, colour)
    document.add_paragraph(_clean(memo.title), style="Title")
    for block in memo.blocks:
        _block(document, block)
    out = io.BytesIO()
    document.save(out)
    return repack(out.getvalue())


def _clean(text: str) -> str:
    """Text without the control characters that XML does not know."""
    return text.translate(ILLEGAL)


def _page(document: Any, memo: Memo) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2)
    section.top_margin = section.bottom_margin = Cm(1.8)
    told = document.core_properties
    told.title, told.author, told.last_modified_by, told.comments = memo.title[:255], "", "", ""
    told.created = told.modified = EPOCH
    told.language = LANG[memo.language] if memo.language != "en" else "en-GB"
    footer = section.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        run = footer.add_run()
        run.font.size, run.font.color.rgb = Pt(9), MUTED
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        else:
            part.text = text
        run._r.append(part)


def _style(style: Any, language: str, size: float, colour: RGBColor) -> None:
    """Own fonts for Latin and Chinese, so that each script has its glyph forms."""
    style.font.name, style.font.size, style.font.color.rgb = LATIN, Pt(size), colour
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{name}"), None)
    fonts.set(qn("w:ascii"), LATIN)
    fonts.set(qn("w:hAnsi"), LATIN)
    fonts.set(qn("w:eastAsia"), EAST_ASIAN[language])
    lang = OxmlElement("w:lang")
    lang.set(qn("w:val"), "en-GB")
    lang.set(qn("w:eastAsia"), LANG[language])
    style.element.rPr.append(lang)


def _block(document: Any, block: Block) -> None:
    if isinstance(block, Heading):
        document.add_paragraph(_clean(block.text), style="Heading 1")
    elif isinstance(block, Paragraph):
        run = document.add_paragraph().add_run(_clean(block.text))
        if block.is_note:
            run.font.size, run.font.color.rgb = Pt(9), MUTED
    elif isinstance(block, Figure):
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.keep_together = True
        picture = paragraph.add_run().add_picture(io.BytesIO(block.png), width=WIDTH)
        picture._inline.docPr.set("descr", _clean(block.alt))
    else:
        _table(document, block)


def _table(document: Any, table: TextTable) -> None:
    """Hairlines between rows, one ink rule under the head, which repeats on every page."""
    grid = document.add_table(rows=1, cols=len(table.heads))
    grid.alignment = WD_TABLE_ALIGNMENT.LEFT
    grid.autofit = False
    widths = _widths(table)
    for column, width in zip(grid.columns, widths, strict=True):
        column.width = width
    _row(grid.rows[0], table.heads, table.right, widths, rule=HEAD_RULE, is_head=True)
    repeat = OxmlElement("w:tblHeader")
    grid.rows[0]._tr.get_or_add_trPr().append(repeat)
    for texts in table.rows:
        _row(grid.add_row(), texts, table.right, widths, rule=RULE)
    document.add_paragraph().paragraph_format.space_after = Pt(0)


def _widths(table: TextTable) -> list[int]:
    """Columns as wide as their longest text asks for, up to a line of about twenty Chinese characters."""
    longest = [
        PADDING + min(max(_breadth(row[i]) for row in (table.heads, *table.rows)), WIDEST)
        for i in range(len(table.heads))
    ]
    return [Emu(WIDTH * n // sum(longest)) for n in longest]


def _breadth(text: str) -> int:
    """Half-width places a text takes: a Chinese character takes two."""
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)


def _row(
    row: Any,
    texts: tuple[str, ...],
    right: frozenset[int],
    widths: list[int],
    *,
    rule: str,
    is_head: bool = False,
) -> None:
    for i, (cell, text, width) in enumerate(zip(row.cells, texts, widths, strict=True)):
        cell.width, cell.vertical_alignment = width, WD_CELL_VERTICAL_ALIGNMENT.CENTER
        paragraph = cell.paragraphs[0]
        paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(2)
        if i in right:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        run = paragraph.add_run(_clean(text))
        run.font.size, run.font.bold = Pt(9), is_head
        borders = OxmlElement("w:tcBorders")
        bottom = OxmlElement("w:bottom")
        for key, value in (
            ("val", "single"),
            ("sz", "8" if is_head else "4"),
            ("space", "0"),
            ("color", rule),
        ):
            bottom.set(qn(f"w:{key}"), value)
        borders.append(bottom)
        cell._tc.get_or_add_tcPr().append(borders)
    keep = OxmlElement("w:cantSplit")
    row._tr.get_or_add_trPr().append(keep)
