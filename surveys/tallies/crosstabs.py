"""Cross-tabulations of valid ratings, with small cells hidden so that totals do not give them away."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Sum

from surveys.catalogue.enums import Channel, Mode
from surveys.catalogue.models import Organisation, Service
from surveys.ratings.enums import Level
from surveys.ratings.scales import LEVEL5
from surveys.tallies.enums import TallySource
from surveys.tallies.queries import LEVEL_SCALE, OVERALL
from surveys.tallies.summary import SMALL, Question, Share, share_of

COLUMNS = {
    "organisation": "organisation_id",
    "service": "service_id",
    "channel": "channel",
    "mode": "mode",
    "month": "starts_on",
    "level": "option",
}
MOST_ROWS = 200
ALL = ("all",)
"""The key of totals."""
Key = Any


@dataclass(frozen=True)
class Crossing:
    """One cell: n ratings, and the share satisfied or better; `hidden` where too few answered."""

    n: int
    n_top2: int
    hidden: bool = False

    @property
    def top2(self) -> Share | None:
        return share_of(self.n_top2, self.n)


@dataclass(frozen=True)
class CrossRow:
    """A row with its cells in the order of the columns, and its total."""

    label: str
    cells: tuple[Crossing, ...]
    total: Crossing


@dataclass(frozen=True)
class CrossTable:
    """Rows by columns; `n_left_out` counts rows beyond the most that are shown."""

    columns: tuple[str, ...]
    rows: tuple[CrossRow, ...]
    totals: tuple[Crossing, ...]
    total: Crossing
    n_left_out: int


def crosstab(question: Question, rows: str, columns: str) -> CrossTable:
    """Valid ratings (posted codes aside) by two of organisation, service, channel, mode, month and level."""
    fine = bool({rows, columns} & {"service", "mode"})
    counted = question.tallies(OVERALL, by_service=fine).filter(scale=LEVEL_SCALE, source=TallySource.RATINGS)
    counted = counted.exclude(channel=Channel.QR_STATIC)
    found = counted.values_list(F(COLUMNS[rows]), F(COLUMNS[columns]), "option").annotate(total=Sum("n"))
    cells: dict[tuple[Key, Key], list[int]] = defaultdict(lambda: [0, 0])
    for row, column, option, n in found:
        cell = cells[row, column]
        cell[0] += n
        cell[1] += n if option in LEVEL5.good else 0
    return _table({key: (n, good) for key, (n, good) in cells.items()}, rows, columns)


def _table(cells: Mapping[tuple[Key, Key], tuple[int, int]], rows: str, columns: str) -> CrossTable:
    row_keys = _ordered({row for row, _column in cells}, rows, cells, side=0)
    column_keys = _ordered({column for _row, column in cells}, columns, cells, side=1)
    full = _with_totals(cells)
    hidden = hidden_cells({key: n for key, (n, _good) in full.items()})
    row_names, column_names = _names(rows, row_keys), _names(columns, column_keys)

    def crossing(row: Key, column: Key) -> Crossing:
        return Crossing(*full.get((row, column), (0, 0)), (row, column) in hidden)

    lines = tuple(
        CrossRow(row_names[row], tuple(crossing(row, column) for column in column_keys), crossing(row, ALL))
        for row in row_keys[:MOST_ROWS]
    )
    return CrossTable(
        columns=tuple(column_names[column] for column in column_keys),
        rows=lines,
        totals=tuple(crossing(ALL, column) for column in column_keys),
        total=crossing(ALL, ALL),
        n_left_out=max(0, len(row_keys) - MOST_ROWS),
    )


def _with_totals(cells: Mapping[tuple[Key, Key], tuple[int, int]]) -> dict[tuple[Key, Key], tuple[int, int]]:
    """The cells with the totals of rows, columns and everything."""
    full = dict(cells)
    for (row, column), (n, good) in cells.items():
        for key in ((row, ALL), (ALL, column), (ALL, ALL)):
            before = full.get(key, (0, 0))
            full[key] = (before[0] + n, before[1] + good)
    return full


def hidden_cells(counts: Mapping[tuple[Key, Key], int]) -> set[tuple[Key, Key]]:
    """Cells under ten, totals among them, and in each row or column with a single one the next smallest too.

    A single hidden number in a line would be what is left of the line's total.
    """
    hidden = {key for key, n in counts.items() if 0 < n < SMALL}
    grew = True
    while grew:
        grew = False
        for side in (0, 1):
            lines: dict[Key, list[tuple[Key, Key]]] = defaultdict(list)
            for key in counts:
                lines[key[side]].append(key)
            for members in lines.values():
                if sum(key in hidden for key in members) == 1:
                    open_ones = [key for key in members if key not in hidden and counts[key]]
                    if open_ones:
                        hidden.add(min(open_ones, key=lambda key: (counts[key], str(key))))
                        grew = True
    return hidden


def _ordered(
    keys: set[Key], name: str, cells: Mapping[tuple[Key, Key], tuple[int, int]], *, side: int
) -> list[Key]:
    """Months by time, levels from the best, the rest by how many rated."""
    if name == "month":
        return sorted(keys)
    if name == "level":
        return sorted(keys, reverse=True)
    totals: dict[Key, int] = defaultdict(int)
    for key, (n, _good) in cells.items():
        totals[key[side]] += n
    return sorted(keys, key=lambda key: (-totals[key], str(key)))


def _names(name: str, keys: list[Key]) -> dict[Key, str]:
    if name == "organisation":
        units = Organisation.objects.without_tree_fields().in_bulk(keys)
        return {key: unit.name for key, unit in units.items()}
    if name == "service":
        return {None: "–"} | {key: row.name for key, row in Service.objects.in_bulk(keys).items()}
    if name == "channel":
        return {key: str(Channel(key).label) for key in keys}
    if name == "mode":
        return {key: str(Mode(key).label) for key in keys}
    if name == "level":
        return {key: str(Level(int(str(key))).label) for key in keys}
    return {key: f"{key:%Y-%m}" for key in keys}
