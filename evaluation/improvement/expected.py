"""What reaching a target would give: points and places, from the latest result with everything recomputed."""

import datetime as dt
from dataclasses import dataclass

import numpy as np

from evaluation.cycles.bindings import NOT_BAD
from evaluation.cycles.enums import BindingSource
from evaluation.evidence.enums import ImportState
from evaluation.evidence.models import KpiValue
from evaluation.improvement.baselines import WINDOW
from evaluation.improvement.enums import Metric
from evaluation.improvement.observed import FROM_RATINGS, from_ratings
from evaluation.improvement.standing import Standing
from evaluation.rankings.explanations import next_place, try_values
from scoring.types import ScoringError
from surveys.catalogue.models import Organisation

FORMULAS: dict[str, str] = {Metric.MEAN_POINTS: "linear100", Metric.BAD_SHARE: NOT_BAD}
"""Formulas of ratings by which a scheme counts the same thing as a metric."""


@dataclass(frozen=True)
class Lift:
    """An indicator with the least change that alone gains a place; None where it cannot."""

    code: str
    names: dict[str, str]
    change: float | None
    now: float | None


def expected_gain(found: Standing | None, metric: str, code: str, target: float) -> float | None:
    """Points of the score that reaching the target gives; None where the metric is no part of the result.

    A KPI or residents' ratings: `what_if` with the value replaced in the column that is bound to them. Points of
    an indicator: its share of the whole times the rise.
    """
    if found is None:
        return None
    if metric in {Metric.KPI, Metric.MEAN_POINTS, Metric.BAD_SHARE}:
        column = _column(found, metric, code)
        return None if column is None else _tried(found, column, _as_written(found, column, metric, target))
    if code not in found.row.values:
        return None
    points = found.row.values[code].points
    share = next((node.share for node in found.view.nodes if node.code == code), None)
    if metric != Metric.SCORE or points is None or share is None:
        return None
    return share * (target - points)


def _column(found: Standing, metric: str, code: str) -> str | None:
    """The column of the scheme that holds a metric, if there is one."""
    for column, bound in found.view.bindings.items():
        if column not in found.row.values:
            continue
        if metric == Metric.KPI and (
            column == code or (bound.source == BindingSource.KPI and bound.kpi == code)
        ):
            return column
        if bound.source == BindingSource.TALLY and FORMULAS.get(metric) == bound.formula:
            return column
    return None


def _as_written(found: Standing, column: str, metric: str, target: float) -> float:
    """The target in the unit of the column: shares stand there from 0 to 100, and as the share that is not bad."""
    value = 1 - target if metric == Metric.BAD_SHARE else target
    cell = found.row.values[column].cell
    return 100 * value if cell is not None and cell.is_share else value


def _tried(found: Standing, column: str, value: float) -> float | None:
    try:
        told = try_values(found.view.run, {(found.row.unit, column): value})
    except ScoringError:
        return None
    at = told.units.index(found.row.unit)
    gain = float(told.score_after[at] - told.score_before[at])
    return gain if np.isfinite(gain) else None


def value_today(
    place: Organisation, found: Standing | None, metric: str, code: str, today: dt.date
) -> float | None:
    """What the metric is now: of the ratings of the last half-year, the newest value of the KPI, the points won."""
    if metric in FROM_RATINGS:
        sample = from_ratings(metric, (today - WINDOW, today), [place.pk]).get(place.pk)
        return sample.mean if sample else None
    if metric == Metric.KPI:
        newest = (
            KpiValue.objects.filter(
                definition__code=code, organisation=place, value__isnull=False,
                brought_by__state=ImportState.ATTESTED,
            )
            .order_by("-cycle__ends_on", "-period", "-pk")
            .first()
        )  # fmt: skip
        return float(newest.value) if newest and newest.value is not None else None
    if found is None or code not in found.row.values:
        return None
    return found.row.values[code].points


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
