"""Thirteen ways to bring indicators to one scale, each a pure function on [..., N] with units on the last axis.

Names follow COINr. Statistics (minimum, mean, ranks …) are taken over the last axis, within groups where asked.
"""

from collections.abc import Callable, Sequence

import numpy as np

from scoring import scales
from scoring.types import Floats, Ints, Normalise, ScoringError

RELATIVE = (
    "minmax",
    "zscore",
    "rank",
    "prank",
    "borda",
    "dist2targ",
    "dist2ref",
    "dist2max",
    "fracmax",
    "vector",
)
STEPPED = ("rank", "prank", "borda", "target", "table")
DEFAULT_TO = {"minmax": (0.0, 100.0)}


def span_to(spec: Normalise) -> tuple[float, float]:
    """The scale of the result: the scheme's `to`, else 0-100 for minmax and 0-1 for the others."""
    return spec.to if spec.to is not None else DEFAULT_TO.get(spec.method, (0.0, 1.0))


def lowest(x: Floats) -> Floats:
    found: Floats = np.fmin.reduce(x, axis=-1, keepdims=True)
    return found


def highest(x: Floats) -> Floats:
    found: Floats = np.fmax.reduce(x, axis=-1, keepdims=True)
    return found


def moments(x: Floats) -> tuple[Floats, Floats]:
    """Mean and sample standard deviation (n - 1) over the last axis, NaN left out."""
    there = ~np.isnan(x)
    n = there.sum(axis=-1, keepdims=True)
    mean = np.where(there, x, 0.0).sum(axis=-1, keepdims=True) / n
    square = np.where(there, x - mean, 0.0) ** 2
    return mean, np.sqrt(square.sum(axis=-1, keepdims=True) / (n - 1))


def rank_up(x: Floats) -> Floats:
    """1 + the number of clearly smaller values: the highest number goes to the best; NaN stays NaN."""
    order = np.argsort(x, axis=-1, kind="stable")
    climb = np.take_along_axis(x, order, axis=-1)
    place = np.broadcast_to(np.arange(x.shape[-1]), x.shape).copy()
    place[..., 1:][scales.same(climb[..., 1:], climb[..., :-1])] = 0
    first = np.maximum.accumulate(place, axis=-1) + 1.0
    ranks = np.empty_like(x)
    np.put_along_axis(ranks, order, first, axis=-1)
    ranks[np.isnan(x)] = np.nan
    return ranks


def _minmax(x: Floats, spec: Normalise, direction: int, _ref: int | None) -> Floats:
    return scales.goalposts(x, lowest(x), highest(x), direction=direction, to=span_to(spec), clip=False)


def _goalposts(x: Floats, spec: Normalise, direction: int, _ref: int | None) -> Floats:
    lo, hi = float(spec.lo or 0.0), float(spec.hi or 0.0)
    return scales.goalposts(x, lo, hi, direction=direction, to=span_to(spec), clip=spec.clip)


def _zscore(x: Floats, spec: Normalise, direction: int, _ref: int | None) -> Floats:
    mean, sd = moments(x)
    return spec.mean + direction * spec.sd * (x - mean) / sd


def _rank(x: Floats, _spec: Normalise, direction: int, _ref: int | None) -> Floats:
    return rank_up(direction * x)


def _borda(x: Floats, _spec: Normalise, direction: int, _ref: int | None) -> Floats:
    return rank_up(direction * x) - 1.0


def _prank(x: Floats, spec: Normalise, direction: int, _ref: int | None) -> Floats:
    n = (~np.isnan(x)).sum(axis=-1, keepdims=True)
    return _stretch((rank_up(direction * x) - 1.0) / (n - 1.0), spec)


def _stretch(share: Floats, spec: Normalise, *, clip: bool = False) -> Floats:
    lo, hi = span_to(spec)
    if clip:
        share = np.minimum(np.maximum(share, 0.0), 1.0)
    return lo + share * (hi - lo)


def _dist2targ(x: Floats, spec: Normalise, direction: int, _ref: int | None) -> Floats:
    goal = direction * float(spec.target or 0.0)
    up = direction * x
    return _stretch(1.0 - (goal - up) / (goal - lowest(up)), spec, clip=spec.clip)


def _dist2ref(x: Floats, spec: Normalise, direction: int, ref: int | None) -> Floats:
    up = direction * x
    goal = up[..., ref, None]
    return _stretch(1.0 - (goal - up) / (goal - lowest(up)), spec, clip=spec.clip)


def _dist2max(x: Floats, spec: Normalise, direction: int, _ref: int | None) -> Floats:
    return scales.goalposts(x, lowest(x), highest(x), direction=direction, to=span_to(spec), clip=False)


def _fracmax(x: Floats, spec: Normalise, direction: int, _ref: int | None) -> Floats:
    return _stretch(x / highest(x) if direction > 0 else lowest(x) / x, spec)


def _vector(x: Floats, _spec: Normalise, _direction: int, _ref: int | None) -> Floats:
    there = np.where(np.isnan(x), 0.0, x)
    scaled: Floats = x / np.sqrt((there * there).sum(axis=-1, keepdims=True))
    return scaled


def _piecewise(x: Floats, spec: Normalise, direction: int, _ref: int | None) -> Floats:
    if spec.points:
        return scales.broken_line(x, spec.points)
    line = {name: float(getattr(spec, name) or 0.0) for name in ("target", "slope", "floor", "cap")}
    return scales.target_line(x, **line, direction=direction)


def _target(x: Floats, spec: Normalise, direction: int, _ref: int | None) -> Floats:
    return scales.target_met(x, float(spec.target or 0.0), direction=direction, to=span_to(spec))


def table_keys(spec: Normalise) -> Floats:
    """Numbers of a table of numbers, positions of a table of labels."""
    keys = [key for key, _ in spec.table]
    return np.array([i if isinstance(key, str) else key for i, key in enumerate(keys)], dtype=np.float64)


def _table(x: Floats, spec: Normalise, _direction: int, _ref: int | None) -> Floats:
    return scales.table_points(x, table_keys(spec), np.array([points for _, points in spec.table]))


def _none(x: Floats, _spec: Normalise, direction: int, _ref: int | None) -> Floats:
    return x if direction > 0 else -x


METHODS: dict[str, Callable[[Floats, Normalise, int, int | None], Floats]] = {
    "none": _none,
    "minmax": _minmax,
    "goalposts": _goalposts,
    "zscore": _zscore,
    "rank": _rank,
    "prank": _prank,
    "borda": _borda,
    "dist2targ": _dist2targ,
    "dist2ref": _dist2ref,
    "dist2max": _dist2max,
    "fracmax": _fracmax,
    "piecewise": _piecewise,
    "target": _target,
    "table": _table,
    "vector": _vector,
}


def normalise_array(
    x: Floats,
    spec: Normalise,
    direction: int = 1,
    *,
    groups: Ints | None = None,
    reference: int | None = None,
) -> Floats:
    """One indicator's values [..., N] on the scheme's scale; nothing is validated, NaN passes through.

    groups: [N] group numbers when the reference set is the unit's own group. reference: position of dist2ref's unit.
    """
    return by_group(METHODS[spec.method], x, spec, direction, groups=groups, reference=reference)


def by_group(
    rule: Callable[[Floats, Normalise, int, int | None], Floats],
    x: Floats,
    spec: Normalise,
    direction: int,
    *,
    groups: Ints | None,
    reference: int | None,
) -> Floats:
    if groups is None or spec.method not in RELATIVE:
        return rule(x, spec, direction, reference)
    out = np.full(x.shape, np.nan)
    for group in np.unique(groups):
        here = np.flatnonzero(groups == group)
        out[..., here] = rule(x[..., here], spec, direction, None)
    return out


def check_spread(
    x: Floats,
    spec: Normalise,
    direction: int,
    *,
    units: Sequence[str],
    code: str,
    groups: Sequence[str] | None = None,
) -> None:
    """Refuse a column a relative method cannot scale: no spread, no values, or the wrong sign."""
    if spec.method not in RELATIVE or spec.method in ("rank", "borda"):
        return
    for label in sorted(set(groups)) if groups is not None else [None]:
        here = x if label is None else x[np.array([g == label for g in groups or ()])]
        here = here[~np.isnan(here)]
        where = "" if label is None else f" in group {label}"
        if not here.size:
            continue
        if spec.method == "prank" and here.size < 2:
            raise ScoringError(f"prank needs at least two values{where}", column=code)
        if spec.method == "vector":
            if not np.any(here):
                raise ScoringError(f"every value is zero{where}; vector cannot scale them", column=code)
        elif spec.method == "fracmax":
            if here.min() < 0 or (direction < 0 and here.min() == 0) or here.max() <= 0:
                unit = units[int(np.nanargmin(x))]
                raise ScoringError(
                    f"fracmax needs values above zero; see unit {unit}", column=code, unit=unit
                )
        elif spec.method != "prank" and bool(scales.same(here.min(), here.max())):
            raise ScoringError(
                f"all values are equal{where} ({here[0]:g}), so {spec.method} has no spread to work with",
                column=code,
            )
        if spec.method == "dist2targ":
            _check_target(here, spec, direction, code, where)


def _check_target(here: Floats, spec: Normalise, direction: int, code: str, where: str) -> None:
    worst = here.min() if direction > 0 else here.max()
    if direction * (float(spec.target or 0.0) - worst) <= 0:
        raise ScoringError(
            f"the target {spec.target:g} is no better than the worst value {worst:g}{where}", column=code
        )
