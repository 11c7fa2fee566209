"""The exact critical value for one unit's rank: given its own error, its differences with the others are independent.

P(max |difference| ≤ c) = ∫ φ(u) Π_j P(no pair with j exceeds c | U = u) du, a one-dimensional integral. It is
what the bootstrap tends to, without its noise.
"""

from dataclasses import dataclass

import numpy as np

from scoring.special import normal_cdf, normal_ppf
from scoring.types import Bools, Floats

_REACH = 8.5
_GRID = np.linspace(-_REACH, _REACH, 20_001)
_CDF = normal_cdf(_GRID)
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(64)


def exact_critical_value(
    gap: Floats, se: float, others: Floats, coverage: float, *, noise: float, stepdown: bool
) -> float:
    """Critical value for a unit with error `se` against others [M] with errors `others`, gap = its x − theirs."""
    spread = np.hypot(se, others)
    used = spread > 0
    gap, others, spread = gap[used], others[used], spread[used]
    if not len(gap):
        return 0.0
    critical = np.inf
    while True:
        limit = critical * spread + noise if np.isfinite(critical) else np.full(len(gap), np.inf)
        ahead, behind = gap <= limit, -gap <= limit
        value = _solve(_Family(se, others, spread, ahead, behind), coverage)
        if not stepdown or value >= critical - 1e-9:
            return float(min(value, critical))
        critical = value


def _nodes(c: float) -> tuple[Floats, Floats]:
    """Points u of the integral and their mass, in three panels that meet at ±c.

    A difference with a unit known (almost) exactly passes c where u does: a step there must lie between panels.
    """
    edge = min(max(abs(c), 1e-6), _REACH - 1e-6)
    ends = np.array([-_REACH, -edge, edge, _REACH])
    half, middle = np.diff(ends) / 2, (ends[1:] + ends[:-1]) / 2
    u = (middle[:, None] + half[:, None] * _NODES).ravel()
    return u, (half[:, None] * _WEIGHTS).ravel() * np.exp(-(u**2) / 2) / np.sqrt(2 * np.pi)


@dataclass(frozen=True, eq=False)
class _Family:
    """The differences still in question: unit − other (`ahead`) and other − unit (`behind`)."""

    se: float
    others: Floats
    spread: Floats
    ahead: Bools
    behind: Bools

    def covered(self, c: float) -> float:
        """Probability that no difference left in the family exceeds c."""
        u, mass = _nodes(c)
        between = np.ones((len(u), len(self.others)))
        with np.errstate(divide="ignore", invalid="ignore"):
            b = self.behind
            top = (self.se * u[:, None] + c * self.spread[b]) / self.others[b]
            between[:, b] = np.interp(top, _GRID, _CDF)
            a = self.ahead
            bottom = (self.se * u[:, None] - c * self.spread[a]) / self.others[a]
            between[:, a] -= np.interp(bottom, _GRID, _CDF)
        return float(mass @ np.prod(np.maximum(between, 0.0), axis=1))


def _solve(family: _Family, coverage: float) -> float:
    """The c at which the coverage is reached, by the Illinois rule on the normal scale, where it is nearly a line."""

    def height(c: float) -> float:
        return float(normal_ppf(min(max(family.covered(c), 1e-15), 1 - 1e-15))) - target

    target = float(normal_ppf(coverage))
    low, high = 1.5, 4.5  # where the answer of most fields lies
    f_low, f_high = height(low), height(high)
    if f_low > 0 or f_high < 0:
        low, high = -_REACH, _REACH
        f_low, f_high = height(low), height(high)
    side = 0
    for _ in range(100):
        middle = (low * f_high - high * f_low) / (f_high - f_low)
        f = height(middle)
        if abs(f) < 1e-8 or high - low < 1e-9:
            return middle
        if f > 0:
            high, f_high = middle, f
            f_low = f_low / 2 if side > 0 else f_low
            side = 1
        else:
            low, f_low = middle, f
            f_high = f_high / 2 if side < 0 else f_high
            side = -1
    return high
