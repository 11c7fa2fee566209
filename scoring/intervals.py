"""Intervals and standard errors: Wilson, Clopper-Pearson, Newcombe, smoothed tallies, bootstrap, finite populations."""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scoring.special import beta_ppf, z_value
from scoring.types import ScoringError

PRIOR_RATINGS = 5.0
"""Weight of the pooled prior in a smoothed tally, counted in ratings."""

Bounds = tuple[NDArray[np.float64], NDArray[np.float64]]


def wilson(successes: ArrayLike, n: ArrayLike, coverage: float = 0.95) -> Bounds:
    """Lower and upper bound of a share (Wilson 1927); NaN where n = 0.

    Centre (p + z²/2n)/(1 + z²/n), half width z√(p(1−p)/n + z²/4n²)/(1 + z²/n).
    """
    x, size = _checked_counts(successes, n)
    z2 = z_value(coverage) ** 2
    trials = np.where(size > 0, size, np.nan)
    p = x / trials
    centre = (p + z2 / (2 * trials)) / (1 + z2 / trials)
    half = np.sqrt(z2 * (p * (1 - p) / trials + z2 / (4 * trials**2))) / (1 + z2 / trials)
    # At the edges the two terms cancel exactly on paper; rounding would leave 1e-18 instead of 0.
    lower = np.where(x == 0, np.where(size > 0, 0.0, np.nan), centre - half)
    upper = np.where(x == size, np.where(size > 0, 1.0, np.nan), centre + half)
    return np.asarray(lower), np.asarray(upper)


def clopper_pearson(successes: ArrayLike, n: ArrayLike, coverage: float = 0.95) -> Bounds:
    """Exact bounds of a share (Clopper & Pearson 1934); NaN where n = 0."""
    x, size = _checked_counts(successes, n)
    tail = (1 - coverage) / 2
    z_value(coverage)  # refuses a coverage outside 0-1
    some, rest = np.maximum(x, 1.0), np.maximum(size - x, 1.0)
    lower = np.where(x > 0, beta_ppf(tail, some, size - x + 1), 0.0)
    upper = np.where(x < size, beta_ppf(1 - tail, x + 1, rest), 1.0)
    empty = size == 0
    return np.asarray(np.where(empty, np.nan, lower)), np.asarray(np.where(empty, np.nan, upper))


def newcombe(x1: ArrayLike, n1: ArrayLike, x2: ArrayLike, n2: ArrayLike, coverage: float = 0.95) -> Bounds:
    """Bounds of the difference p1 − p2 of two independent shares (Newcombe 1998, method 10)."""
    low1, high1 = wilson(x1, n1, coverage)
    low2, high2 = wilson(x2, n2, coverage)
    p1, p2 = _share(x1, n1), _share(x2, n2)
    gap = p1 - p2
    lower = gap - np.sqrt((p1 - low1) ** 2 + (high2 - p2) ** 2)
    upper = gap + np.sqrt((high1 - p1) ** 2 + (p2 - low2) ** 2)
    return np.asarray(lower), np.asarray(upper)


def _share(x: ArrayLike, n: ArrayLike) -> NDArray[np.float64]:
    size = np.asarray(n, dtype=np.float64)
    return np.asarray(np.asarray(x, dtype=np.float64) / np.where(size > 0, size, np.nan))


def _checked_counts(successes: ArrayLike, n: ArrayLike) -> Bounds:
    x, size = np.broadcast_arrays(np.asarray(successes, dtype=np.float64), np.asarray(n, dtype=np.float64))
    if np.any(~((x >= 0) & (x <= size) & np.isfinite(size))):
        raise ScoringError("A share needs counts with 0 ≤ successes ≤ n.")
    return x, size


ROWS_AT_ONCE = 8192
"""Rows taken together so that they stay in the processor's cache; no result depends on it."""


def pooled_shares(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Level shares over all units, counts[N, K] → [K], with one rating spread evenly so that none is 0."""
    n_rows, n_levels = counts.shape
    even = n_rows - n_rows % 16
    # Sixteen rows side by side: numpy adds long rows much faster than short ones.
    wide = np.ascontiguousarray(counts[:even]).reshape(-1, 16 * n_levels).sum(axis=0)
    totals = wide.reshape(16, n_levels).sum(axis=0) + counts[even:].sum(axis=0)
    return np.asarray((totals + 1 / n_levels) / (totals.sum() + 1))


def prior_strength(shares: ArrayLike, points: ArrayLike) -> float:
    """How many ratings of the pooled shares a spread is smoothed by: 5, and 5·(kurtosis − 1) where tails are long.

    A variance taken from n ratings has a relative error of √((kurtosis − 1)/n): where one rating in a hundred
    is bad, a unit that has seen none yet knows little of its own spread.
    """
    value, share = np.asarray(points, dtype=np.float64), np.asarray(shares, dtype=np.float64)
    squares = (value - share @ value) ** 2
    variance = float(share @ squares)
    return (
        PRIOR_RATINGS * max(1.0, float(share @ squares**2) / variance**2 - 1) if variance else PRIOR_RATINGS
    )


def smoothed_se(
    counts: NDArray[np.float64],
    points: ArrayLike,
    *,
    prior: ArrayLike | None = None,
    population: ArrayLike | None = None,
) -> NDArray[np.float64]:
    """Standard error of each unit's mean points, counts[N, K] → [N]; NaN where a unit has no rating.

    The spread comes from the tally smoothed by s ratings of the `prior` shares q (default: all units
    pooled), so three ratings that agree do not claim certainty: se² = Σ(n_k + s·q_k)(v_k − m)² /
    (n + s − 3) / n, the larger of the values with s = 5 and s = `prior_strength`. `population` [N] makes a
    finite population correction √((N − n)/(N − 1)).
    """
    return mean_and_se(counts, points, prior=prior, population=population)[1]


def mean_and_se(
    counts: NDArray[np.float64],
    points: ArrayLike,
    *,
    prior: ArrayLike | None = None,
    population: ArrayLike | None = None,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean points of each unit as counted, [N], and its smoothed standard error; NaN without ratings."""
    value = np.asarray(points, dtype=np.float64)
    shares = pooled_shares(counts) if prior is None else np.asarray(prior, dtype=np.float64)
    centre = float(shares @ value)
    variance = float(shares @ (value - centre) ** 2)
    strengths = sorted({PRIOR_RATINGS, prior_strength(shares, value)})
    mean, error = np.empty(len(counts)), np.empty(len(counts))
    for start in range(0, len(counts), ROWS_AT_ONCE):
        rows = slice(start, start + ROWS_AT_ONCE)
        levels = np.ascontiguousarray(counts[rows].T)
        n = dot_levels(np.ones(len(value)), levels)
        size = np.where(n > 0, n, np.nan)
        mean[rows] = dot_levels(value, levels) / size
        own = _own_spread(value, levels, mean[rows])
        away = mean[rows] - centre
        away *= away
        # The spread is itself estimated: Student's variance with ν = n + s − 1 is larger by ν/(ν − 2). Without
        # it, 30 equal units with 5-30 ratings each would be told apart in 9 of 100 surveys instead of 5.
        smoothed = (
            (own + strength * variance + away * (n * strength / (n + strength)))
            / np.maximum(n + strength - 3, 1.0)
            for strength in strengths
        )
        error[rows] = np.sqrt(np.maximum.reduce(list(smoothed)) / size)
    if population is not None:
        error *= finite_population(counts.sum(axis=1), population)
    return mean, error


def _own_spread(
    value: NDArray[np.float64], levels: NDArray[np.float64], mean: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Σ n_k(v_k − mean)² of each unit; Σ n_k·v_k² − n·mean² would cancel where all ratings agree."""
    spread = np.zeros(len(mean))
    for mark, level in zip(value.tolist(), levels, strict=True):
        gap = mark - mean
        gap *= gap
        gap *= level
        spread += gap
    return spread


def dot_levels(value: NDArray[np.float64], levels: NDArray[np.float64]) -> NDArray[np.float64]:
    """Σ v_k·levels[k], level by level: the same bits for a row wherever it stands, which BLAS does not promise."""
    total: NDArray[np.float64] = value[0] * levels[0]
    for weight, level in zip(value[1:], levels[1:], strict=True):
        total += weight * level
    return total


def finite_population(n: ArrayLike, population: ArrayLike) -> NDArray[np.float64]:
    """The factor √((N − n)/(N − 1)) that a sample without replacement takes off its standard error."""
    sample, size = np.asarray(n, dtype=np.float64), np.asarray(population, dtype=np.float64)
    if np.any(sample > size):
        raise ScoringError("A sample cannot be larger than its population.")
    return np.asarray(np.sqrt((size - sample) / np.maximum(size - 1, 1)))


def bootstrap(
    statistic: Callable[[NDArray[np.float64]], ArrayLike],
    rows: ArrayLike,
    *,
    draws: int = 1000,
    seed: int = 0,
) -> NDArray[np.float64]:
    """Bootstrap replicates [draws, …] of a statistic of `rows` [n, …] resampled with replacement.

    Rows are put in lexicographic order first, so the result does not depend on the order they came in.
    """
    data = np.asarray(rows, dtype=np.float64)
    if data.ndim == 0 or len(data) == 0 or draws < 1:
        raise ScoringError("A bootstrap needs at least one row and one draw.")
    flat = data.reshape(len(data), -1)
    ordered = data[np.lexsort(flat.T[::-1])]
    generator = np.random.default_rng(seed)
    picks = (generator.integers(0, len(data), len(data)) for _ in range(draws))
    return np.stack([np.asarray(statistic(ordered[pick]), dtype=np.float64) for pick in picks])


def percentile_interval(replicates: NDArray[np.float64], coverage: float = 0.95) -> Bounds:
    """The equal-tailed percentile interval over the first axis of bootstrap replicates."""
    z_value(coverage)
    tail = (1 - coverage) / 2
    lower, upper = np.quantile(replicates, [tail, 1 - tail], axis=0)
    return np.asarray(lower), np.asarray(upper)
