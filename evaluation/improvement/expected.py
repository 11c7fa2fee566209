"""What reaching a target would give: points and places, from the latest result with everything recomputed."""

from dataclasses import dataclass

import numpy as np

from evaluation.improvement.enums import Metric
from evaluation.improvement.standing import Standing
from evaluation.rankings.explanations import next_place, try_values
from scoring.types import ScoringError


@dataclass(frozen=True)
class Lift:
    """An indicator with the least change that alone gains a place; None where it cannot."""

    code: str
    names: dict[str, str]
    change: float | None
    now: float | None


def expected_gain(found: Standing | None, metric: str, code: str, target: float) -> float | None:
    """Points of the score that reaching the target gives; None where the metric is no part of the result.

    A KPI: `what_if` with the unit's value replaced. Points of an indicator: its share of the whole times the rise.
    """
    if found is None or code not in found.row.values:
        return None
    if metric == Metric.KPI:
        try:
            told = try_values(found.view.run, {(found.row.unit, code): target})
        except ScoringError:
            return None
        at = told.units.index(found.row.unit)
        gain = float(told.score_after[at] - told.score_before[at])
        return gain if np.isfinite(gain) else None
    points = found.row.values[code].points
    share = next((node.share for node in found.view.nodes if node.code == code), None)
    if metric != Metric.SCORE or points is None or share is None:
        return None
    return share * (target - points)


def lifts(found: Standing | None) -> list[Lift]:
    """Indicators that alone would gain the next place, the smallest relative change first."""
    if found is None or not found.row.is_ranked:
        return []
    try:
        told = next_place(found.view.run, found.row.unit)
    except ScoringError:
        return []
    names = {node.code: dict(node.names) for node in found.view.nodes}
    listed = [
        Lift(code, names.get(code, {}), move.change if move else None, _raw(found, code))
        for code, move in told.alone.items()
    ]
    return sorted(
        (lift for lift in listed if lift.change is not None),
        key=lambda lift: (abs(lift.change or 0.0) / (abs(lift.now or 0.0) or 1.0), lift.code),
    )


def _raw(found: Standing, code: str) -> float | None:
    value = found.row.values.get(code)
    return value.cell.value if value is not None and value.cell is not None else None
