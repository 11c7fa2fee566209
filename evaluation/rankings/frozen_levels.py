"""Answers by level as far as they may be shown, and the guarded view every public page and figure is made from."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from evaluation.cycles.bindings import NOT_BAD
from evaluation.cycles.enums import BindingSource
from evaluation.rankings.cells import Cell
from evaluation.rankings.disclosure import LEAST, Block, Functional, Release, release, rounded_error, squares
from evaluation.rankings.overlaps import elsewhere, kept_apart
from evaluation.rankings.queries import RankingRow, RunView
from evaluation.rankings.resident_cells import unit_of_organisations
from scoring.satisfaction import FORMULAS
from surveys.ratings.scales import Scale, scale_of
from surveys.tallies.queries import LevelCounts, counts

JSON = dict[str, Any]
Z = 1.959964
FEW = "1-9"
"""Stands for a count of one to nine."""
FULL_COUNTS = frozenset({BindingSource.CASE, BindingSource.FUNNEL, BindingSource.OUTCOME})
ABOUT_RESIDENTS = FULL_COUNTS | {BindingSource.TALLY, BindingSource.SURVEY}


def levels_of_units(view: RunView) -> dict[str, list[LevelCounts]]:
    """All answers of the cycle's days by level, for each unit."""
    unit_of = unit_of_organisations(list(view.cycle.units.all()))
    found: dict[str, list[LevelCounts]] = {}
    for row in counts(starts_on=view.cycle.starts_on, ends_on=view.cycle.ends_on):
        if row.organisation_id in unit_of:
            found.setdefault(unit_of[row.organisation_id], []).append(row)
    return found


def release_of(view: RunView, levels: Mapping[str, list[LevelCounts]]) -> Release:
    """What may be shown of these answers, given the figures that the pages and other editions show of them."""
    others = elsewhere(view)
    blocks = []
    for unit, rows in sorted(levels.items()):
        scales = {row.scale for row in rows if row.n}
        if len(scales) == 1:
            scale = scale_of(scales.pop())
            total = tuple(sum(row.counts.get(option, 0) for row in rows) for option in scale.options)
            points = _points(view, scale, others.formulas)
            blocks.append(Block(unit, total, points, tuple(squares(np.array(one)) for one in points)))
    counts_of = {block.unit: block.counts for block in blocks}
    return kept_apart(view, counts_of, release(blocks), others)


def _points(view: RunView, scale: Scale, told_elsewhere: Sequence[str]) -> tuple[Functional, ...]:
    """The points by level of every figure taken from residents' answers, here and in editions that overlap."""
    k = len(scale.options)
    found: list[Functional] = []
    own = [one.formula for one in view.bindings.values() if one.source == BindingSource.TALLY]
    for formula in dict.fromkeys((*own, *told_elsewhere)):
        if formula == NOT_BAD:
            found.append(tuple(float(level not in scale.bad_positions) for level in range(k)))
        elif not FORMULAS[formula].levels or k in FORMULAS[formula].levels:
            found.append(tuple(FORMULAS[formula].points(k).tolist()))
    return tuple(dict.fromkeys(found))


def guarded(view: RunView, allowed: Release) -> RunView:
    """The view as it may be told: errors in two digits where exact ones give small counts away, no small bases."""
    rough = {row.unit for row in view.rows} & (allowed.counted - allowed.exact_errors)
    cells = {
        code: {unit: told_cell(cell, is_rough=unit in rough) for unit, cell in column.items()}
        for code, column in view.cells.items()
    }
    rough |= units_kept_back(cell for column in cells.values() for cell in column.values())
    rows = tuple(_guarded_row(row, cells, is_rough=row.unit in rough) for row in view.rows)
    return replace(view, cells=cells, rows=rows)


def keeps_base_back(cell: Cell) -> bool:
    """Whether the told figure is a rate of cases whose base is too small to be told."""
    return cell.source in FULL_COUNTS and cell.value is not None and cell.n is None


def gives_base_away(cell: Cell) -> bool:
    """Whether the rate itself says of how few it is: 71.4 % of fewer than ten are five of seven."""
    return keeps_base_back(cell) and cell.value not in (0, 100)


def units_kept_back(cells: Iterable[Cell]) -> set[str]:
    """Units with a base kept back; their errors are told in two digits, since a base follows from its error."""
    return {cell.unit for cell in cells if keeps_base_back(cell)}


def told_cell(cell: Cell, *, is_rough: bool) -> Cell:
    """A figure as it may be told; of residents' ratings and cases what is left out or few is told as "1-9"."""
    if cell.source not in ABOUT_RESIDENTS:
        return cell
    few = {key: FEW for key, n in cell.excluded.items() if isinstance(n, int) and 0 < n < LEAST}
    cell = replace(cell, excluded={**cell.excluded, **few}) if few else cell
    if cell.source in FULL_COUNTS and cell.n is not None and cell.n < LEAST:
        return replace(
            cell, n=None, n_eff=None, numerator=None, denominator=None, included=None, se=None,
            lower=None, upper=None, method="",
        )  # fmt: skip
    return _rough(cell) if is_rough else cell


def _rough(cell: Cell) -> Cell:
    """A resident figure whose error and interval are told in two digits; Wilson intervals tell nothing new."""
    if cell.source != BindingSource.TALLY or cell.se is None or cell.value is None:
        return cell
    se = rounded_error(cell.se)
    if cell.method == "Wilson" or cell.lower is None or cell.upper is None:
        return replace(cell, se=se)
    return replace(cell, se=se, lower=max(0.0, cell.value - Z * se), upper=min(100.0, cell.value + Z * se))


def _guarded_row(row: RankingRow, cells: Mapping[str, Mapping[str, Cell]], *, is_rough: bool) -> RankingRow:
    values = {
        code: replace(value, cell=cells[code][row.unit]) if value.cell is not None else value
        for code, value in row.values.items()
    }
    se = rounded_error(row.se) if is_rough and row.se is not None else row.se
    return replace(row, values=values, se=se)
