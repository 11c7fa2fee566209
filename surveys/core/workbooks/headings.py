"""Finds which sheet of a file is which, where its heading row stands, and which columns it has."""

import difflib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any

from django.utils.translation import gettext as _

from surveys.core.text import localized
from surveys.core.workbooks.cells import converter
from surveys.core.workbooks.columns import CellError, Column, Sheet, folded, letter
from surveys.core.workbooks.guard import SheetFacts

HEADER_SEARCH = 10
MAX_FINDINGS = 10_000
Record = tuple[int, Sequence[Any]]


@dataclass
class Findings:
    """What is wrong and what is noted, gathered while rows flow."""

    errors: list[CellError] = field(default_factory=list)
    warnings: list[CellError] = field(default_factory=list)

    def error(self, error: CellError) -> None:
        if len(self.errors) < MAX_FINDINGS:
            self.errors.append(error)

    def warn(self, warning: CellError) -> None:
        if len(self.warnings) < MAX_FINDINGS:
            self.warnings.append(warning)


@dataclass(frozen=True)
class RawSheet:
    """A sheet as found: numbered records of raw cells, and what its XML says beside them."""

    name: str
    records: Iterable[Record]
    facts: SheetFacts


@dataclass(frozen=True)
class Place:
    """Where a column stands and how its cells become values."""

    index: int
    column: Column
    convert: Callable[[Any], Any]
    memo: dict[str, Any]


@dataclass(frozen=True)
class Plan:
    """How one sheet is read."""

    label: str
    header_row: int
    places: tuple[Place, ...]
    letters: dict[str, str]
    width: int


def match_sheets(raws: list[RawSheet], sheets: Sequence[Sheet], file_name: str) -> dict[str, RawSheet]:
    """Which of the file's sheets is which of ours; a file of one sheet may call it anything."""
    by_name = {folded(raw.name): raw for raw in raws if raw.name}
    found = {sheet.key: by_name[name] for sheet in sheets for name in sheet.names() if name in by_name}
    if found or len(raws) != 1:
        return found
    if len(sheets) == 1:
        return {sheets[0].key: raws[0]}
    stem = folded(file_name.rsplit("/", 1)[-1].rsplit(".", 1)[0])
    named = [sheet for sheet in sheets if any(name in stem for name in sheet.names())]
    return {named[0].key: raws[0]} if len(named) == 1 else _by_heading(raws[0], sheets)


def _by_heading(raw: RawSheet, sheets: Sequence[Sheet]) -> dict[str, RawSheet]:
    """The sheet whose columns the first rows name best, when all of its required ones are there."""
    source = iter(raw.records)
    top = list(islice(source, HEADER_SEARCH))
    best: tuple[int, str] = (0, "")
    for sheet in sheets:
        for _number, cells in top:
            words = {folded(cell) for cell in cells if cell not in {None, ""}}
            hits = [bool(words & column.names()) for column in sheet.columns]
            needed = all(hit for hit, column in zip(hits, sheet.columns, strict=True) if column.required)
            if needed and sum(hits) > best[0]:
                best = (sum(hits), sheet.key)
    whole = RawSheet(raw.name, chain(top, source), raw.facts)
    return {best[1]: whole} if best[1] else {}


def title(column: Column) -> str:
    """The column's heading in the reader's language."""
    return localized(column.titles) or column.key


def plan(sheet: Sheet, raw: RawSheet, findings: Findings) -> tuple[Plan, Iterator[Record]] | None:
    """Find the heading row among the first ten; returns how to read what stands below it, and that."""
    rows = iter(raw.records)
    top = list(islice(rows, HEADER_SEARCH))
    names = {name for column in sheet.columns for name in column.names()}
    scores = [
        sum(folded(cell) in names for cell in cells if cell not in {None, ""}) for _number, cells in top
    ]
    label = raw.name or sheet.key
    if not any(scores):
        message, fix = _("No heading row was found."), _("Keep the template's heading row: %(titles)s.")
        titles = ", ".join(title(column) for column in sheet.columns)
        findings.error(CellError(label, 1, "", "no_heading", message, fix % {"titles": titles}))
        return None
    at = scores.index(max(scores))
    number, cells = top[at]
    places = _places(sheet, label, number, cells, findings)
    letters = {place.column.key: letter(place.index) for place in places}
    return Plan(label, number, places, letters, len(cells)), chain(top[at + 1 :], rows)


def _places(
    sheet: Sheet, label: str, row: int, cells: Sequence[Any], findings: Findings
) -> tuple[Place, ...]:
    by_name = {name: column for column in sheet.columns for name in column.names()}
    places: dict[str, Place] = {}
    strangers: list[tuple[int, str]] = []
    for index, cell in enumerate(cells):
        if cell in {None, ""} or not folded(cell):
            continue
        column = by_name.get(folded(cell))
        if column is None:
            strangers.append((index, str(cell)))
        elif column.key in places:
            message = _("The column “%(title)s” stands twice.") % {"title": cell}
            fix = _("Delete one of the two.")
            findings.error(CellError(label, row, letter(index), "column_twice", message, fix))
        else:
            places[column.key] = Place(index, column, converter(column), {})
    absent = [column for column in sheet.columns if column.key not in places]
    _tell_columns(label, row, absent, strangers, findings)
    return tuple(places.values())


def _tell_columns(
    label: str, row: int, absent: list[Column], strangers: list[tuple[int, str]], findings: Findings
) -> None:
    """Missing required columns and misspelt ones are errors; a column that is merely unknown is noted."""
    missing = {name: column for column in absent for name in column.names()}
    meant: set[str] = set()
    for index, heading in strangers:
        close = difflib.get_close_matches(folded(heading), missing, n=1, cutoff=0.8)
        if close:
            meant.add(missing[close[0]].key)
            message = _("The column “%(title)s” is not known.") % {"title": heading}
            fix = _("Write “%(meant)s”.") % {"meant": title(missing[close[0]])}
            findings.error(CellError(label, row, letter(index), "column_misspelt", message, fix))
        else:
            message = _("The column “%(title)s” is not known and is not taken.") % {"title": heading}
            fix = _("Nothing to do, unless it was meant to be taken.")
            findings.warn(CellError(label, row, letter(index), "column_not_taken", message, fix))
    for column in absent:
        if column.required and column.key not in meant:
            message = _("The column “%(title)s” is missing.") % {"title": title(column)}
            findings.error(
                CellError(label, row, "", "column_missing", message, _("Add it with this heading."))
            )
