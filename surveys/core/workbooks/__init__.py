"""Workbooks and delimited text: columns described once, read with every error named, written safely."""

from surveys.core.workbooks.columns import CellError, Column, Reading, Row, Sheet, letter
from surveys.core.workbooks.delimited import decode
from surveys.core.workbooks.grids import Grid, read_grids
from surveys.core.workbooks.headings import Findings
from surveys.core.workbooks.preflight import FileRefusedError, Limits, inspect
from surveys.core.workbooks.reading import read_sheets, stream_rows
from surveys.core.workbooks.writing import (
    csv_lines,
    save_workbook,
    text_cell,
    write_grids,
    write_rows,
    write_template,
)

__all__ = [
    "CellError",
    "Column",
    "FileRefusedError",
    "Findings",
    "Grid",
    "Limits",
    "Reading",
    "Row",
    "Sheet",
    "csv_lines",
    "decode",
    "inspect",
    "letter",
    "read_grids",
    "read_sheets",
    "save_workbook",
    "stream_rows",
    "text_cell",
    "write_grids",
    "write_rows",
    "write_template",
]
