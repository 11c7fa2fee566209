"""Writes workbooks and CSV that are safe to open and the same bytes each time."""

import csv
import datetime as dt
import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from surveys.core.text import localized
from surveys.core.workbooks.columns import Column, Sheet, letter

EPOCH = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
ZIP_TIME = (2000, 1, 1, 0, 0, 0)
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
MAX_TEXT = 32_767
HEAD = Font(bold=True)
HEAD_FILL = PatternFill("solid", fgColor="FFEDEAE2")
RULE = Border(bottom=Side(style="medium", color="FF1A2029"))
FORMATS = {"date": "yyyy-mm-dd", "datetime": "yyyy-mm-dd hh:mm", "text": "@", "choice": "@"}
TEMPLATE_ROWS = 2000


def cell_value(value: Any) -> Any:
    """A value as Excel stores it: naive local times, no illegal characters, nothing that is not a cell."""
    if isinstance(value, dt.datetime) and value.tzinfo:
        return timezone.localtime(value).replace(tzinfo=None)
    if value is None or isinstance(value, bool | int | float | Decimal | dt.date | dt.time):
        return value
    return ILLEGAL_CHARACTERS_RE.sub("", str(value))[:MAX_TEXT]


def text_cell(ws: Worksheet, row: int, col: int, value: Any) -> Cell:
    """Write a value so that no text is ever taken for a formula, whatever it begins with."""
    cell = ws.cell(row=row, column=col)
    clean = cell_value(value)
    cell.value = clean
    if isinstance(clean, str):
        cell.data_type = "s"
        cell.quotePrefix = clean.startswith(FORMULA_STARTS)
    return cell  # type: ignore[return-value]


def save_workbook(wb: Workbook) -> bytes:
    """The workbook's bytes: equal content gives equal bytes (fixed dates, order and zip times)."""
    wb.properties.created = EPOCH.replace(tzinfo=None)
    wb.properties.modified = EPOCH.replace(tzinfo=None)
    raw = io.BytesIO()
    wb.save(raw)
    return repack(raw.getvalue())


def repack(content: bytes) -> bytes:
    """The same zip with fixed times and the modified date of core.xml fixed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(out, "w") as target:
        for item in source.infolist():
            data = source.read(item)
            if item.filename == "docProps/core.xml":
                data = _fixed_dates(data)
            info = zipfile.ZipInfo(item.filename, ZIP_TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            info.create_system = 3
            target.writestr(info, data, compresslevel=6)
    return out.getvalue()


def _fixed_dates(core: bytes) -> bytes:
    stamp = EPOCH.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    for tag in (b"created", b"modified"):
        head, found, rest = core.partition(b"<dcterms:" + tag)
        if found:
            attributes, _gt, body = rest.partition(b">")
            core = head + found + attributes + b">" + stamp + body[body.index(b"<") :]
    return core


def _heading(ws: Worksheet, columns: Sequence[Column], language: str) -> None:
    for index, column in enumerate(columns, 1):
        cell = text_cell(ws, 1, index, localized(column.titles, language) or column.key)
        cell.font, cell.fill, cell.border = HEAD, HEAD_FILL, RULE
        cell.alignment = Alignment(wrap_text=True, vertical="bottom")
        ws.column_dimensions[letter(index - 1)].width = 30 if column.kind == "text" else 16
        ws.column_dimensions[letter(index - 1)].number_format = FORMATS.get(column.kind, "General")
    ws.freeze_panes = "A2"


def _choices(column: Column, language: str) -> list[tuple[str, str]]:
    pairs = [choice if isinstance(choice, tuple) else (choice, choice) for choice in column.choices]
    return [
        (str(code), localized(name, language) if isinstance(name, Mapping) else str(name))
        for code, name in pairs
    ]


def _validate(ws: Worksheet, index: int, column: Column, language: str) -> None:
    words = [name for _code, name in _choices(column, language)]
    if column.kind == "yesno":
        words = [_("yes"), _("no")]
    listed = '"' + ",".join(words) + '"'
    if not words or len(listed) > 255 or any("," in word or '"' in word for word in words):
        return
    rule = DataValidation(type="list", formula1=listed, allow_blank=not column.required)
    rule.add(f"{letter(index - 1)}2:{letter(index - 1)}{TEMPLATE_ROWS}")
    ws.add_data_validation(rule)


def _notes(wb: Workbook, sheets: Sequence[Sheet], language: str) -> None:
    ws = wb.create_sheet(_("Notes"))
    titles = (_("Sheet"), _("Column"), _("Key"), _("Needed"), _("Holds"), _("Note"))
    _heading(ws, [Column(title, {language: title}) for title in titles], language)
    kinds = {
        "text": _("text"),
        "integer": _("whole number"),
        "decimal": _("number"),
        "date": _("date, year-month-day"),
        "datetime": _("date and time"),
        "choice": _("one of the choices"),
        "yesno": _("yes or no"),
        "json": _("JSON"),
    }
    row = 2
    for sheet in sheets:
        for column in sheet.columns:
            listed = "; ".join(f"{code} = {name}" for code, name in _choices(column, language))
            hint = localized(column.hints, language)
            values = (
                localized(sheet.titles, language) or sheet.key,
                localized(column.titles, language) or column.key,
                column.key,
                _("yes") if column.required else _("no"),
                kinds[column.kind],
                "\n".join(part for part in (hint, listed) if part),
            )
            for index, value in enumerate(values, 1):
                text_cell(ws, row, index, value).alignment = Alignment(wrap_text=True, vertical="top")
            row += 1


def write_template(
    sheets: Sequence[Sheet],
    *,
    language: str,
    examples: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
) -> bytes:
    """A workbook to fill in: one sheet each with headings, choices and example rows, and a sheet of notes."""
    with override(language):
        wb = Workbook()
        wb.remove(wb.worksheets[0])
        for sheet in sheets:
            ws = wb.create_sheet((localized(sheet.titles, language) or sheet.key)[:31])
            _heading(ws, sheet.columns, language)
            for index, column in enumerate(sheet.columns, 1):
                _validate(ws, index, column, language)
            for number, example in enumerate((examples or {}).get(sheet.key, ()), 2):
                for index, column in enumerate(sheet.columns, 1):
                    value = example.get(column.key)
                    if value is not None:
                        cell = text_cell(ws, number, index, value)
                        cell.number_format = FORMATS.get(column.kind, "General")
        _notes(wb, sheets, language)
        return save_workbook(wb)


def write_rows(title: str, headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """A plain one-sheet workbook for exports of lists."""
    return write_grids([(title, headings, rows)])


def write_grids(sheets: Iterable[tuple[str, Sequence[str], Iterable[Sequence[Any]]]]) -> bytes:
    """A plain workbook: for each sheet its title, headings and rows."""
    wb = Workbook()
    wb.remove(wb.worksheets[0])
    for title, headings, rows in sheets:
        ws = wb.create_sheet(title[:31] or "1")
        _heading(ws, [Column(text, {"en": text}) for text in headings], "en")
        for number, row in enumerate(rows, 2):
            for index, value in enumerate(row, 1):
                text_cell(ws, number, index, value)
    return save_workbook(wb)


def csv_lines(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """CSV text line by line, with a BOM for Excel; a text that a spreadsheet would run gets an apostrophe."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    yield "\ufeff"
    writer.writerow([_safe(value) for value in headings])
    for record in rows:
        writer.writerow([_safe(value) for value in record])
        if buffer.tell() > 1 << 16:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def _safe(value: Any) -> Any:
    kind = type(value)
    if kind is str:  # nearly every value of a large file
        return "'" + value if value.startswith(FORMULA_STARTS) else value
    if kind is int:
        return value
    if isinstance(value, dt.datetime):
        return value.isoformat()
    if isinstance(value, str) or not isinstance(value, int | float | Decimal | dt.date | type(None)):
        text = str(value)
        return "'" + text if text.startswith(FORMULA_STARTS) else text
    return "" if value is None else value
