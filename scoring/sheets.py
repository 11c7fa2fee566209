"""CSV files read strictly: every fault is named with file, row and column."""

import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from scoring.types import LARGEST, Floats, ScoringError

NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
LIKE_GAPS = ("na", "nan", "null", "none", "-", ".", "nil")


@dataclass(frozen=True)
class Sheet:
    """A CSV file as text: header, rows of cells, and the line each row ends on."""

    file: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]

    def column(self, name: str) -> tuple[str, ...]:
        if name not in self.header:
            held = ", ".join(self.header)
            raise ScoringError(f"the column is missing; the file has {held}", file=self.file, column=name)
        k = self.header.index(name)
        return tuple(row[k] for row in self.rows)

    def fault(self, message: str, row: int, column: str) -> ScoringError:
        return ScoringError(message, file=self.file, row=self.lines[row], column=column)

    def numbers(self, name: str, *, gaps: bool = True) -> Floats:
        """The column as numbers; empty is NaN where gaps are allowed."""
        return np.array([self.number(cell, i, name, gaps=gaps) for i, cell in enumerate(self.column(name))])

    def number(self, cell: str, row: int, column: str, *, gaps: bool = True) -> float:
        text = cell.strip()
        if not text:
            if gaps:
                return float("nan")
            raise self.fault("the cell is empty", row, column)
        if not NUMBER.fullmatch(text):
            hint = "; leave the cell empty where the value is missing" if text.lower() in LIKE_GAPS else ""
            raise self.fault(f"{cell!r} is not a number{hint}", row, column)
        found = float(text)
        if not abs(found) <= LARGEST:
            raise self.fault(f"{cell!r} is too large a number", row, column)
        return found

    def units(self, name: str) -> tuple[str, ...]:
        """The id column: a text in every row, none twice."""
        seen: dict[str, int] = {}
        for i, cell in enumerate(c.strip() for c in self.column(name)):
            if not cell:
                raise self.fault("the unit has no id", i, name)
            if cell in seen:
                raise self.fault(
                    f"unit {cell} is there twice, first in row {self.lines[seen[cell]]}", i, name
                )
            seen[cell] = i
        return tuple(seen)


def read_sheet(path: str | Path) -> Sheet:
    """A CSV file in UTF-8 with a header; every row has as many cells as the header."""
    file = str(path)
    try:
        text = Path(path).read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise ScoringError(f"the file cannot be read ({error.strerror})", file=file) from error
    except UnicodeDecodeError as error:
        raise ScoringError("the file is not UTF-8 text", file=file) from error
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        rows = [(tuple(row), reader.line_num) for row in reader if row]
    except csv.Error as error:
        raise ScoringError(f"the file is not sound CSV ({error})", file=file, row=reader.line_num) from error
    if len(rows) < 2:
        raise ScoringError("the file needs a header and at least one row", file=file)
    header = tuple(name.strip() for name in rows[0][0])
    other = next((mark for mark in (";", "\t") if mark in header[0]), None) if len(header) == 1 else None
    if other is not None:
        raise ScoringError(f"cells should be separated by commas, not by {other!r}", file=file, row=1)
    for k, name in enumerate(header):
        if not name or name in header[:k]:
            what = (
                f"the column {name} is there twice" if name else f"column {k + 1} of the header has no name"
            )
            raise ScoringError(what, file=file, row=1, column=name or None)
    for row, line in rows[1:]:
        if len(row) != len(header):
            message = f"the row has {len(row)} cells, the header {len(header)}"
            raise ScoringError(message, file=file, row=line)
    body = rows[1:]
    return Sheet(file, header, tuple(row for row, _ in body), tuple(line for _, line in body))
