"""Points with sampling error on one scale: which cells move along a straight line, which must be scaled anew.

As in the analytic standard error, the reference set (lowest, highest, mean value) is held still; only scales
made of places (rank, prank, borda) and of ratios to a minimum are computed from the moved values of all.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from scoring import normalise
from scoring.normalise import RELATIVE
from scoring.plan import Plan
from scoring.slopes import slope_array
from scoring.types import Bools, Floats, Ints, Normalise, ScoringError

_STRAIGHT = ("none", "minmax", "zscore", "dist2max", "vector")
_OWN_VALUE = ("goalposts", "piecewise", "target", "table")
_FAR = 6.0
_WITH_RANGE = ("minmax", "prank", "dist2max", "fracmax")
_STAND_IN = ("minmax", "zscore", "rank", "prank", "borda", "dist2max", "fracmax")


@dataclass(frozen=True, eq=False)
class Scale:
    """One way to normalise all indicators.

    points, steep: [K, N]; a cell moves by steep · Z. curved: rows whose listed cells are scaled again one by
    one; relative: rows scaled again as a whole. slope, start: [K], the line that follows scaling.
    """

    name: str
    specs: tuple[Normalise, ...]
    points: Floats
    steep: Floats
    curved: Mapping[int, Ints]
    relative: tuple[int, ...]
    slope: Floats
    start: Floats

    def rescale(self, plan: Plan, k: int, values: Floats, cells: Ints | None = None) -> Floats:
        """Points of values [..., n] of row k, all units or the cells named."""
        ready = plan.prepared
        groups = ready.group_numbers(self.specs[k].within)
        found = normalise.normalise_array(
            values,
            self.specs[k],
            ready.directions[k],
            groups=groups if groups is None or cells is None else groups[cells],
            reference=ready.references[k] if cells is None else None,
        )
        return np.asarray(found * self.slope[k] + self.start[k])


def own_scale(plan: Plan, *, sampling: bool) -> Scale:
    """The scheme's own way."""
    k = len(plan.scheme.codes)
    return _scale(
        plan, "the scheme's own scale", plan.prepared.specs, np.ones(k), np.zeros(k), sampling=sampling
    )


def other_scales(plan: Plan, methods: tuple[str, ...], *, sampling: bool) -> tuple[Scale, ...]:
    """One scale a method, for indicators scaled by the data; written marks are part of a definition and stay.

    One line for all changed indicators brings a method to the pooled mean and spread of the scheme's own
    points: it changes how indicators compare with each other, not the range of the score.
    """
    ready = plan.prepared
    rows = [k for k, spec in enumerate(ready.specs) if spec.method in RELATIVE and spec.method != "vector"]
    found = []
    for method in dict.fromkeys(methods):
        if method not in _STAND_IN:
            raise ScoringError(f"uncertainty: {method} cannot stand in for another scale")
        if not rows:
            continue
        specs = list(ready.specs)
        for k in rows:
            to = specs[k].to if method in _WITH_RANGE else None
            specs[k] = Normalise(method, to=to, within=specs[k].within)
        changed = dict(zip(plan.scheme.codes, specs, strict=True))
        with np.errstate(all="ignore"):
            points = plan.normalise(None, changed)[rows]
        if not np.isfinite(points[~np.isnan(plan.normalised[rows])]).all():
            raise ScoringError(f"uncertainty: {method} does not fit these data")
        own = plan.normalised[rows]
        slope, start = np.ones(len(specs)), np.zeros(len(specs))
        slope[rows] = _typical_spread(own) / _typical_spread(points)
        start[rows] = float(np.nanmean(own)) - slope[rows] * float(np.nanmean(points))
        found.append(_scale(plan, f"scaled by {method}", tuple(specs), slope, start, sampling=sampling))
    return tuple(found)


def _typical_spread(points: Floats) -> float:
    return float(np.sqrt(np.mean(np.nanvar(points, axis=1))))


def _scale(
    plan: Plan, name: str, specs: tuple[Normalise, ...], slope: Floats, start: Floats, *, sampling: bool
) -> Scale:
    ready = plan.prepared
    changed = dict(zip(plan.scheme.codes, specs, strict=True))
    points = plan.normalise(None, changed) * slope[:, None] + start[:, None]
    points[left_out(plan)] = np.nan
    steep = np.zeros(points.shape)
    curved: dict[int, Ints] = {}
    relative = []
    se = ready.se if sampling else None
    for k, spec in enumerate(specs):
        moved = np.zeros(points.shape[1:], dtype=bool) if se is None else (se[k] > 0) & ~np.isnan(points[k])
        if se is None or not moved.any():
            continue
        straight = _straight(spec, ready.directions[k], ready.values[k], se[k])
        if straight is None:
            relative.append(k)
            continue
        if straight.any():
            found = slope_array(
                ready.values[k],
                spec,
                ready.directions[k],
                groups=ready.group_numbers(spec.within),
                reference=ready.references[k],
            )
            if found is not None:
                steep[k] = np.where(moved & straight, found * slope[k] * se[k], 0.0)
        cells = np.flatnonzero(moved & ~straight)
        if len(cells):
            curved[k] = cells
    return Scale(name, specs, points, steep, curved, tuple(relative), slope, start)


def left_out(plan: Plan) -> Bools:
    """Indicators [K, N] that do not count for a unit: missing, or under a node the unit has too little of.

    Who has enough is settled by the written weights, once; a draw of other weights must not move it.
    """
    out = np.isnan(plan.normalised)
    for branch in plan.branches:
        rows = [plan.row[code] for code in _indicators_under(plan, branch.code)]
        out[rows] |= np.isnan(plan.combined[branch.code].mean)
    return out


def _indicators_under(plan: Plan, code: str) -> list[str]:
    if code in plan.row:
        return [code]
    return [found for child in plan.scheme.children[code] for found in _indicators_under(plan, child)]


def _straight(spec: Normalise, direction: int, x: Floats, se: Floats) -> Bools | None:
    """Cells [N] whose points follow their error on a line; None where all units' values count together."""
    everywhere, nowhere = np.ones(x.shape, dtype=bool), np.zeros(x.shape, dtype=bool)
    method = spec.method
    if method in _STRAIGHT or (method == "fracmax" and direction > 0):
        return everywhere
    if method == "goalposts":
        if not spec.clip:
            return everywhere
        return _far_from((float(spec.lo or 0.0), float(spec.hi or 0.0)), x, se)
    if method == "piecewise" and spec.points:
        return _far_from(tuple(mark for mark, _ in spec.points), x, se)
    if method in {"dist2targ", "dist2ref"} and not spec.clip:
        return everywhere
    return nowhere if method in _OWN_VALUE else None


def _far_from(marks: tuple[float, ...], x: Floats, se: Floats) -> Bools:
    """Cells that no error of up to six standard errors carries across a mark."""
    far = np.ones(x.shape, dtype=bool)
    for mark in marks:
        far &= np.abs(x - mark) > _FAR * se
    return far
