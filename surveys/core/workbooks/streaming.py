"""Writes a one-sheet workbook row by row in constant memory, however many rows there are."""

import datetime as dt
import re
import zipfile
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import IO, Any
from xml.sax.saxutils import escape

from django.utils import timezone

from surveys.core.workbooks.writing import FORMULA_STARTS

MAX_TEXT = 32_767
MAX_ROWS = 1_048_576
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
ZIP_TIME = (2000, 1, 1, 0, 0, 0)
EPOCH = dt.date(1899, 12, 30)
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
PARTS = {
    "[Content_Types].xml": (
        f'{HEAD}<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/xl/workbook.xml" ContentType='
        '"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
        '<Override PartName="/xl/styles.xml" ContentType='
        '"application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>'
        '<Override PartName="/xl/worksheets/sheet1.xml" ContentType='
        '"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>'
    ),
    "xl/styles.xml": (
        f'{HEAD}<styleSheet xmlns="{MAIN}"><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>'
        '<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm"/></numFmts>'
        '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
        '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
        '<fills count="3"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill><fill><patternFill patternType="solid">'
        '<fgColor rgb="FFEDEAE2"/></patternFill></fill></fills>'
        '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        '<cellXfs count="5"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
        '<xf numFmtId="0" fontId="1" fillId="2" borderId="0" xfId="0" applyFont="1" applyFill="1"/>'
        '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
        '<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
        '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" quotePrefix="1"/>'
        '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    ),
}  # fmt: skip
BLOCK = 500


def stream_workbook(
    target: IO[bytes], title: str, headings: Sequence[str], rows: Iterable[Sequence[Any]]
) -> int:
    """Write headings and rows as a workbook to `target`; returns how many rows. Equal rows give equal bytes."""
    name = escape(re.sub(r"[\[\]:*?/\\]", " ", title)[:31] or "1", {'"': "&quot;"})
    workbook = (
        f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
        f'<sheet name="{name}" sheetId="1" r:id="rId1"/></sheets></workbook>'
    )
    n = 0
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as book:
        for part, content in (*PARTS.items(), ("xl/workbook.xml", workbook)):
            book.writestr(_info(part), content)
        with book.open(_info("xl/worksheets/sheet1.xml"), "w", force_zip64=True) as sheet:
            sheet.write(_opening(headings).encode())
            block: list[str] = []
            for n, row in enumerate(rows, 1):
                if n >= MAX_ROWS:
                    raise OverflowError("a worksheet holds 1,048,575 rows below its headings")
                block.append(f"<row>{''.join([_cell(value) for value in row])}</row>")
                if len(block) == BLOCK:
                    sheet.write("".join(block).encode())
                    block.clear()
            sheet.write(("".join(block) + "</sheetData></worksheet>").encode())
    return n


def _info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, ZIP_TIME)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    info.create_system = 3
    return info


def _opening(headings: Sequence[str]) -> str:
    cells = "".join(f'<c s="1" t="inlineStr"><is><t>{_text(title)}</t></is></c>' for title in headings)
    return (
        f'{HEAD}<worksheet xmlns="{MAIN}"><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        f'<sheetFormatPr defaultRowHeight="15"/><cols><col min="1" max="{max(len(headings), 1)}" width="16"'
        f' customWidth="1"/></cols><sheetData><row>{cells}</row>'
    )


def _text(value: str) -> str:
    clean = ILLEGAL.sub("", value)[:MAX_TEXT] if not value.isascii() or not value.isprintable() else value
    return escape(clean[:MAX_TEXT]) if "&" in clean or "<" in clean or ">" in clean else clean[:MAX_TEXT]


def _cell(value: Any) -> str:
    if value is None or value == "":
        return "<c/>"
    if value.__class__ is str:
        style = ' s="4"' if value.startswith(FORMULA_STARTS) else ""
        return f'<c{style} t="inlineStr"><is><t xml:space="preserve">{_text(value)}</t></is></c>'
    if isinstance(value, bool):
        return f'<c t="b"><v>{int(value)}</v></c>'
    if isinstance(value, int | float | Decimal):
        return f"<c><v>{value}</v></c>"
    if isinstance(value, dt.datetime):
        local = timezone.localtime(value) if value.tzinfo else value
        seconds = local.hour * 3600 + local.minute * 60 + local.second
        return f'<c s="3"><v>{(local.date() - EPOCH).days + seconds / 86400:.6f}</v></c>'
    if isinstance(value, dt.date):
        return f'<c s="2"><v>{(value - EPOCH).days}</v></c>'
    return _cell(str(value))
