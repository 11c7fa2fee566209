"""Places from values: ranks under a stated tie rule, rounding, direction and peer groups."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from scoring.types import Floats, ScoringError

TIES = ("competition", "modified", "dense", "ordinal", "average")
_RELATIVE = 1e-12
_ABSOLUTE = 1e-13


def rank(
    values: ArrayLike,
    *,
    ties: str = "competition",
    decimals: int | None = None,
    best: str = "high",
    groups: Sequence[object] | np.ndarray | None = None,
) -> Floats:
    """Place of each value, [N] → [N], NaN where the value is NaN; 1 is the best place.

    ties: competition 1 2 2 4, modified 1 3 3 4, dense 1 2 2 3, average 1 2.5 2.5 4, ordinal 1 2 3 4 (in
    the order given). `decimals` rounds half up before comparing. Values that differ by rounding noise
    only (about 1e-12 of their size) are ties. `groups` ranks within each label.
    """
    column = np.asarray(values, dtype=np.float64)
    if column.ndim != 1:
        raise ScoringError("Ranking needs one column of values.")
    if ties not in TIES:
        raise ScoringError(f"A tie rule is one of {', '.join(TIES)}, not {ties}.")
    if best not in {"high", "low"}:
        raise ScoringError(f"The best value is high or low, not {best}.")
    places = np.full(column.shape, np.nan)
    ascending = -column if best == "high" else column
    if decimals is not None:
        ascending = round_half_up(column, decimals) * (-1 if best == "high" else 1)
    present = ~np.isnan(ascending)
    for members in _members(groups, present):
        places[members] = _places(ascending[members], ties)
    return places


def round_half_up(values: ArrayLike, decimals: int) -> Floats:
    """Rounds like a table in print: half away from zero, forgiving the last binary digit of the value."""
    scale = 10.0**decimals
    column = np.asarray(values, dtype=np.float64) * scale
    slack = np.abs(column) * _RELATIVE + 1e-12
    return np.asarray(np.copysign(np.floor(np.abs(column) + 0.5 + slack), column) / scale)


def _members(groups: Sequence[object] | np.ndarray | None, present: np.ndarray) -> list[np.ndarray]:
    if groups is None:
        return [np.flatnonzero(present)]
    if len(groups) != len(present):
        raise ScoringError(f"There are {len(present)} values but {len(groups)} group labels.")
    rows: dict[object, list[int]] = {}
    for row in np.flatnonzero(present).tolist():
        rows.setdefault(groups[row], []).append(row)
    return [np.array(found, dtype=np.intp) for found in rows.values()]


def _places(ascending: Floats, ties: str) -> Floats:
    n = len(ascending)
    order = np.argsort(ascending, kind="stable")
    places = np.empty(n)
    if ties == "ordinal":
        noise_free = np.lexsort((np.arange(n), _steps(ascending[order])[np.argsort(order)]))
        places[noise_free] = np.arange(1, n + 1)
        return places
    step = _steps(ascending[order])
    first = np.searchsorted(step, step, side="left") + 1.0
    last = np.searchsorted(step, step, side="right").astype(np.float64)
    ranked = {"competition": first, "modified": last, "dense": step + 1.0, "average": (first + last) / 2}[
        ties
    ]
    places[order] = ranked
    return places


def _steps(ordered: Floats) -> np.ndarray:
    """0, 0, 1, 2, 2 …: counts the true steps in an ascending row, passing over rounding noise."""
    if len(ordered) == 0:
        return np.zeros(0, dtype=np.int64)
    size = np.abs(ordered)
    slack = _RELATIVE * np.maximum(size[1:], size[:-1]) + _ABSOLUTE * float(size.max())
    with np.errstate(invalid="ignore"):
        rises = np.diff(ordered) > slack
    return np.concatenate([[0], np.cumsum(rises)])


def place_rows(scores: Floats) -> np.ndarray:
    """Competition places [D, N] of many rows of finite scores at once, highest first, rounding noise tied."""
    order = np.argsort(
        -scores, axis=1
    )  # not stable, three times as fast: equal scores get the same place anyway
    ordered = np.take_along_axis(scores, order, axis=1)
    size = np.abs(ordered)
    slack = _RELATIVE * np.maximum(size[:, 1:], size[:, :-1]) + _ABSOLUTE * size.max(axis=1, keepdims=True)
    falls = ordered[:, :-1] - ordered[:, 1:] > slack
    places = np.tile(np.arange(1, scores.shape[1] + 1), (len(scores), 1))
    if not falls.all():
        places[:, 1:][~falls] = 0
        places = np.maximum.accumulate(places, axis=1)
    out = np.empty_like(places)
    np.put_along_axis(out, order, places, axis=1)
    return out
