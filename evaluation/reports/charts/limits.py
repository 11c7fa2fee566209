"""Exact limits of a share around a common centre: binomial, or beta-binomial where units vary by themselves."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from scoring.special import beta_ppf, betabinomial_pmf, betainc

EXACT_N = 5000
"""Above this many ratings the beta-binomial is taken as its beta limit; the binomial stays exact."""


@lru_cache(maxsize=512)
def _distribution(n: int, centre: float, rho: float) -> NDArray[np.float64]:
    """P(X ≤ x) for x = 0 … n."""
    spread = 1 / rho - 1
    pmf = betabinomial_pmf(n, centre * spread, (1 - centre) * spread)
    return np.minimum(np.cumsum(pmf), 1.0)


def tails(good: int, n: int, centre: float, rho: float) -> tuple[float, float]:
    """P(X ≤ good) and P(X ≥ good) if the unit were like the whole."""
    if centre in (0.0, 1.0):
        return 1.0, 1.0
    if rho <= 0:
        at_most = 1.0 if good == n else 1 - float(betainc(good + 1, n - good, centre))
        at_least = 1.0 if good == 0 else float(betainc(good, n - good + 1, centre))
        return at_most, at_least
    if n > EXACT_N:
        spread = 1 / rho - 1
        a, b = centre * spread, (1 - centre) * spread
        at_most = float(betainc(a, b, min((good + 0.5) / n, 1.0)))
        at_least = 1 - float(betainc(a, b, max((good - 0.5) / n, 0.0)))
        return at_most, at_least
    cdf = _distribution(n, centre, rho)
    return float(cdf[good]), 1 - (float(cdf[good - 1]) if good else 0.0)


def two_sided(good: int, n: int, centre: float, rho: float) -> float:
    """Twice the smaller exact tail, at most 1."""
    return min(1.0, 2 * min(tails(good, n, centre, rho)))


@lru_cache(maxsize=4096)
def bounds(n: int, centre: float, rho: float, coverage: float) -> tuple[float, float]:
    """Shares between which a unit of n ratings falls with the given probability, interpolated between counts."""
    tail = (1 - coverage) / 2
    if centre in (0.0, 1.0):
        return centre, centre
    if rho > 0 and n > EXACT_N:
        spread = 1 / rho - 1
        low, high = beta_ppf([tail, 1 - tail], centre * spread, (1 - centre) * spread)
        return float(low), float(high)
    return _bound(n, centre, rho, tail), 1 - _bound(n, 1 - centre, rho, tail)


def _bound(n: int, centre: float, rho: float, tail: float) -> float:
    """The count whose lower tail is `tail`, as a share, by bisection and linear steps (Spiegelhalter, 2005)."""
    low, high = -1, n
    while high - low > 1:
        middle = (low + high) // 2
        if tails(middle, n, centre, rho)[0] < tail:
            low = middle
        else:
            high = middle
    below = tails(low, n, centre, rho)[0] if low >= 0 else 0.0
    above = tails(high, n, centre, rho)[0]
    share = (tail - below) / (above - below) if above > below else 1.0
    return max(0.0, (low + share) / n)


def overdispersion(good: list[int], sizes: list[int]) -> float:
    """Intraclass correlation of shares by the analysis of variance (Ridout, Demétrio, Firth, 1999), at least 0."""
    x, n = np.array(good, dtype=float), np.array(sizes, dtype=float)
    k, total = len(n), n.sum()
    if k < 2 or total <= k:
        return 0.0
    p = x.sum() / total
    within = (x * (1 - x / n)).sum() / (total - k)
    between = (n * (x / n - p) ** 2).sum() / (k - 1)
    size = (total - (n**2).sum() / total) / (k - 1)
    spread = between + (size - 1) * within
    return float(max(0.0, (between - within) / spread)) if spread > 0 else 0.0
