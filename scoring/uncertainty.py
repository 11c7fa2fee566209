"""How sure the ranking is: thousands of draws over sampling error, weights and scales, ranked anew each time."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from scoring.draws import BLOCK, SOURCES, Lottery, lottery
from scoring.ordering import place_rows
from scoring.plan import Plan, compile_plan
from scoring.recipe import standing
from scoring.types import Bools, Floats, Scheme, ScoringError, Table

THREADS = 2


@dataclass(frozen=True, eq=False)
class Simulation:
    """Places of every unit in every draw and what follows from them; NaN and 0 for units that are not ranked.

    frequencies: [N, P] share of draws in which a unit holds a place. se: standard deviation of the compared
    score. mc_se: Monte Carlo standard error of mean_rank. places: [draws, N], competition ranks.
    """

    units: tuple[str, ...]
    ranked: Bools
    places: np.ndarray
    frequencies: Floats
    mean: Floats
    se: Floats
    mean_rank: Floats
    rank_lower: Floats
    rank_upper: Floats
    mc_se: Floats
    coverage: float
    draws: int
    seed: int
    sources: tuple[str, ...]

    def top(self, k: int) -> tuple[Floats, Floats]:
        """P(among the best k) [N] with its Monte Carlo standard error."""
        share = np.where(self.ranked, ((self.places > 0) & (self.places <= k)).mean(axis=0), np.nan)
        return share, np.sqrt(share * (1 - share) / self.draws)

    def beats(self, first: str, second: str) -> tuple[float, float]:
        """P(first stands before second), ties counting half, with its Monte Carlo standard error."""
        i, j = self._ranked_unit(first), self._ranked_unit(second)
        a, b = self.places[:, i], self.places[:, j]
        won = np.where(a < b, 1.0, np.where(a == b, 0.5, 0.0))
        return float(won.mean()), float(won.std() / self.draws**0.5)

    def _ranked_unit(self, unit: str) -> int:
        if unit not in self.units or not self.ranked[self.units.index(unit)]:
            raise ScoringError(f"the unit {unit} is not ranked")
        return self.units.index(unit)


def simulate(
    table: Table,
    scheme: Scheme,
    *,
    draws: int = 1000,
    seed: int = 0,
    sources: tuple[str, ...] = SOURCES,
    coverage: float = 0.95,
    chunk: int = 64,
) -> Simulation:
    """Joint Monte Carlo over the sources the scheme's `uncertainty` allows; a failed draw is an error.

    Units without a place stay out of every draw, as they stay out of the ranking. `chunk` bounds memory only.
    """
    return simulate_plan(
        compile_plan(scheme, table), draws=draws, seed=seed, sources=sources, coverage=coverage, chunk=chunk
    )


def simulate_plan(
    plan: Plan,
    *,
    draws: int = 1000,
    seed: int = 0,
    sources: tuple[str, ...] = SOURCES,
    coverage: float = 0.95,
    chunk: int = 64,
) -> Simulation:
    """The same for a plan made earlier."""
    if draws < 1:
        raise ScoringError("a simulation needs at least one draw")
    if not 0 < coverage < 1:
        raise ScoringError(f"a coverage lies strictly between 0 and 1, not at {coverage}")
    ranked = ~np.isnan(standing(plan)[2])
    if not ranked.any():
        raise ScoringError("no unit is ranked, so there is no ranking to simulate")
    game = lottery(plan, seed, sources)
    n = len(ranked)
    groups = _groups(plan, ranked)
    size = max((len(members) for members in groups), default=0)
    places = np.zeros((draws, n), dtype=np.int16 if size < 2**15 else np.int32)
    total, squares = np.zeros(n), np.zeros(n)
    centre = np.zeros(n)
    for start, scores in _blocks(game, draws, chunk):
        if start == 0:
            centre = scores[0].copy()  # sums of squares around a value of the right size lose no digits
        for members in groups:
            places[start : start + len(scores), members] = place_rows(scores[:, members])
        gap = scores - centre
        total += gap.sum(axis=0)
        squares += (gap * gap).sum(axis=0)
    direction = 1.0 if plan.scheme.rank.best == "high" else -1.0
    variance = np.maximum(squares - total**2 / draws, 0.0) / max(draws - 1, 1)
    blank = np.where(ranked, 1.0, np.nan)
    frequencies, lower, upper, mean_rank, spread = _summary(places, size, coverage)
    return Simulation(
        units=plan.table.units,
        ranked=ranked,
        places=places,
        frequencies=frequencies,
        mean=direction * (centre + total / draws) * blank,
        se=variance**0.5 * blank,
        mean_rank=mean_rank * blank,
        rank_lower=lower * blank,
        rank_upper=upper * blank,
        mc_se=spread / draws**0.5 * blank,
        coverage=coverage,
        draws=draws,
        seed=seed,
        sources=game.varies,
    )


def _blocks(game: Lottery, draws: int, chunk: int) -> Iterator[tuple[int, Floats]]:
    """Scores of one block after the other; threads work ahead, at most `chunk` blocks are held."""
    n_blocks = -(-draws // BLOCK)

    def one(block: int) -> Floats:
        return game.scores(block, min(BLOCK, draws - block * BLOCK))

    with ThreadPoolExecutor(THREADS) as pool:
        for first in range(0, n_blocks, max(1, chunk)):
            batch = range(first, min(first + max(1, chunk), n_blocks))
            for block, scores in zip(batch, pool.map(one, batch), strict=True):
                yield block * BLOCK, scores


def _groups(plan: Plan, ranked: Bools) -> list[np.ndarray]:
    within = plan.scheme.rank.within
    if within is None:
        return [np.flatnonzero(ranked)] if ranked.any() else []
    labels = np.array(plan.table.groups[within])
    return [np.flatnonzero(ranked & (labels == label)) for label in sorted(set(labels[ranked].tolist()))]


def _summary(places: np.ndarray, size: int, coverage: float) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    """Frequencies [N, P], the places that leave half of 1 − coverage on either side, mean and spread of places."""
    draws, n = places.shape
    counts = np.zeros((n, size + 1), dtype=np.int64)
    for unit in range(n):
        counts[unit] = np.bincount(places[:, unit], minlength=size + 1)
    reached = np.cumsum(counts[:, 1:], axis=1)
    tail = (1 - coverage) / 2 * draws
    lower, upper = (reached > tail).argmax(axis=1), (reached >= draws - tail).argmax(axis=1)
    frequencies = counts[:, 1:] / draws
    steps = np.arange(1, size + 1)
    mean = frequencies @ steps
    spread = np.sqrt(np.maximum(frequencies @ steps**2 - mean**2, 0.0))
    return frequencies, lower + 1.0, upper + 1.0, mean, spread
