"""What if some figures were other: the whole result recomputed with a few values changed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from scoring.plan import Plan, compile_plan
from scoring.recipe import standing
from scoring.types import Floats, ScoringError


@dataclass(frozen=True, eq=False)
class WhatIf:
    """Compared scores and places [N] of all units before and after some values were changed."""

    units: tuple[str, ...]
    score_before: Floats
    score_after: Floats
    rank_before: Floats
    rank_after: Floats


def what_if(plan: Plan, edits: Mapping[tuple[str, str], float]) -> WhatIf:
    """Everything recomputed, peers and reference sets included; edits: (unit, indicator or column) → raw value.

    A value of NaN takes the figure away. The plan itself stays as it is.
    """
    before, _, ranks = standing(plan)
    after, _, places = standing(edited(plan, edits))
    return WhatIf(plan.table.units, before, after, ranks, places)


def edited(plan: Plan, edits: Mapping[tuple[str, str], float]) -> Plan:
    """The plan made anew with some values changed."""
    table = plan.table
    values = table.values.copy()
    columns = dict(table.columns)
    for (unit, code), value in edits.items():
        row = row_of(plan, unit)
        if code in table.codes:
            values[row, table.codes.index(code)] = value
        elif code in columns:
            columns[code] = columns[code].copy()
            columns[code][row] = value
        else:
            raise ScoringError(f"there is no indicator or column {code} to change", column=code)
    return compile_plan(plan.scheme, replace(table, values=values, columns=columns))


def row_of(plan: Plan, unit: str) -> int:
    """Position of a unit in the plan's tables."""
    if unit not in plan.table.units:
        raise ScoringError(f"unit {unit} is not in the data")
    return plan.table.units.index(unit)
