"""Reads workbooks and delimited text into clean rows, gathering every error with its cell and its remedy."""

import io
from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from surveys.core.digests import file_digest
from surveys.core.text import localized
from surveys.core.workbooks.cells import CellProblemError
from surveys.core.workbooks.columns import CellError, Reading, Row, Sheet, letter
from surveys.core.workbooks.delimited import decode, records
from surveys.core.workbooks.guard import SheetFacts, sheets_of
from surveys.core.workbooks.headings import Findings, Place, Plan, RawSheet, Record, match_sheets, plan, title
from surveys.core.workbooks.preflight import FileRefusedError, Limits, inspect

MEMO = 20_000


def _open(content: bytes, file_name: str, sheets: Sequence[Sheet], limits: Limits) -> list[RawSheet]:
    infos = inspect(content, limits)
    if infos is None:
        titles = frozenset(name for sheet in sheets for column in sheet.columns for name in column.names())
        text = decode(content, titles).text
        return [RawSheet("", enumerate(records(text, file_name), 1), SheetFacts(""))]
    facts = sheets_of(content, infos, limits)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    except (CalamineError, OSError, ValueError) as error:
        raise _damaged("") from error
    return [RawSheet(fact.name, _rows_of(book, fact.name), fact) for fact in facts]


def _damaged(sheet: str) -> FileRefusedError:
    message = _("The workbook is damaged and cannot be opened.")
    return FileRefusedError("zip_broken", message, _("Save the table again as .xlsx."), sheet=sheet)


def _rows_of(book: CalamineWorkbook, name: str) -> Iterator[Record]:
    try:
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except (CalamineError, OSError, ValueError) as error:
        raise _damaged(name) from error
    yield from enumerate(rows, 1)


def _unseen(facts: SheetFacts, reading: Plan, findings: Findings) -> None:
    """Refuse what a reader of the sheet cannot see: hidden sheets and rows; note hidden columns."""
    if facts.hidden:
        message, fix = _("The sheet is hidden."), _("Unhide it, or delete it.")
        findings.error(CellError(reading.label, 0, "", "hidden_sheet", message, fix))
    for row in sorted(facts.hidden_rows):
        if row > reading.header_row:
            message, fix = _("The row is hidden but holds values."), _("Unhide the row, or delete it.")
            findings.error(CellError(reading.label, row, "", "hidden_row", message, fix))
    for place in reading.places:
        if place.index in facts.hidden_columns:
            message = _("The column “%(title)s” is hidden; its values are taken.") % {
                "title": title(place.column)
            }
            fix = _("Unhide the column and look at its values.")
            findings.warn(CellError(reading.label, 0, letter(place.index), "hidden_column", message, fix))
    for top, left, bottom, _right in facts.merged:
        if bottom > reading.header_row or (top <= reading.header_row <= bottom):
            message = _("Cells are merged, so it is not clear to which row the value belongs.")
            fix = _("Unmerge the cells and write the value in each row.")
            findings.error(CellError(reading.label, top, letter(left), "merged_cells", message, fix))


def _unreadable(facts: SheetFacts, reading: Plan, findings: Findings) -> None:
    """Refuse formulas and error values in the columns that are taken: read as values they would be empty."""
    taken = {place.index for place in reading.places}
    if facts.has_more_formulas:
        for index in sorted(taken & facts.formula_columns):
            _formula(reading, 0, index, findings)
    for row, index in sorted(facts.formulas):
        if row > reading.header_row and index in taken:
            _formula(reading, row, index, findings)
    for index in sorted(taken):
        for row in sorted(facts.errors.get(index, ())):
            if row > reading.header_row and (row, index) not in facts.formulas:
                message, fix = _("The cell shows an error instead of a value."), _("Write the value.")
                findings.error(CellError(reading.label, row, letter(index), "cell_error", message, fix))


def _formula(reading: Plan, number: int, index: int, findings: Findings) -> None:
    message = _("The cell holds a formula; only values can be checked and kept.")
    fix = _("Copy the column and paste it as values.")
    findings.error(CellError(reading.label, number, letter(index), "formula", message, fix))


def _value(place: Place, raw: Any, number: int, reading: Plan, findings: Findings) -> Any:
    """Convert one filled cell, or note the error and give None."""
    if isinstance(raw, str) and not raw.strip():
        return _empty(place, number, reading, findings)
    try:
        value = place.convert(raw)
    except CellProblemError as problem:
        findings.error(
            CellError(reading.label, number, letter(place.index), problem.code, str(problem), problem.fix)
        )
        return None
    if isinstance(raw, str):
        if len(place.memo) >= MEMO:
            place.memo.clear()
        place.memo[raw] = value
    return value


def _empty(place: Place, number: int, reading: Plan, findings: Findings) -> None:
    if place.column.required:
        message = _("“%(title)s” is empty.") % {"title": title(place.column)}
        fix = _("Write a value, or delete the row.")
        findings.error(CellError(reading.label, number, letter(place.index), "required", message, fix))


def _surplus(cells: Sequence[Any], width: int, number: int, reading: Plan, findings: Findings) -> None:
    if any(cell not in {None, ""} for cell in cells[width:]):
        message = _("The row has more values than there are headings.")
        fix = _("Check for a stray separator or value at the end of the row.")
        findings.error(CellError(reading.label, number, letter(width), "too_many_values", message, fix))


def _clean_rows(sheet: Sheet, raw: RawSheet, findings: Findings) -> Iterator[Row]:
    planned = plan(sheet, raw, findings)
    if planned is None:
        return
    reading, below = planned
    _unseen(raw.facts, reading, findings)
    _unreadable(raw.facts, reading, findings)
    formulas, errors, letters = raw.facts.formulas, raw.facts.errors, reading.letters
    blank = dict.fromkeys(column.key for column in sheet.columns)
    steps = [(place.index, place.column.key, place.memo, place) for place in reading.places]
    width = 0 if raw.name else reading.width
    for number, cells in below:
        if not any(cell not in {None, ""} for cell in cells):
            continue
        values: dict[str, Any] = blank.copy()
        n_cells = len(cells)
        for index, key, memo, place in steps:
            cell = cells[index] if index < n_cells else None
            if cell is None or cell == "":
                if (number, index) not in formulas and number not in errors.get(index, ()):
                    _empty(place, number, reading, findings)
            elif cell.__class__ is str and cell in memo:
                values[key] = memo[cell]
            else:
                values[key] = _value(place, cell, number, reading, findings)
        if width and n_cells > width:
            _surplus(cells, width, number, reading, findings)
        yield Row(number, values, reading.label, letters)


def _found(content: bytes, file_name: str, sheets: Sequence[Sheet], limits: Limits) -> dict[str, RawSheet]:
    raws = _open(content, file_name, sheets, limits)
    found = match_sheets(raws, sheets, file_name)
    absent = [sheet for sheet in sheets if sheet.key not in found and (sheet.required or not found)]
    if absent:
        names = ", ".join(localized(sheet.titles) or sheet.key for sheet in absent)
        raise FileRefusedError(
            "no_sheet",
            _("A sheet is missing, or its columns are not the expected ones: %(names)s.") % {"names": names},
            _("Start from the template and keep the names of its sheets and columns."),
        )
    return found


def _refused(error: FileRefusedError, findings: Findings) -> None:
    findings.error(CellError(error.sheet, error.row, "", error.code, str(error), error.fix))


def stream_rows(
    content: bytes, file_name: str, sheet: Sheet, findings: Findings, limits: Limits | None = None
) -> Iterator[Row]:
    """The rows of one sheet as they are read; look into `findings` after the last."""
    try:
        found = _found(content, file_name, [sheet], limits or Limits())
        yield from _clean_rows(sheet, found[sheet.key], findings)
    except FileRefusedError as error:
        _refused(error, findings)


def read_sheets(
    content: bytes, file_name: str, sheets: Sequence[Sheet], limits: Limits | None = None
) -> Reading:
    """Read every wanted sheet; all errors at once. With errors, the rows must not be used."""
    findings = Findings()
    rows: dict[str, list[Row]] = {sheet.key: [] for sheet in sheets}
    try:
        found = _found(content, file_name, sheets, limits or Limits())
        for sheet in sheets:
            if sheet.key in found:
                rows[sheet.key] = list(_clean_rows(sheet, found[sheet.key], findings))
        if not findings.errors and not any(rows.values()):
            message, fix = _("The file holds no rows."), _("Fill in at least one row below the headings.")
            findings.error(CellError("", 0, "", "no_rows", message, fix))
    except FileRefusedError as error:
        _refused(error, findings)
    return Reading(rows, findings.errors, findings.warnings, file_digest(content))
