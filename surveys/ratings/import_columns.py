"""Reads a file of ratings into columns: quickly where every cell is plain, else cell by cell with every error.

The quick way takes a delimited file apart by columns and converts each distinct text once. At the first thing
that is not plain it gives up, and the thorough reader, which names cells and remedies, does it all again.
"""

import datetime as dt
import gc
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.utils import timezone

from surveys.core.digests import file_digest
from surveys.core.workbooks import (
    CellError,
    Column,
    FileRefusedError,
    Findings,
    Limits,
    Sheet,
    decode,
    inspect,
    stream_rows,
)
from surveys.core.workbooks.cells import CONTROL, CellProblemError, converter
from surveys.core.workbooks.columns import folded, letter
from surveys.core.workbooks.delimited import records

CHUNK = 50_000
UNPLAIN = re.compile(r"[\x00-\x09\x0b-\x20\x7f#]")
TIME_OF_DAY = re.compile(r"[ T](?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d)?")


class NotPlainError(ValueError):
    """The quick reader met something it leaves to the thorough one."""


class Memo(dict[str, Any]):
    """Converts a text once; what cannot be converted is left to the thorough reader."""

    def __init__(self, column: Column) -> None:
        super().__init__()
        self.convert: Callable[[Any], Any] = converter(column)
        self.required = column.required

    def __missing__(self, text: str) -> Any:
        if not text.strip():
            if self.required:
                raise NotPlainError
            value = None
        else:
            try:
                value = self.convert(text)
            except CellProblemError as error:
                raise NotPlainError from error
        self[text] = value
        return value


@dataclass
class Columns:
    """A file as columns: `values[key][i]` belongs to the row `numbers[i]` of the file."""

    values: dict[str, list[Any]]
    numbers: Sequence[int]
    label: str
    letters: dict[str, str]
    findings: Findings
    digest: str
    days: list[dt.date]
    """The local day of each row's `rated_at`; `moment` turns the cell itself into a time when it is needed."""
    moment: Callable[[Any], dt.datetime]

    def __len__(self) -> int:
        return len(self.numbers)

    def error(self, place: int, key: str, code: str, message: str, fix: str) -> None:
        """Note an error in one cell."""
        where = self.letters.get(key, "")
        self.findings.error(CellError(self.label, self.numbers[place], where, code, message, fix))


@contextmanager
def no_collection() -> Iterator[None]:
    """Millions of small rows that all stay make the collector of cycles walk them again and again for nothing."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def read_columns(content: bytes, file_name: str, sheet: Sheet, limits: Limits) -> Columns:
    """The file's columns; with errors in `findings` they must not be used."""
    try:
        return _quick(content, file_name, sheet, limits)
    except (NotPlainError, FileRefusedError, UnicodeDecodeError):
        return _thorough(content, file_name, sheet, limits)


def _thorough(content: bytes, file_name: str, sheet: Sheet, limits: Limits) -> Columns:
    findings = Findings()
    rows = list(stream_rows(content, file_name, sheet, findings, limits))
    keys = [column.key for column in sheet.columns]
    values: dict[str, list[Any]] = {key: [row.values[key] for row in rows] for key in keys}
    label, letters = (rows[0].sheet, dict(rows[0].letters)) if rows else (sheet.key, {})
    numbers, digest = [row.number for row in rows], file_digest(content)
    days = [local_day(moment) if moment else dt.date.max for moment in values["rated_at"]]
    return Columns(values, numbers, label, letters, findings, digest, days, lambda moment: moment)


def _quick(content: bytes, file_name: str, sheet: Sheet, limits: Limits) -> Columns:
    if inspect(content, limits) is not None:
        raise NotPlainError
    source = records(decode(content).text, file_name)
    heading = next(source, [])
    known = {name: column for column in sheet.columns for name in column.names()}
    columns = [known.get(folded(cell)) for cell in heading]
    keys = [column.key for column in columns if column is not None]
    required = {column.key for column in sheet.columns if column.required}
    if None in columns or len(set(keys)) != len(keys) or not required <= set(keys):
        raise NotPlainError
    takers = [_taker(column) for column in columns if column is not None]
    found: list[list[Any]] = [[] for _ in takers]
    days: list[dt.date] = []
    memo, at = Days(known["rated_at"]), keys.index("rated_at")
    while chunk := list(islice(source, CHUNK)):
        width = len(heading)
        if any(len(row) != width for row in chunk):
            raise NotPlainError
        for into, take, cells in zip(found, takers, zip(*chunk, strict=True), strict=True):
            into.extend(take(cells))
        days.extend(memo.take(found[at][-len(chunk) :]))
    n = len(found[0]) if found else 0
    values: dict[str, list[Any]] = {column.key: [None] * n for column in sheet.columns}
    values |= dict(zip(keys, found, strict=True))
    convert = memo.convert
    letters = {key: letter(index) for index, key in enumerate(keys)}
    digest = file_digest(content)
    return Columns(values, range(2, n + 2), sheet.key, letters, Findings(), digest, days, convert)


def _taker(column: Column) -> Callable[[Sequence[str]], list[Any]]:
    if column.key == "case_no":
        return lambda cells: _codes(cells, column)
    if column.key == "comment":
        return _comments
    if column.key == "rated_at":
        return list
    memo = Memo(column)
    return lambda cells: list(map(memo.__getitem__, cells))


def _codes(cells: Sequence[str], column: Column) -> list[str | None]:
    """Codes that are nearly all different: looked through together, not one by one."""
    together = "\n".join(cells)
    plain = together.isascii() and not UNPLAIN.search(together)
    if not plain or max(map(len, cells)) > (column.max_length or 0):
        memo = Memo(column)
        return [memo[cell] for cell in cells]
    return [cell or None for cell in cells]


def _comments(cells: Sequence[str]) -> list[str | None]:
    if CONTROL.search("\n".join(cells)):
        raise NotPlainError
    return [cell.strip() or None if cell else None for cell in cells]


class Days(Memo):
    """The local day of a moment; one without an offset is read by its day and its time of day."""

    def __init__(self, column: Column) -> None:
        super().__init__(column)
        self.days: dict[str, dt.date] = {}

    def take(self, cells: Sequence[str]) -> list[dt.date]:
        """The day of each cell; the time of day is only checked."""
        times = {cell[10:] for cell in cells}
        if not all(TIME_OF_DAY.fullmatch(time) for time in times):
            return [self[cell] for cell in cells]
        days = {text: self[text] for text in {cell[:10] for cell in cells}}
        return [days[cell[:10]] for cell in cells]

    def __missing__(self, text: str) -> Any:
        if not text.strip():
            raise NotPlainError
        try:
            day = self[text] = local_day(self.convert(text))
        except CellProblemError as error:
            raise NotPlainError from error
        return day


def local_day(moment: dt.datetime) -> dt.date:
    """The day of a moment where we are."""
    return timezone.localtime(moment).date()
