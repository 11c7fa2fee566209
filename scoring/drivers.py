"""What goes with overall satisfaction: shares of explained variance, with bootstrap intervals. Association only."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import ArrayLike

from scoring.intervals import bootstrap, percentile_interval
from scoring.types import Floats, ScoringError

MOST_FOR_SHAPLEY = 10
CAPTION = "association"
_RIDGE = 1e-10


@dataclass(frozen=True, eq=False)
class Drivers:
    """Importance [K] of each driver as a share of R² (sums to 1), its interval, and the drivers' mean levels.

    method: "lmg" (Lindeman, Merenda & Gold 1980 = Shapley) up to ten drivers, "johnson" above.
    """

    names: tuple[str, ...]
    importance: Floats
    lower: Floats
    upper: Floats
    performance: Floats
    performance_se: Floats
    r_squared: float
    n: int
    method: str
    draws: int
    seed: int
    caption: str = CAPTION


@dataclass(frozen=True)
class Quadrant:
    """A driver's place on the importance-performance chart; `certain` when both error bars stay on one side."""

    name: str
    place: str
    certain: bool


def drivers(
    x: ArrayLike,
    y: ArrayLike,
    names: Sequence[str],
    *,
    draws: int = 500,
    seed: int = 0,
    coverage: float = 0.95,
) -> Drivers:
    """Importance of drivers x [n, K] for an overall answer y [n] over complete rows."""
    rows, outcome = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if rows.ndim != 2 or rows.shape[1] != len(names) or outcome.shape != rows.shape[:1]:
        raise ScoringError("Drivers need one column a name and one overall answer a row.")
    data = np.column_stack([rows, outcome])
    data = data[np.isfinite(data).all(axis=1)]
    n, k = len(data), len(names)
    if n < k + 2:
        raise ScoringError(f"{k} drivers need at least {k + 2} complete answers, not {n}.")
    flat = np.flatnonzero(np.ptp(data, axis=0) == 0)
    if len(flat):
        column = "the overall answer" if flat[0] == k else names[flat[0]]
        raise ScoringError(f"All answers to {column} are the same, so nothing can go with them.")
    method = "lmg" if k <= MOST_FOR_SHAPLEY else "johnson"
    shared = lmg if method == "lmg" else johnson
    found = shared(_correlation(data)[None])[0]
    matrices = bootstrap(_correlation, data, draws=draws, seed=seed)
    replicates = shared(matrices)
    totals = replicates.sum(axis=1, keepdims=True)
    lower, upper = percentile_interval(replicates / np.where(totals > 0, totals, 1.0), coverage)
    return Drivers(
        names=tuple(names),
        importance=found / found.sum(),
        lower=lower,
        upper=upper,
        performance=data[:, :k].mean(axis=0),
        performance_se=data[:, :k].std(axis=0, ddof=1) / np.sqrt(n),
        r_squared=float(found.sum()),
        n=n,
        method=method,
        draws=draws,
        seed=seed,
    )


def _correlation(data: Floats) -> Floats:
    """Correlation matrix [K+1, K+1]; a column that does not vary in a draw goes with nothing."""
    centred = data - data.mean(axis=0)
    spread = np.sqrt((centred**2).sum(axis=0))
    scaled = centred / np.where(spread > 0, spread, 1.0)
    return np.asarray(scaled.T @ scaled)


def lmg(correlations: ArrayLike) -> Floats:
    """Shapley shares of R² [B, K] from correlation matrices [B, K+1, K+1], the outcome last; they sum to R²."""
    matrix = np.asarray(correlations, dtype=np.float64)
    k = matrix.shape[-1] - 1
    explained = {0: np.zeros(len(matrix))}
    for size in range(1, k + 1):
        for subset in combinations(range(k), size):
            explained[_code(subset)] = _r_squared(matrix, subset)
    shares = np.zeros((len(matrix), k))
    for code, value in explained.items():
        size = code.bit_count()
        for driver in range(k):
            if not code >> driver & 1:
                weight = 1 / (k * comb(k - 1, size))
                shares[:, driver] += weight * (explained[code | 1 << driver] - value)
    return shares


def _code(subset: Sequence[int]) -> int:
    return sum(1 << driver for driver in subset)


def _r_squared(matrix: Floats, subset: Sequence[int]) -> Floats:
    index = np.array(subset)
    # A breath of ridge keeps drivers that repeat each other solvable; they then share their part equally.
    inner = matrix[:, index[:, None], index[None, :]] + _RIDGE * np.eye(len(index))
    right = matrix[:, index, -1]
    beta = np.linalg.solve(inner, right[:, :, None])[:, :, 0]
    return np.asarray(np.clip((beta * right).sum(axis=1), 0.0, 1.0))


def johnson(correlations: ArrayLike) -> Floats:
    """Relative weights [B, K] (Johnson 2000) from correlation matrices [B, K+1, K+1]; they sum to R²."""
    matrix = np.asarray(correlations, dtype=np.float64)
    values, vectors = np.linalg.eigh(matrix[:, :-1, :-1])
    positive = values > 1e-10
    root = np.where(positive, np.sqrt(np.maximum(values, 0)), 0.0)
    inverse = np.where(positive, 1 / np.where(positive, root, 1.0), 0.0)
    loadings = np.einsum("bij,bj,bkj->bik", vectors, root, vectors)
    beta = np.einsum("bij,bj,bkj,bk->bi", vectors, inverse, vectors, matrix[:, :-1, -1])
    return np.asarray(np.einsum("bik,bk->bi", loadings**2, beta**2))


def importance_performance(found: Drivers) -> list[Quadrant]:
    """Quadrant of each driver against mean importance and mean performance.

    priority (important, weak), strength (important, strong), maintain (less important, strong), later.
    """
    level = found.performance.mean()
    half = 1.96 * found.performance_se
    even = 1 / len(found.names)
    places = {
        (True, False): "priority",
        (True, True): "strength",
        (False, True): "maintain",
        (False, False): "later",
    }
    quadrants = []
    for k, name in enumerate(found.names):
        important, strong = bool(found.importance[k] >= even), bool(found.performance[k] >= level)
        clear = not found.lower[k] < even < found.upper[k] and abs(found.performance[k] - level) > half[k]
        quadrants.append(Quadrant(name, places[important, strong], bool(clear)))
    return quadrants
