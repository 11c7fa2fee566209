"""One sheet being written: text that never becomes a formula, numbers with formats, formulas with known values."""

from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from functools import cache
from math import ceil
from typing import Any
from unicodedata import east_asian_width

from openpyxl.cell.cell import MergedCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.styles.cell_style import StyleArray
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from surveys.core.workbooks.writing import FORMULA_STARTS, cell_value

NUMBER = "#,##0.00"
WHOLE = "#,##0"
SHARE = "0.0000"
PLAIN = "General"
DAY = "yyyy-mm-dd"

INK = "FF1A2029"
MUTED = "FF5B646F"
ACCENT = "FF2C4096"
WASH = "FFEEF1FB"
HEAD_WASH = "FFEDEAE2"

_THIN = Side(style="thin", color="FFE2DDD2")
_RULE = Side(style="medium", color=INK)


@dataclass(frozen=True)
class Look:
    """How a cell looks: number format and role."""

    number_format: str = PLAIN
    bold: bool = False
    colour: str = INK
    size: float = 11
    fill: str = ""
    wrap: bool = False
    horizontal: str = ""
    rule: bool = False
    open: bool = False
    line: bool = True
    quoted: bool = False
    indent: int = 0


TEXT = Look()
LONG = Look(wrap=True)
HEAD = Look(bold=True, fill=HEAD_WASH, wrap=True, rule=True)
HEAD_RIGHT = Look(bold=True, fill=HEAD_WASH, wrap=True, rule=True, horizontal="right")
LABEL = Look(bold=True, colour=MUTED, line=False)
INPUT = Look(number_format="#,##0.####", fill=WASH, colour=ACCENT, bold=True, open=True)


FONTS = {"zh-hans": "Microsoft YaHei", "zh-hant": "Microsoft JhengHei", "en": "Calibri"}


LINE_HEIGHT = 15.5
"""Points that one line of 11-point text takes."""


def _n_lines(text: str, width: float) -> int:
    """How many lines a wrapped text takes; a Chinese letter is as wide as two others."""
    room = max(width - 2, 1)
    return sum(
        max(1, ceil(sum(2 if east_asian_width(letter) in "WF" else 1 for letter in line) / room))
        for line in text.split("\n")
    )


@cache
def _parts(look: Look, language: str) -> tuple[Font, PatternFill, Border, Alignment, Protection]:
    return (
        Font(name=FONTS[language], size=look.size, bold=look.bold, color=look.colour),
        PatternFill("solid", fgColor=look.fill) if look.fill else PatternFill(),
        Border(bottom=_RULE if look.rule else _THIN if look.line else None),
        Alignment(
            vertical="top" if look.wrap and not look.rule else "center",
            wrap_text=look.wrap,
            horizontal=look.horizontal or ("left" if look.indent else None),
            indent=look.indent,
        ),
        Protection(locked=not look.open),
    )


@dataclass
class Grid:
    """A worksheet with what its formulas are known to give (`known`), which is written beside them."""

    ws: Worksheet
    language: str = "en"
    known: dict[str, Any] = field(default_factory=dict)
    styles: dict[Look, StyleArray] = field(default_factory=dict)
    wrapped: list[tuple[int, int, str]] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The sheet's name as formulas quote it."""
        return "'" + self.ws.title.replace("'", "''") + "'"

    def _dress(self, cell: Any, look: Look) -> None:
        known = self.styles.get(look)
        if known is None:
            cell.font, cell.fill, cell.border, cell.alignment, cell.protection = map(
                copy, _parts(look, self.language)
            )
            cell.number_format = look.number_format
            cell.quotePrefix = look.quoted
            self.styles[look] = cell._style
        else:
            cell._style = known

    def put(self, row: int, column: int, value: Any, look: Look = TEXT) -> None:
        """A value: text stays text, whatever it begins with."""
        clean = cell_value(value)
        if clean is None:
            return
        cell = self.ws.cell(row=row, column=column)
        if isinstance(cell, MergedCell):
            raise TypeError(f"{cell.coordinate} lies inside a merged area")
        if isinstance(clean, str):
            cell.value = clean
            cell.data_type = "s"
            if column > 1 and not look.horizontal:
                look = replace(look, indent=1)
            if clean.startswith(FORMULA_STARTS):
                look = replace(look, quoted=True)
            if look.wrap:
                self.wrapped.append((row, column, clean))
        else:
            cell.value = clean
        self._dress(cell, look)

    def formula(self, row: int, column: int, text: str, known: Any = None, look: Look = TEXT) -> None:
        """A formula and the value it is known to give now (None: unknown, an empty text: empty)."""
        cell = self.ws.cell(row=row, column=column, value="=" + text)
        if isinstance(known, str) and column > 1 and not look.horizontal:
            look = replace(look, indent=1)
        self._dress(cell, look)
        if known is not None:
            self.known[cell.coordinate] = known

    def fit_rows(self) -> None:
        """Make rows as high as their longest wrapped text needs; programs that open the file differ in doing so."""
        lines: dict[int, int] = {}
        for row, column, text in self.wrapped:
            width = self.ws.column_dimensions[get_column_letter(column)].width
            lines[row] = max(lines.get(row, 1), _n_lines(text, width))
        for row, n in lines.items():
            if n > 1 and self.ws.row_dimensions[row].height is None:
                self.ws.row_dimensions[row].height = LINE_HEIGHT * n + 2

    def row(self, row: int, values: Iterable[Any], look: Look = TEXT, *, start: int = 1) -> None:
        for column, value in enumerate(values, start):
            self.put(row, column, value, look)

    def head(self, row: int, values: Sequence[str], *, numeric: Iterable[int] = ()) -> None:
        """A row of headings; columns in `numeric` (from 1) stand right."""
        right = set(numeric)
        for column, value in enumerate(values, 1):
            self.put(row, column, value, HEAD_RIGHT if column in right else HEAD)

    def widths(self, *widths: float) -> None:
        for column, width in enumerate(widths, 1):
            self.ws.column_dimensions[get_column_letter(column)].width = width

    def title(self, text: str, subtitle: str = "") -> None:
        self.put(1, 1, text, Look(bold=True, size=16, line=False))
        if subtitle:
            self.put(2, 1, subtitle, Look(colour=MUTED, line=False))
        self.ws.row_dimensions[1].height = 24


def at(row: int, column: int, *, fix_row: bool = False, fix_column: bool = False) -> str:
    """A1 notation."""
    return f"{'$' if fix_column else ''}{get_column_letter(column)}{'$' if fix_row else ''}{row}"


def span(first: tuple[int, int], last: tuple[int, int], *, fixed: bool = True) -> str:
    """A range in A1 notation, from (row, column) to (row, column)."""
    return at(*first, fix_row=fixed, fix_column=fixed) + ":" + at(*last, fix_row=fixed, fix_column=fixed)
