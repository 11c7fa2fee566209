"""How fast points move with a value, reference sets held still: what carries a standard error through a scale."""

from collections.abc import Callable

import numpy as np

from scoring.normalise import METHODS, STEPPED, by_group, highest, lowest, moments, span_to
from scoring.types import Floats, Ints, Normalise


def _width(spec: Normalise) -> float:
    lo, hi = span_to(spec)
    return hi - lo


def _slope_goalposts(x: Floats, spec: Normalise, direction: int, _ref: int | None) -> Floats:
    lo, hi = float(spec.lo or 0.0), float(spec.hi or 0.0)
    inside = (x >= lo) & (x <= hi) if spec.clip else np.ones(x.shape, dtype=bool)
    return np.where(inside, direction * _width(spec) / (hi - lo), 0.0)


def _slope_spread(x: Floats, spec: Normalise, direction: int, _ref: int | None) -> Floats:
    return np.broadcast_to(direction * _width(spec) / (highest(x) - lowest(x)), x.shape)


def _slope_zscore(x: Floats, spec: Normalise, direction: int, _ref: int | None) -> Floats:
    return np.broadcast_to(direction * spec.sd / moments(x)[1], x.shape)


def _slope_distance(x: Floats, spec: Normalise, direction: int, ref: int | None) -> Floats:
    up = direction * x
    goal = direction * float(spec.target or 0.0) if ref is None else up[..., ref, None]
    within = up <= goal if spec.clip else np.ones(x.shape, dtype=bool)
    return np.where(within, direction * _width(spec) / (goal - lowest(up)), 0.0)


def _slope_fracmax(x: Floats, spec: Normalise, direction: int, _ref: int | None) -> Floats:
    if direction > 0:
        return np.broadcast_to(_width(spec) / highest(x), x.shape)
    return -_width(spec) * lowest(x) / x**2


def _slope_vector(x: Floats, _spec: Normalise, _direction: int, _ref: int | None) -> Floats:
    return np.broadcast_to(1.0 / np.sqrt(np.nansum(x * x, axis=-1, keepdims=True)), x.shape)


def _slope_piecewise(x: Floats, spec: Normalise, direction: int, _ref: int | None) -> Floats:
    step = 1e-6 * np.maximum(np.abs(x), 1e-6)
    rise = METHODS["piecewise"](x + step, spec, direction, None) - METHODS["piecewise"](
        x - step, spec, direction, None
    )
    return rise / (2 * step)


def _slope_none(x: Floats, _spec: Normalise, direction: int, _ref: int | None) -> Floats:
    return np.full(x.shape, float(direction))


SLOPES: dict[str, Callable[[Floats, Normalise, int, int | None], Floats]] = {
    "none": _slope_none,
    "minmax": _slope_spread,
    "dist2max": _slope_spread,
    "goalposts": _slope_goalposts,
    "zscore": _slope_zscore,
    "dist2targ": _slope_distance,
    "dist2ref": _slope_distance,
    "fracmax": _slope_fracmax,
    "vector": _slope_vector,
    "piecewise": _slope_piecewise,
}


def slope_array(
    x: Floats,
    spec: Normalise,
    direction: int = 1,
    *,
    groups: Ints | None = None,
    reference: int | None = None,
) -> Floats | None:
    """d(points)/d(value) with the reference set held still, or None where the scale has steps."""
    if spec.method in STEPPED:
        return None
    return by_group(SLOPES[spec.method], x, spec, direction, groups=groups, reference=reference)
