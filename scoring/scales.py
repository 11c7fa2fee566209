"""From a raw measure to points: goalposts, targets, broken lines and tables of points.

Pure array functions on [..., N]; nothing is validated here and NaN passes through.
"""

import numpy as np

from scoring.types import Bools, Floats

TOLERANCE = 1e-12


def same(a: Floats, b: Floats | float) -> Bools:
    """Equal up to the rounding of floats: no tie and no cut hangs on the last bit."""
    near: Bools = np.abs(a - b) <= TOLERANCE * np.maximum(np.abs(a), np.abs(b))
    return near


def goalposts(
    x: Floats,
    lo: Floats | float,
    hi: Floats | float,
    *,
    direction: int = 1,
    to: tuple[float, float] = (0.0, 1.0),
    clip: bool = True,
) -> Floats:
    """Share of the way from `lo` to `hi` (from `hi` to `lo` for direction -1), stretched to `to`.

    Source: UNDP Human Development Report, technical notes.
    >>> float(goalposts(np.array([72.5]), 20, 85)[0])
    0.8076923076923077
    """
    span = np.subtract(hi, lo)
    share = (x - lo) / span if direction > 0 else (hi - x) / span
    if clip:
        share = np.minimum(np.maximum(share, 0.0), 1.0)
    if to == (0.0, 1.0):
        return share
    stretched: Floats = to[0] + share * (to[1] - to[0])
    return stretched


def target_line(
    x: Floats, *, target: float, slope: float, floor: float, cap: float, direction: int
) -> Floats:
    """clamp(cap - slope * shortfall, floor, cap); the shortfall is an excess for direction -1."""
    shortfall = np.maximum(0.0, target - x if direction > 0 else x - target)
    line: Floats = np.minimum(np.maximum(cap - slope * shortfall, floor), cap)
    return line


def target_met(x: Floats, target: float, *, direction: int, to: tuple[float, float]) -> Floats:
    """`to[1]` where the target is met (equality meets it), `to[0]` elsewhere, NaN where there is no value."""
    met = (x >= target) if direction > 0 else (x <= target)
    points: Floats = np.where(np.isnan(x), np.nan, np.where(met | same(x, target), to[1], to[0]))
    return points


def broken_line(x: Floats, points: tuple[tuple[float, float], ...]) -> Floats:
    """Straight lines between [raw, points] pairs, flat outside; four pairs make a best band."""
    raw, value = np.array(points).T
    return np.where(np.isnan(x), np.nan, np.interp(x, raw, value))


def nearest_entry(x: Floats, keys: Floats) -> np.ndarray[tuple[int, ...], np.dtype[np.intp]]:
    """Position of the key nearest to each value; keys ascend."""
    right = np.clip(np.searchsorted(keys, x), 1, max(len(keys) - 1, 1))
    left = right - 1
    if len(keys) == 1:
        return np.zeros(np.shape(x), dtype=np.intp)
    return np.where(np.abs(x - keys[left]) <= np.abs(keys[right] - x), left, right)


def table_points(x: Floats, keys: Floats, points: Floats) -> Floats:
    """The points a table gives each value; a label's value is its position in the table."""
    order = np.argsort(keys, kind="stable")
    found = nearest_entry(np.nan_to_num(x), keys[order])
    return np.where(np.isnan(x), np.nan, points[order][found])
