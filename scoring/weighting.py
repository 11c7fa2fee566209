"""Weights of criteria: from pairwise comparison, from the data, and those a data set really gives them.

Values are [N, K], one row a unit; rows with a gap are left out. All weights returned are ≥ 0 and sum to 1.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from scoring.types import Bools, Floats, ScoringError

RANDOM_INDEX = (0.0, 0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59)
"""Mean consistency index of random matrices by size (Saaty 1980)."""
CONSISTENT_BELOW = 0.10
_RECIPROCAL_SLACK = 0.02


@dataclass(frozen=True, eq=False)
class AhpResult:
    """Weights [K] of a pairwise comparison and how consistent the comparisons were."""

    weights: Floats
    consistency_ratio: float
    principal_value: float
    method: str

    @property
    def consistent(self) -> bool:
        """Saaty's rule of thumb; beyond it the judgements should be made again."""
        return self.consistency_ratio <= CONSISTENT_BELOW


def ahp(matrix: ArrayLike, method: str = "eigenvector") -> AhpResult:
    """Analytic hierarchy process (Saaty 1980); matrix[i, j] = how much more i counts than j, NaN = not compared.

    method: eigenvector (missing cells by Harker 1987) or geometric (row geometric means, missing cells by
    logarithmic least squares). The random index is reduced for missing cells (Ágoston & Csató 2022).
    """
    table = _reciprocal(np.array(matrix, dtype=np.float64))
    n = len(table)
    missing = int(np.isnan(table).sum()) // 2
    if not _connected(~np.isnan(table)):
        raise ScoringError("The comparisons fall into parts that are not compared with each other.")
    if method == "geometric":
        weights = _log_least_squares(table)
        ratios = np.where(np.isnan(table), 0.0, table * weights[None, :] / weights[:, None])
        largest = float(np.mean(ratios.sum(axis=1) + np.isnan(table).sum(axis=1)))
    elif method == "eigenvector":
        filled = np.where(np.isnan(table), 0.0, table) + np.diag(np.isnan(table).sum(axis=1))
        values, vectors = np.linalg.eig(filled)
        place = int(np.argmax(values.real))
        largest = float(values[place].real)
        vector = np.abs(vectors[:, place].real)
        weights = vector / vector.sum()
    else:
        raise ScoringError(f"Pairwise comparison is solved by eigenvector or geometric, not {method}.")
    return AhpResult(weights, _consistency(largest, n, missing), largest, method)


def _reciprocal(table: Floats) -> Floats:
    if table.ndim != 2 or table.shape[0] != table.shape[1] or len(table) == 0:
        raise ScoringError(
            f"A pairwise comparison is a square matrix, not {' × '.join(map(str, table.shape))}."
        )
    if np.any(table <= 0) or np.any(np.isinf(table)):
        i, j = np.argwhere((table <= 0) | np.isinf(table))[0]
        raise ScoringError(
            f"A comparison must be above zero, not {table[i, j]:g}.", row=int(i) + 1, column=str(j + 1)
        )
    np.fill_diagonal(table, np.where(np.isnan(np.diag(table)), 1.0, np.diag(table)))
    product = table * table.T
    wrong = np.argwhere(np.abs(product - 1) > _RECIPROCAL_SLACK)
    if wrong.size:
        i, j = wrong[0]
        text = f"The comparison {table[i, j]:g} does not mirror {table[j, i]:g}; one is one divided by the other."
        raise ScoringError(text, row=int(i) + 1, column=str(j + 1))
    return np.where(np.isnan(table), 1 / table.T, table)


def _connected(known: Bools) -> bool:
    reached = np.zeros(len(known), dtype=np.bool_)
    reached[0] = True
    for _ in range(len(known)):
        reached = reached | known[reached].any(axis=0)
    return bool(reached.all())


def _log_least_squares(table: Floats) -> Floats:
    known = ~np.isnan(table) & ~np.eye(len(table), dtype=np.bool_)
    laplacian = np.diag(known.sum(axis=1)) - known.astype(np.float64)
    right = np.where(known, np.log(np.where(known, table, 1.0)), 0.0).sum(axis=1)
    logs = np.linalg.lstsq(laplacian, right, rcond=None)[0]
    raw = np.exp(logs - logs.max())
    return np.asarray(raw / raw.sum())


def _consistency(largest: float, n: int, missing: int) -> float:
    if n < 3:
        return 0.0
    index = RANDOM_INDEX[min(n, len(RANDOM_INDEX) - 1)] * (1 - 2 * missing / ((n - 1) * (n - 2)))
    if index <= 1e-12:
        return 0.0  # a spanning tree of comparisons cannot contradict itself
    return max(0.0, (largest - n) / (n - 1)) / index


def critic(values: ArrayLike, cost: ArrayLike | None = None) -> Floats:
    """CRITIC (Diakoulaki et al. 1995): spread of the min-max values times their conflict Σ(1 − r)."""
    x = _complete(values)
    lo, hi = x.min(axis=0), x.max(axis=0)
    _refuse_constant(hi - lo)
    scaled = (x - lo) / (hi - lo)
    flipped = np.where(_mask(cost, x.shape[1])[None, :], 1 - scaled, scaled)
    correlation = np.atleast_2d(np.corrcoef(flipped, rowvar=False))
    content = flipped.std(axis=0) * (1 - correlation).sum(axis=0)
    if content.sum() <= 1e-12:
        raise ScoringError("All criteria say the same, so CRITIC has nothing to weigh.")
    return np.asarray(np.maximum(content, 0) / np.maximum(content, 0).sum())


def entropy(values: ArrayLike, cost: ArrayLike | None = None) -> Floats:
    """Entropy weights (Shannon; Zeleny 1982): 1 − entropy of the shares x/Σx; the direction does not enter."""
    x = _complete(values)
    _mask(cost, x.shape[1])
    if np.any(x < 0):
        i, j = np.argwhere(x < 0)[0]
        raise ScoringError(
            f"Entropy weights need values of at least 0, not {x[i, j]:g}.", row=int(i) + 1, column=str(j + 1)
        )
    if np.any(x.sum(axis=0) <= 0):
        j = int(np.flatnonzero(x.sum(axis=0) <= 0)[0])
        raise ScoringError("Entropy weights need a sum above 0, but every value is 0.", column=str(j + 1))
    share = x / x.sum(axis=0)
    terms = np.where(share > 0, share * np.log(np.where(share > 0, share, 1.0)), 0.0)
    divergence = 1 + terms.sum(axis=0) / np.log(len(x))
    if divergence.sum() <= 1e-12:
        raise ScoringError("All columns are evenly spread, so entropy has nothing to weigh.")
    return np.asarray(np.maximum(divergence, 0) / np.maximum(divergence, 0).sum())


def std(values: ArrayLike, cost: ArrayLike | None = None) -> Floats:
    """Weights in proportion to each column's standard deviation, in the units given; direction does not enter."""
    x = _complete(values)
    _mask(cost, x.shape[1])
    spread = x.std(axis=0)
    if spread.sum() <= 0:
        raise ScoringError("No column varies, so standard deviations have nothing to weigh.")
    return np.asarray(spread / spread.sum())


def pca(values: ArrayLike, cost: ArrayLike | None = None) -> Floats:
    """Weights in proportion to communalities on the principal components with eigenvalue ≥ 1 (Kaiser).

    Squared loadings on the correlation matrix (Nicoletti et al. 2000); their sum per column does not change
    under rotation, so none is needed, nor does the direction enter.
    """
    x = _complete(values)
    _mask(cost, x.shape[1])
    _refuse_constant(x.std(axis=0))
    eigenvalues, vectors = np.linalg.eigh(np.atleast_2d(np.corrcoef(x, rowvar=False)))
    kept = eigenvalues >= min(1.0, float(eigenvalues[-1])) - 1e-9
    communality = (vectors[:, kept] ** 2 * eigenvalues[kept]).sum(axis=1)
    return np.asarray(communality / communality.sum())


def effective(values: ArrayLike, weights: ArrayLike) -> Floats:
    """Share of the composite's variance that each column brings, w·cov(x, y)/var(y); sums to 1.

    What a weight does in the data at hand, beside what it says on paper (Becker et al. 2017).
    """
    x = _complete(values)
    w = np.asarray(weights, dtype=np.float64)
    covariance = np.atleast_2d(np.cov(x, rowvar=False))
    total = float(w @ covariance @ w)
    if total <= 0:
        raise ScoringError("The composite does not vary, so no column has an effect on it.")
    return np.asarray(w * (covariance @ w) / total)


def balance(values: ArrayLike, shares: ArrayLike) -> Floats:
    """Weights whose effective shares of the composite's variance are the `shares` asked for.

    Minimises ½w'Cw − Σ s·ln w, whose only stationary point has w·(Cw) = s: a convex problem, one answer.
    """
    x = _complete(values)
    target = np.asarray(shares, dtype=np.float64)
    if target.shape != (x.shape[1],) or np.any(~(target >= 0)) or not target.sum() > 0:
        raise ScoringError(f"Balancing needs {x.shape[1]} shares of at least 0, not all 0.")
    used = target > 0
    _refuse_constant(x[:, used].std(axis=0))
    scale = x[:, used].std(axis=0)
    covariance = np.atleast_2d(np.corrcoef(x[:, used], rowvar=False))
    weights = np.zeros(len(target))
    weights[used] = _risk_budget(covariance, target[used] / target.sum()) / scale
    return np.asarray(weights / weights.sum())


def _risk_budget(covariance: Floats, target: Floats) -> Floats:
    w = np.sqrt(target)
    for _ in range(500):
        gradient = covariance @ w - target / w
        if np.max(np.abs(w * gradient)) < 1e-13:
            return np.asarray(w)
        step = np.linalg.solve(covariance + np.diag(target / w**2), gradient)
        # A damped Newton step keeps a self-concordant function decreasing and w positive.
        size = (max(float(gradient @ step), 0.0) / float(target.min())) ** 0.5
        w = w - step / (1 + size if size > 0.25 else 1.0)
        if not np.all(np.isfinite(w)) or bool((w > 1e6).any()):
            break
    raise ScoringError("No weights give these shares: some columns cancel each other out.")


def _complete(values: ArrayLike) -> Floats:
    x = np.asarray(values, dtype=np.float64)
    if x.ndim != 2 or x.shape[1] == 0:
        raise ScoringError("Weights need a table of values, one row a unit and one column a criterion.")
    x = x[~np.isnan(x).any(axis=1)]
    if len(x) < 2 or not np.all(np.isfinite(x)):
        raise ScoringError(
            f"Weights from data need at least two complete rows of finite values, not {len(x)}."
        )
    return x


def _mask(cost: ArrayLike | None, n: int) -> Bools:
    mask = np.zeros(n, dtype=np.bool_) if cost is None else np.asarray(cost, dtype=np.bool_)
    if mask.shape != (n,):
        raise ScoringError(f"There are {n} columns but {mask.size} marks for cost.")
    return mask


def _refuse_constant(spread: Floats) -> None:
    flat = np.flatnonzero(spread <= 0)
    if len(flat):
        raise ScoringError("The values of this column are all the same.", column=str(int(flat[0]) + 1))
