"""Reads a workbook whose columns are not known beforehand: every sheet as rows of plain texts."""

import datetime as dt
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from surveys.core.workbooks.guard import sheets_of
from surveys.core.workbooks.preflight import FileRefusedError, Limits, inspect


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet: its headings as written, and its filled rows as (number in the sheet, heading -> text)."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[int, Mapping[str, str]], ...]


def read_grids(content: bytes, limits: Limits | None = None) -> dict[str, Grid]:
    """The visible sheets of a workbook by title; FileRefusedError where it is not a safe workbook."""
    bounds = limits or Limits()
    infos = inspect(content, bounds)
    if infos is None:
        raise FileRefusedError(
            "not_a_workbook",
            _("This is not an Excel workbook (.xlsx)."),
            _("Save the form again as an Excel workbook (.xlsx)."),
        )
    facts = sheets_of(content, infos, bounds)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        return {
            fact.name: _grid(fact.name, book.get_sheet_by_name(fact.name).to_python(skip_empty_area=False))
            for fact in facts
            if not fact.hidden
        }
    except (CalamineError, OSError, ValueError) as error:
        message = _("The workbook is damaged and cannot be opened.")
        raise FileRefusedError("zip_broken", message, _("Save the table again as .xlsx.")) from error


def _grid(title: str, cells: list[list[Any]]) -> Grid:
    headings = tuple(_text(cell) for cell in cells[0]) if cells else ()
    return Grid(title, headings, tuple(_rows(headings, cells[1:])))


def _rows(headings: tuple[str, ...], cells: list[list[Any]]) -> Iterator[tuple[int, Mapping[str, str]]]:
    for number, row in enumerate(cells, 2):
        found = {
            heading: text
            for heading, cell in zip(headings, row, strict=False)
            if heading and (text := _text(cell))
        }
        if found:
            yield number, found


def _text(cell: Any) -> str:
    """A cell as it reads on the screen: whole numbers without a point, days as 2026-12-31."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, dt.datetime) and cell.time() == dt.time():
        return cell.date().isoformat()
    if isinstance(cell, dt.date | dt.time):
        return cell.isoformat()
    return str(cell).strip()
