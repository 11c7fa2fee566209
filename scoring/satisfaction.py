"""Figures of satisfaction from counts of ratings per level: means, shares, intervals and named formulas."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from scoring.intervals import dot_levels, mean_and_se, smoothed_se, wilson
from scoring.shrinkage import Shrunk, eb_shrink, reliability, shrink_shares
from scoring.types import Floats, ScoringError, Tally

__all__ = [
    "FORMULAS",
    "Formula",
    "Rate",
    "Shrunk",
    "acsi",
    "eb_shrink",
    "formula",
    "median",
    "rate",
    "rating_rates",
]
__all__ += ["reliability", "shrink_shares", "tally", "top_levels"]


def top_levels(n_levels: int) -> int:
    """How many levels count as "top two": two, but never more than the better half of the scale."""
    return min(2, n_levels // 2)


def tally(counts: ArrayLike, dk: ArrayLike | None = None, *, population: ArrayLike | None = None) -> Tally:
    """Figures of each row of counts[N, K], levels from lowest to highest; don't-know `dk` [N] stays outside.

    mean is in levels 1-K, linear100 = 100·(mean − 1)/(K − 1), top_box, top2 and net are shares; net is top2
    less the same number of levels at the low end. `se` is the smoothed error of linear100, `lower` and
    `upper` the Wilson interval of top2. A row without ratings is NaN in everything but n and dk.
    """
    table = _checked_counts(counts)
    n_units, n_levels = table.shape
    levels = np.ascontiguousarray(table.T)
    ones = np.ones(n_levels)
    n = dot_levels(ones, levels)
    unknown = np.zeros(n_units) if dk is None else np.asarray(dk, dtype=np.float64)
    if unknown.shape != (n_units,) or np.any(~(unknown >= 0)):
        raise ScoringError("Don't-know needs one count of at least 0 for each row.")
    size = np.where(n > 0, n, np.nan)
    mean = dot_levels(np.arange(1.0, n_levels + 1), levels) / size
    box = top_levels(n_levels)
    top = dot_levels(ones[:box], levels[n_levels - box :])
    top2 = top / size
    lower, upper = wilson(np.minimum(top, n), n)
    points = np.linspace(0, 100, n_levels)
    return Tally(
        n=n,
        dk=unknown,
        mean=mean,
        linear100=100 * (mean - 1) / (n_levels - 1),
        top_box=levels[-1] / size,
        top2=np.asarray(top2),
        net=np.asarray(top2 - dot_levels(ones[:box], levels[:box]) / size),
        lower=lower,
        upper=upper,
        se=smoothed_se(table, points, population=population),
    )


def median(counts: ArrayLike) -> Floats:
    """Median level of each row, 1-K; halfway where exactly half of the ratings lie on either side."""
    table = _checked_counts(counts)
    half = table.sum(axis=1, keepdims=True) / 2
    reached = table.cumsum(axis=1)
    low = (reached >= half).argmax(axis=1)
    high = (reached > half).argmax(axis=1)
    return np.asarray(np.where(half[:, 0] > 0, (low + high) / 2 + 1, np.nan))


def _checked_counts(counts: ArrayLike) -> Floats:
    table = np.asarray(counts, dtype=np.float64)
    if table.ndim != 2 or table.shape[1] < 2:
        raise ScoringError("Counts need one row a unit and at least two levels.")
    if table.size and not (table.min() >= 0 and table.max() < np.inf):
        row = int(np.flatnonzero(~((table >= 0) & np.isfinite(table)).all(axis=1))[0])
        raise ScoringError("A count is missing, negative or not a number.", row=row + 1)
    return table


@dataclass(frozen=True)
class Formula:
    """A published way to turn level shares into one figure: points by level, lowest level first.

    `points(n_levels)` gives the figure's value for each level; the figure is their mean. `levels` are the
    scales it is defined for, none = any.
    """

    code: str
    version: str
    source: str
    points: Callable[[int], Floats]
    levels: tuple[int, ...] = ()

    def __call__(self, counts: ArrayLike) -> tuple[Floats, Floats]:
        """The figure of each row of counts[N, K] and its smoothed standard error."""
        table = _checked_counts(counts)
        if self.levels and table.shape[1] not in self.levels:
            known = " or ".join(map(str, self.levels))
            raise ScoringError(f"The formula {self.code} needs {known} levels, not {table.shape[1]}.")
        points = self.points(table.shape[1])
        return mean_and_se(table, points)


def _linear(n_levels: int) -> Floats:
    return np.linspace(0.0, 100.0, n_levels)


def _mapped(*points: float) -> Callable[[int], Floats]:
    return lambda _: np.array(points, dtype=np.float64)


def _promoters(_: int) -> Floats:
    return np.array([-100.0] * 7 + [0.0] * 2 + [100.0] * 2)


def _ends(n_levels: int) -> Floats:
    box = top_levels(n_levels)
    return np.array([-100.0] * box + [0.0] * (n_levels - 2 * box) + [100.0] * box)


def _top(share_from: Callable[[int], int]) -> Callable[[int], Floats]:
    return lambda k: np.where(np.arange(k) >= share_from(k), 100.0, 0.0)


_ALL = (
    Formula("linear100", "1", "100·(x−1)/(k−1), mean over ratings", _linear),
    Formula("gd", "1", "Guangdong 好差评 map 100/80/60/30/0", _mapped(0, 30, 60, 80, 100), (5,)),
    Formula("uk", "1", "UK service standard: 0/25/50/75/100", _mapped(0, 25, 50, 75, 100), (5,)),
    Formula("nps", "1", "Reichheld 2003: share 9-10 less share 0-6, ×100", _promoters, (11,)),
    Formula(
        "ces", "2", "Customer effort 2.0: share of the top three of seven, ×100", _top(lambda _: 4), (7,)
    ),
    Formula("top_box", "1", "share of the top level, ×100", _top(lambda k: k - 1)),
    Formula("top2", "1", "share of the two top levels, ×100", _top(lambda k: k - top_levels(k))),
    Formula("net", "1", "top two less bottom two levels, ×100", _ends),
    Formula("good_rate", "1", "share above the two lowest of five levels, ×100", _top(lambda _: 2), (5,)),
)
FORMULAS: Mapping[str, Formula] = {found.code: found for found in _ALL}


def formula(code: str) -> Formula:
    """The registered formula of that code."""
    if code not in FORMULAS:
        raise ScoringError(f"There is no satisfaction formula {code}; known are {', '.join(FORMULAS)}.")
    return FORMULAS[code]


def acsi(means: ArrayLike, weights: ArrayLike | None = None, *, lo: float = 1, hi: float = 10) -> Floats:
    """ACSI score of questions on a 1-10 scale, means[N, Q] → [N]: 100·Σw(x̄ − lo)/((hi − lo)·Σw).

    Weights default to equal; the published model takes them from its own estimation (Fornell 1996).
    """
    table = np.atleast_2d(np.asarray(means, dtype=np.float64))
    w = np.ones(table.shape[1]) if weights is None else np.asarray(weights, dtype=np.float64)
    if w.shape != (table.shape[1],) or np.any(w < 0) or w.sum() <= 0:
        raise ScoringError(f"An ACSI score needs {table.shape[1]} weights of at least 0, not all 0.")
    if np.any((table < lo) | (table > hi)):
        raise ScoringError(f"A question's mean lies outside its scale from {lo:g} to {hi:g}.")
    return np.asarray(100 * (table - lo) @ w / ((hi - lo) * w.sum()))


@dataclass(frozen=True)
class Rate:
    """A rate with what stands below the line; value, lower and upper are NaN where the denominator is 0."""

    code: str
    numerator: int
    denominator: int
    value: float
    lower: float
    upper: float


def rate(code: str, numerator: int, denominator: int, coverage: float = 0.95) -> Rate:
    """Numerator ÷ denominator with its Wilson interval."""
    lower, upper = wilson(numerator, denominator, coverage)
    value = numerator / denominator if denominator else float("nan")
    return Rate(code, numerator, denominator, value, float(lower), float(upper))


def rating_rates(
    levels: ArrayLike, n_ratable: int, handled: Mapping[str, tuple[int, int]] | None = None
) -> dict[str, Rate]:
    """The rates of finished-service ratings from one unit's active counts on five levels, lowest first.

    active = ratings ÷ ratable cases; good = 1 − (levels 1 and 2) ÷ ratings; top2 = (levels 4 and 5) ÷ ratings.
    `handled` adds (numerator, denominator) of rectify, ontime, callback_named, resident_confirmed, relapse.
    """
    counts = _checked_counts(np.atleast_2d(np.asarray(levels, dtype=np.float64)))
    if counts.shape != (1, 5):
        raise ScoringError("The rates of finished-service ratings need counts of five levels.")
    row = counts[0].astype(int)
    n = int(row.sum())
    found = {
        "active": rate("active", n, n_ratable),
        "good": rate("good", n - int(row[:2].sum()), n),
        "top2": rate("top2", int(row[3:].sum()), n),
    }
    return found | {code: rate(code, *parts) for code, parts in (handled or {}).items()}
