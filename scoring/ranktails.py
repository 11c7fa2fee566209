"""Critical values of rank sets for small fields: the far tail of the largest difference, drawn where it lies.

Plain draws spend 95 of 100 on maxima below the critical value, so a thousand of them leave it uncertain by
±0.04. Here each draw picks one pair, is moved so that this pair exceeds a level c₀, and counts for
1/(number of pairs that exceed it): P(max > c) = |F|·P(Z > c₀)·E[1{max > c}/K] for every c ≥ c₀ (Naiman & Priebe
2001, Computing scan statistic p values using importance sampling). The limit is that of the plain bootstrap.
"""

from dataclasses import dataclass

import numpy as np

from scoring.special import normal_ppf, normal_sf
from scoring.types import Bools, Floats

_SLAB = 2_000_000
_ENOUGH = 1.1


@dataclass(frozen=True, eq=False)
class TailDraws:
    """Deviations z [R, N] with covariance cov [N, N], and a number in (0, 1) a draw for the pair and the height."""

    gap: Floats
    spread: Floats
    cov: Floats
    z: Floats
    pick: Floats
    height: Floats
    noise: float

    def critical_value(self, family: Bools, coverage: float, *, stepdown: bool) -> float:
        """The coverage quantile of the maximum over a family of ordered pairs [N, N], stepped down if asked."""
        critical = np.inf
        while True:
            left = family & (self.spread > 0)
            if np.isfinite(critical):
                left &= self.gap <= critical * self.spread + self.noise
            if not left.any():
                return 0.0  # no pair carries any error: differences stand as they are
            value = self._quantile(left, 1 - coverage)
            if not stepdown or value >= critical:
                return min(value, critical)
            critical = value

    def _quantile(self, left: Bools, alpha: float) -> float:
        first, second = np.nonzero(left)
        size = len(first)
        target = 3 * alpha
        while True:
            share = min(target / size, 1 - 1e-12)
            level = -float(normal_ppf(share))
            maxima, counts = self._above(level, first, second)
            weights = size * float(normal_sf(level)) / len(maxima) / counts
            # The level must lie below the quantile; the union bound alone may have put it above.
            if weights.sum() >= min(_ENOUGH * alpha, (1 + alpha) / 2) or share >= 1 - 1e-9:
                return _upper_quantile(maxima, weights, alpha)
            target *= 2

    def _above(self, level: float, first: np.ndarray, second: np.ndarray) -> tuple[Floats, Floats]:
        """Maxima [R] and how many pairs exceed the level [R], when one pair a draw is made to exceed it."""
        chosen = (self.pick * len(first)).astype(np.int64)
        a, b = first[chosen], second[chosen]
        spread = self.spread[a, b]
        rows = np.arange(len(chosen))
        reached = (self.z[rows, a] - self.z[rows, b]) / spread
        wanted = -normal_ppf(self.height * float(normal_sf(level)))
        moved = self.z + ((wanted - reached) / spread)[:, None] * (self.cov[a] - self.cov[b])
        maxima, counts = wanted.copy(), np.zeros(len(chosen))
        step = max(1, _SLAB // len(chosen))
        for start in range(0, len(first), step):
            i, j = first[start : start + step], second[start : start + step]
            difference = (moved[:, i] - moved[:, j]) / self.spread[i, j]
            np.maximum(maxima, difference.max(axis=1), out=maxima)
            counts += (difference > level).sum(axis=1)
        return maxima, np.maximum(counts, 1.0)


def _upper_quantile(maxima: Floats, weights: Floats, alpha: float) -> float:
    """The height above which the weights sum to alpha, on straight lines between draws."""
    order = np.argsort(-maxima, kind="stable")
    heights, reached = maxima[order], np.cumsum(weights[order])
    return float(np.interp(alpha, reached, heights))
