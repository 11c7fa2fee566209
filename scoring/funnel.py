"""Funnel plots: exact limits within which a share may lie by chance alone, binomial or beta-binomial."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from scoring.shrinkage import shrink_shares
from scoring.special import betabinomial_pmf, log_gamma
from scoring.types import Floats, ScoringError

_NO_EXTRA_SPREAD = 1e6


@dataclass(frozen=True, eq=False)
class Funnel:
    """Limits [N] at each unit's n around the centre, the chance of so extreme a count, and the verdict.

    verdict: "below", "within" or "above" by the exact tail; "" where n = 0. `strength` is M of the
    beta-binomial (infinite = binomial): units differ by nature as Beta(M·m, M·(1 − m)).
    """

    centre: float
    strength: float
    lower: Floats
    upper: Floats
    p: Floats
    verdict: tuple[str, ...]


def funnel(
    successes: Sequence[int] | np.ndarray,
    n: Sequence[int] | np.ndarray,
    *,
    coverage: float = 0.95,
    centre: float | None = None,
    strength: float | None = None,
) -> Funnel:
    """Limits for shares successes/n; centre defaults to the pooled share, strength to the units' own spread.

    Limits interpolate between the two counts around the tail (Spiegelhalter 2005); the verdict uses the
    exact tail of the count itself. Pass strength=inf for plain binomial limits.
    """
    x, size = np.asarray(successes, dtype=np.int64), np.asarray(n, dtype=np.int64)
    if x.shape != size.shape or x.ndim != 1 or np.any((x < 0) | (x > size)):
        raise ScoringError("A funnel needs counts with 0 ≤ successes ≤ n.")
    if not 0 < coverage < 1:
        raise ScoringError(f"A coverage lies strictly between 0 and 1, not at {coverage}.")
    pooled = shrink_shares(x, size)
    m = pooled.mean if centre is None else centre
    if not 0 < m < 1:
        raise ScoringError("A funnel needs a centre strictly between 0 and 1.")
    seen = size > 0
    kept = float(pooled.kept[seen][0])
    spread = float(size[seen][0]) * (1 - kept) / kept if strength is None else strength
    tail = (1 - coverage) / 2
    lower, upper, p = (np.full(len(x), np.nan) for _ in range(3))
    verdict = [""] * len(x)
    for trials in np.unique(size[seen]):
        chances = _chances(int(trials), m, spread)
        cdf = np.minimum(np.cumsum(chances), 1.0)
        rows = np.flatnonzero(size == trials)
        lower[rows] = _limit(cdf, tail) / trials
        upper[rows] = (trials - _limit(np.minimum(np.cumsum(chances[::-1]), 1.0), tail)) / trials
        at_most, at_least = cdf[x[rows]], np.cumsum(chances[::-1])[::-1][x[rows]]
        p[rows] = np.minimum(1.0, 2 * np.minimum(at_most, at_least))
        for row, below, above in zip(rows, at_most, at_least, strict=True):
            verdict[row] = "below" if below < tail else "above" if above < tail else "within"
    return Funnel(m, spread, lower, upper, p, tuple(verdict))


def _chances(n: int, centre: float, strength: float) -> Floats:
    if strength < _NO_EXTRA_SPREAD:
        return betabinomial_pmf(n, strength * centre, strength * (1 - centre))
    k = np.arange(n + 1, dtype=np.float64)
    logs = log_gamma(n + 1.0) - log_gamma(k + 1) - log_gamma(n - k + 1)
    return np.asarray(np.exp(logs + k * np.log(centre) + (n - k) * np.log1p(-centre)))


def _limit(cdf: ArrayLike, tail: float) -> float:
    """The count, between two whole ones, at which the lower tail reaches `tail`; 0 where even 0 is too likely."""
    steps = np.asarray(cdf, dtype=np.float64)
    k = int(np.searchsorted(steps, tail))
    if k == 0:
        return 0.0
    return k - float((steps[k] - tail) / (steps[k] - steps[k - 1]))
