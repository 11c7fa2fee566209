"""Answers by level as far as they may be shown, and the guarded view every public page and figure is made from."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from evaluation.cycles.bindings import NOT_BAD
from evaluation.cycles.enums import BindingSource
from evaluation.rankings.cells import Cell
from evaluation.rankings.disclosure import Block, Functional, Release, release, rounded_error, squares
from evaluation.rankings.queries import RankingRow, RunView
from evaluation.rankings.resident_cells import unit_of_organisations
from scoring.satisfaction import FORMULAS
from surveys.ratings.scales import Scale, scale_of
from surveys.tallies.queries import LevelCounts, counts

JSON = dict[str, Any]
Z = 1.959964


def levels_of_units(view: RunView) -> dict[str, list[LevelCounts]]:
    """All answers of the cycle's days by level, for each unit."""
    unit_of = unit_of_organisations(list(view.cycle.units.all()))
    found: dict[str, list[LevelCounts]] = {}
    for row in counts(starts_on=view.cycle.starts_on, ends_on=view.cycle.ends_on):
        if row.organisation_id in unit_of:
            found.setdefault(unit_of[row.organisation_id], []).append(row)
    return found


def release_of(view: RunView, levels: Mapping[str, list[LevelCounts]]) -> Release:
    """What may be shown of these answers, given the figures that the pages show of them."""
    blocks = []
    for unit, rows in sorted(levels.items()):
        scales = {row.scale for row in rows if row.n}
        if len(scales) == 1:
            scale = scale_of(scales.pop())
            total = tuple(sum(row.counts.get(option, 0) for row in rows) for option in scale.options)
            points = _points(view, scale)
            blocks.append(Block(unit, total, points, tuple(squares(np.array(one)) for one in points)))
    return release(blocks)


def _points(view: RunView, scale: Scale) -> tuple[Functional, ...]:
    """The points by level of every figure the scheme takes from residents' answers."""
    k = len(scale.options)
    found: list[Functional] = []
    for binding in view.bindings.values():
        if binding.source != BindingSource.TALLY:
            continue
        if binding.formula == NOT_BAD:
            found.append(tuple(float(level not in scale.bad_positions) for level in range(k)))
        elif not FORMULAS[binding.formula].levels or k in FORMULAS[binding.formula].levels:
            found.append(tuple(FORMULAS[binding.formula].points(k).tolist()))
    return tuple(dict.fromkeys(found))


def guarded(view: RunView, allowed: Release) -> RunView:
    """The view with sampling errors in two digits where exact ones would give small counts away."""
    rough = {row.unit for row in view.rows} & (allowed.counted - allowed.exact_errors)
    if not rough:
        return view
    cells = {
        code: {unit: guarded_cell(cell) if unit in rough else cell for unit, cell in column.items()}
        for code, column in view.cells.items()
    }
    rows = tuple(_guarded_row(row, cells) if row.unit in rough else row for row in view.rows)
    return replace(view, cells=cells, rows=rows)


def guarded_cell(cell: Cell) -> Cell:
    """A resident figure whose error and interval are told in two digits; Wilson intervals tell nothing new."""
    if cell.source != BindingSource.TALLY or cell.se is None or cell.value is None:
        return cell
    se = rounded_error(cell.se)
    if cell.method == "Wilson" or cell.lower is None or cell.upper is None:
        return replace(cell, se=se)
    return replace(cell, se=se, lower=max(0.0, cell.value - Z * se), upper=min(100.0, cell.value + Z * se))


def _guarded_row(row: RankingRow, cells: Mapping[str, Mapping[str, Cell]]) -> RankingRow:
    values = {
        code: replace(value, cell=cells[code][row.unit]) if value.cell is not None else value
        for code, value in row.values.items()
    }
    return replace(row, values=values, se=None if row.se is None else rounded_error(row.se))
