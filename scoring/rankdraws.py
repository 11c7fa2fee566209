"""Critical values of simultaneous rank sets: bootstrap draws and the largest studentised difference of each.

A draw's statistic is max over ordered pairs (a, b) of (s_aU_a − s_bU_b)/√(s_a² + s_b²), with U standard
normal. By Cauchy and Schwarz a pair reaches at most √(U_a² + U_b²), and at most max(|U_a|, |U_b|) when both
have the same sign. So a draw's maximum nearly always lies between its largest and its smallest U, and what
the bound cannot exclude is computed in full: the result is exact, never an approximation.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

BLOCK = 128
"""Draws that share one random stream; any block can be drawn again alone."""
_KEPT = 24
_SLAB = 2_000_000


class Draws(Protocol):
    """What a step-down procedure needs: exact upper order statistics of the maxima over the pairs left."""

    def maxima(self, critical: float, low: int) -> Floats:
        """Maxima [draws] over pairs not rejected at `critical`, exact from sorted position `low` upwards."""


@dataclass(frozen=True)
class Pairs:
    """Estimates x [N] with their standard errors; says which ordered pairs are still in the family."""

    x: Floats
    se: Floats
    noise: float

    def spread(self, a: NDArray[np.intp], b: NDArray[np.intp]) -> Floats:
        return np.asarray(np.sqrt(self.se[a] ** 2 + self.se[b] ** 2))

    def left(
        self, a: NDArray[np.intp], b: NDArray[np.intp], spread: Floats, critical: float
    ) -> NDArray[np.bool_]:
        """Whether "a is better than b" is not yet established; pairs without any error never count."""
        if np.isinf(critical):
            return spread > 0
        return (spread > 0) & (self.x[a] - self.x[b] <= critical * spread + self.noise)


def normal_blocks(n: int, draws: int, seed: int) -> Iterator[tuple[slice, Floats]]:
    """Standard normal draws in blocks of rows; a block's numbers depend on the seed and its place alone."""
    for block in range(-(-draws // BLOCK)):
        start = block * BLOCK
        stop = min(start + BLOCK, draws)
        yield slice(start, stop), normal_block(n, block, seed)[: stop - start]


def normal_block(n: int, block: int, seed: int) -> Floats:
    """One block [BLOCK, n] of standard normal draws."""
    stream = np.random.SeedSequence(seed, spawn_key=(block,))
    return np.random.default_rng(stream).standard_normal((BLOCK, n))


class IndependentDraws:
    """Draws for independent estimates; per draw only the extreme U are kept, the rest is drawn again at need."""

    def __init__(self, pairs: Pairs, draws: int, seed: int) -> None:
        self.pairs, self.draws, self.seed = pairs, draws, seed
        n = len(pairs.x)
        self.kept = min(_KEPT, n // 2)
        self.high = np.empty((draws, self.kept), dtype=np.intp)
        self.low = np.empty((draws, self.kept), dtype=np.intp)
        self.high_u, self.low_u = np.empty((draws, self.kept)), np.empty((draws, self.kept))
        for rows, u in normal_blocks(n, draws, seed):
            order = np.argpartition(u, (self.kept - 1, n - self.kept), axis=1)
            self.low[rows], self.high[rows] = order[:, : self.kept], order[:, n - self.kept :]
            self.low_u[rows] = -np.take_along_axis(u, self.low[rows], axis=1)
            self.high_u[rows] = np.take_along_axis(u, self.high[rows], axis=1)
        self.bound = self._bound()

    def _bound(self) -> Floats:
        """The most any pair outside the kept ones can reach, by draw."""
        top, bottom = self.high_u.max(axis=1), self.low_u.max(axis=1)
        top_rest, bottom_rest = self.high_u.min(axis=1), self.low_u.min(axis=1)
        mixed = np.maximum(
            np.hypot(np.maximum(top, 0), np.maximum(bottom_rest, 0)),
            np.hypot(np.maximum(top_rest, 0), np.maximum(bottom, 0)),
        )
        return np.asarray(np.maximum(mixed, np.maximum(np.abs(top), np.abs(bottom))))

    def maxima(self, critical: float, low: int) -> Floats:
        found = self._among_kept(critical)
        # Only the upper order statistics matter: a draw that cannot pass the current one stays as it is.
        threshold = float(np.partition(found, low)[low])
        open_draws = np.flatnonzero(self.bound > np.maximum(found, threshold))
        block, u = -1, np.empty((0, 0))
        for draw in open_draws:
            if draw // BLOCK != block:
                block = int(draw // BLOCK)
                u = normal_block(len(self.pairs.x), block, self.seed)
            floor = max(float(found[draw]), threshold)
            found[draw] = max(found[draw], self._in_full(u[draw % BLOCK], critical, floor))
        return found

    def _among_kept(self, critical: float) -> Floats:
        found = np.empty(self.draws)
        step = max(1, _SLAB // max(1, self.kept**2))
        for start in range(0, self.draws, step):
            rows = slice(start, min(start + step, self.draws))
            a, b = self.high[rows][:, :, None], self.low[rows][:, None, :]
            spread = self.pairs.spread(a, b)
            reach = (
                self.pairs.se[a] * self.high_u[rows][:, :, None]
                + self.pairs.se[b] * self.low_u[rows][:, None, :]
            )
            left = self.pairs.left(a, b, spread, critical)
            with np.errstate(divide="ignore", invalid="ignore"):
                found[rows] = np.where(left, reach / spread, -np.inf).max(axis=(1, 2))
        return found

    def _in_full(self, u: Floats, critical: float, floor: float) -> float:
        """The maximum of one draw if it exceeds `floor`, over every pair whose bound does."""
        top, bottom = max(float(u.max()), 0.0), max(float(-u.min()), 0.0)
        if floor >= max(top, bottom):
            first = np.flatnonzero((u > 0) & (u**2 + bottom**2 > floor**2))
            second = np.flatnonzero((u < 0) & (u**2 + top**2 > floor**2))
        else:
            first = second = np.arange(len(u))
        best = -np.inf
        step = max(1, _SLAB // max(1, len(second)))
        for start in range(0, len(first), step):
            a, b = first[start : start + step, None], second[None, :]
            spread = self.pairs.spread(a, b)
            left = self.pairs.left(a, b, spread, critical)
            reach = self.pairs.se[a] * u[a] - self.pairs.se[b] * u[b]
            with np.errstate(divide="ignore", invalid="ignore"):
                best = max(best, float(np.where(left, reach / spread, -np.inf).max(initial=-np.inf)))
        return best


class DenseDraws:
    """Draws held as deviations z [draws, N] with any covariance; every pair is compared."""

    def __init__(self, x: Floats, spread: Floats, z: Floats, noise: float) -> None:
        self.z, self.noise = z, noise
        self.gap = x[:, None] - x[None, :]
        self.spread = spread

    def maxima(self, critical: float, low: int) -> Floats:  # noqa: ARG002 - every draw is exact here
        found = np.full(len(self.z), -np.inf)
        for a in range(self.z.shape[1]):
            left = self.spread[a] > 0
            if not np.isinf(critical):
                left &= self.gap[a] <= critical * self.spread[a] + self.noise
            b = np.flatnonzero(left)
            if len(b):
                reach = (self.z[:, [a]] - self.z[:, b]) / self.spread[a, b]
                np.maximum(found, reach.max(axis=1), out=found)
        return found


class RowDraws:
    """Draws for the rank of one unit alone: its differences with all others, in both directions."""

    def __init__(self, gap: Floats, spread: Floats, z: Floats, unit: int, noise: float) -> None:
        others = spread > 0
        others[unit] = False
        self.gap, self.spread, self.noise = gap[others], spread[others], noise
        self.reach = (z[:, [unit]] - z[:, others]) / self.spread

    def maxima(self, critical: float, low: int) -> Floats:  # noqa: ARG002 - every draw is exact here
        limit = np.inf if np.isinf(critical) else critical * self.spread + self.noise
        above, below = self.gap <= limit, -self.gap <= limit
        upward = self.reach[:, above].max(axis=1, initial=-np.inf)
        downward = (-self.reach[:, below]).max(axis=1, initial=-np.inf)
        return np.asarray(np.maximum(upward, downward))


def critical_value(source: Draws, draws: int, coverage: float, *, stepdown: bool) -> float:
    """The coverage quantile of the maxima, repeated over the pairs left until nothing more is rejected.

    The same draws serve every step, so the value can only fall and the family is always
    {pairs with difference ≤ value · spread}; it is stable once the value stays.
    """
    position = (draws - 1) * coverage
    low = min(int(np.floor(position)), draws - 1)
    critical = np.inf
    while True:
        ordered = np.sort(source.maxima(critical, low))
        high = min(low + 1, draws - 1)
        share = position - low
        value = float(ordered[low] if share == 0 else ordered[low] * (1 - share) + ordered[high] * share)
        if not np.isfinite(value):
            return 0.0  # no pair carries any error: differences stand as they are
        if not stepdown or value >= critical:
            return min(value, critical)
        critical = value
