"""Confidence sets for ranks: simultaneous, marginal, the τ best and worst, and for multinomial counts.

Source: Mogstad, Romano, Shaikh, Wilhelm (2024), Inference for ranks, Review of Economic Studies 91;
Bazylik, Mogstad, Romano, Shaikh, Wilhelm (2021), Finite- and large-sample inference for ranks using
multinomial data. Best place = 1 + units significantly better; worst place = p − units significantly worse.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from scoring.ordering import rank
from scoring.rankdraws import (
    DenseDraws,
    Draws,
    IndependentDraws,
    Pairs,
    RowDraws,
    critical_value,
    normal_blocks,
)
from scoring.rankexact import exact_critical_value
from scoring.ranktails import TailDraws
from scoring.special import binomial_tail
from scoring.types import Bools, Floats, RankSets, ScoringError

SMALL_FIELD = 64
"""Up to so many units every pair is looked at in every draw, and draws are made in the tail."""
_NOISE = 1e-13
_SLAB = 2_000_000


@dataclass(frozen=True)
class _Estimates:
    """Ranked estimates in an order of their own (best first), so that the order of rows cannot matter."""

    x: Floats
    se: Floats
    cov: Floats | None
    noise: float

    def spread(self, rows: slice) -> Floats:
        variance = self.se[rows, None] ** 2 + self.se[None, :] ** 2
        if self.cov is not None:
            variance = variance - 2 * self.cov[rows]
            # Perfectly tied estimates leave rounding dust where the variance is truly 0.
            variance[variance < 1e-12 * float(np.max(self.se) ** 2)] = 0.0
        return np.asarray(np.sqrt(variance))


def rank_sets(
    x: ArrayLike,
    se: ArrayLike | None = None,
    *,
    cov: ArrayLike | None = None,
    coverage: float = 0.95,
    draws: int = 1000,
    seed: int = 0,
    marginal: bool = False,
    stepdown: bool = True,
    best: int | None = None,
    worst: int | None = None,
) -> RankSets:
    """Places each unit may hold at the stated coverage, high values first; NaN in x is left out.

    Errors come as `se` [N] (independent estimates) or as `cov` [N, N]. Simultaneous sets hold for all
    units together; `marginal` ones for each unit alone. `best=τ` also tells which units may be among the
    τ best (`worst` likewise), always simultaneously. The same seed gives the same result in any row order.
    """
    values = np.asarray(x, dtype=np.float64)
    keep, order, estimates = _canonical(values, se, cov)
    _check_parameters(coverage, draws, len(order), best, worst)
    places = np.full((2, len(values)), np.nan)
    critical: float | None = None
    flags: list[np.ndarray] = []
    if len(order):
        target = np.flatnonzero(keep)[order]
        if not marginal or best is not None or worst is not None:
            sets = _simultaneous(estimates, coverage, draws, seed, stepdown=stepdown)
            lower, upper, critical = sets
            places[:, target] = lower, upper
            flags = [_scatter(lower <= (best or 0), target, len(values))]
            flags += [_scatter(upper > len(order) - (worst or 0), target, len(values))]
        if marginal:
            critical = None
            places[:, target] = _marginal(estimates, coverage, draws, seed, stepdown=stepdown)
    return RankSets(
        rank=rank(values),
        lower=places[0],
        upper=places[1],
        critical=critical,
        coverage=coverage,
        draws=draws,
        seed=seed,
        best=flags[0] if best is not None and flags else None,
        worst=flags[1] if worst is not None and flags else None,
    )


def _canonical(
    x: Floats, se: ArrayLike | None, cov: ArrayLike | None
) -> tuple[np.ndarray, np.ndarray, _Estimates]:
    if x.ndim != 1:
        raise ScoringError("Rank sets need one row of estimates.")
    if (se is None) == (cov is None):
        raise ScoringError("Rank sets need either standard errors or a covariance matrix.")
    keep = ~np.isnan(x)
    kept = x[keep]
    noise = _NOISE * float(np.max(np.abs(kept), initial=0.0))
    if se is not None:
        errors = np.asarray(se, dtype=np.float64)
        if errors.shape != x.shape:
            raise ScoringError(f"There are {len(x)} estimates but {errors.size} standard errors.")
        errors = errors[keep]
        _check_errors(kept, errors)
        order = np.lexsort((errors, -kept))
        return keep, order, _Estimates(kept[order], errors[order], None, noise)
    matrix = np.asarray(cov, dtype=np.float64)
    if matrix.shape != (len(x), len(x)):
        raise ScoringError(f"There are {len(x)} estimates but a covariance of shape {matrix.shape}.")
    matrix = matrix[np.ix_(keep, keep)]
    errors = np.sqrt(np.diag(matrix))
    _check_errors(kept, errors)
    if not np.allclose(matrix, matrix.T, rtol=1e-9, atol=1e-12 * float(np.max(errors, initial=0.0) ** 2)):
        raise ScoringError("The covariance matrix is not symmetric.")
    rows = np.sort(matrix, axis=1)
    order = np.lexsort((*rows.T, errors, -kept))
    return keep, order, _Estimates(kept[order], errors[order], matrix[np.ix_(order, order)], noise)


def _check_errors(x: Floats, errors: Floats) -> None:
    if not np.all(np.isfinite(x)):
        raise ScoringError("An estimate is infinite.")
    bad = np.flatnonzero(~(np.isfinite(errors) & (errors >= 0)))
    if len(bad):
        raise ScoringError(f"Estimate {int(bad[0]) + 1} has no usable standard error: {errors[bad[0]]}.")


def _check_parameters(coverage: float, draws: int, n: int, best: int | None, worst: int | None) -> None:
    if not 0 < coverage < 1:
        raise ScoringError(f"A coverage lies strictly between 0 and 1, not at {coverage}.")
    if draws < 1:
        raise ScoringError("At least one draw is needed.")
    for tau in (best, worst):
        if tau is not None and not 1 <= tau <= max(n, 1):
            raise ScoringError(f"The number of best or worst units lies between 1 and {n}, not at {tau}.")


def _scatter(flags: np.ndarray, target: np.ndarray, n: int) -> np.ndarray:
    full = np.zeros(n, dtype=np.bool_)
    full[target] = flags
    return full


def _deviations(estimates: _Estimates, draws: int, seed: int) -> Floats:
    """Draws z [draws, N] from N(0, covariance of the estimates)."""
    n = len(estimates.x)
    u = np.concatenate([block for _, block in normal_blocks(n, draws, seed)])
    if estimates.cov is None:
        return np.asarray(u * estimates.se)
    values, vectors = np.linalg.eigh(estimates.cov)
    if values[0] < -1e-8 * max(values[-1], 0.0):
        raise ScoringError("The covariance matrix is not positive semi-definite.")
    return np.asarray(u @ (vectors * np.sqrt(np.clip(values, 0.0, None))).T)


def _tails(estimates: _Estimates, draws: int, seed: int) -> TailDraws:
    n = len(estimates.x)
    generator = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(0, 0)))
    # One draw in each stratum of pairs and of heights: what is known to be even need not be left to chance.
    pick = (np.arange(draws) + generator.random(draws)) / draws
    height = (
        generator.permutation(draws) + 1 - generator.random(draws)
    ) / draws  # never 0: its quantile is infinite
    return TailDraws(
        gap=estimates.x[:, None] - estimates.x[None, :],
        spread=estimates.spread(slice(None)),
        cov=np.diag(estimates.se**2) if estimates.cov is None else estimates.cov,
        z=_deviations(estimates, draws, seed) if n > 1 else np.zeros((draws, n)),
        pick=pick,
        height=height,
        noise=estimates.noise,
    )


def _all_pairs(n: int) -> Bools:
    return ~np.eye(n, dtype=np.bool_)


def _simultaneous(
    estimates: _Estimates, coverage: float, draws: int, seed: int, *, stepdown: bool
) -> tuple[Floats, Floats, float]:
    n = len(estimates.x)
    if n <= SMALL_FIELD:
        tails = _tails(estimates, draws, seed)
        critical = tails.critical_value(_all_pairs(n), coverage, stepdown=stepdown)
    else:
        source: Draws
        if estimates.cov is not None:
            z = _deviations(estimates, draws, seed)
            source = DenseDraws(estimates.x, estimates.spread(slice(None)), z, estimates.noise)
        else:
            source = IndependentDraws(Pairs(estimates.x, estimates.se, estimates.noise), draws, seed)
        critical = critical_value(source, draws, coverage, stepdown=stepdown)
    better, worse = _count(estimates, critical)
    return 1.0 + better, n - worse, critical


def _count(estimates: _Estimates, critical: float) -> tuple[Floats, Floats]:
    """How many units are significantly better and worse than each; units stand best first."""
    n = len(estimates.x)
    better, worse = np.zeros(n), np.zeros(n)
    step = max(1, _SLAB // n)
    for start in range(0, n, step):
        rows = slice(start, min(start + step, n))
        ahead = slice(0, rows.stop)  # only a unit standing before can be better
        gap = estimates.x[None, ahead] - estimates.x[rows, None]
        found = gap > critical * estimates.spread(rows)[:, ahead] + estimates.noise
        better[rows] = found.sum(axis=1)
        worse[ahead] += found.sum(axis=0)
    return better, worse


def _marginal(
    estimates: _Estimates, coverage: float, draws: int, seed: int, *, stepdown: bool
) -> tuple[Floats, Floats]:
    n = len(estimates.x)
    criticals = np.empty(n)
    if n <= SMALL_FIELD:
        tails = _tails(estimates, draws, seed)
        # A unit's own pairs are some of all pairs; the bound keeps that true of the drawn values too.
        bound = tails.critical_value(_all_pairs(n), coverage, stepdown=stepdown)
        for unit in range(n):
            criticals[unit] = min(bound, _alone(estimates, tails, unit, coverage, stepdown=stepdown))
    else:
        z = _deviations(estimates, draws, seed)
        for unit in range(n):
            spread = estimates.spread(slice(unit, unit + 1))[0]
            source = RowDraws(estimates.x[unit] - estimates.x, spread, z, unit, estimates.noise)
            criticals[unit] = critical_value(source, draws, coverage, stepdown=stepdown)
    gap = estimates.x[:, None] - estimates.x[None, :]
    sure = gap > criticals[:, None] * estimates.spread(slice(None)) + estimates.noise
    behind = -gap > criticals[:, None] * estimates.spread(slice(None)) + estimates.noise
    return 1.0 + behind.sum(axis=1), n - sure.sum(axis=1).astype(np.float64)


def _alone(estimates: _Estimates, tails: TailDraws, unit: int, coverage: float, *, stepdown: bool) -> float:
    n = len(estimates.x)
    if estimates.cov is None:
        others = np.arange(n) != unit
        gap, own = estimates.x[unit] - estimates.x[others], float(estimates.se[unit])
        rest = estimates.se[others]
        return exact_critical_value(gap, own, rest, coverage, noise=estimates.noise, stepdown=stepdown)
    family = np.zeros((n, n), dtype=np.bool_)
    family[unit, :] = family[:, unit] = True
    family[unit, unit] = False
    return tails.critical_value(family, coverage, stepdown=stepdown)


def multinomial_rank_sets(counts: ArrayLike, *, coverage: float = 0.95, correction: str = "holm") -> RankSets:
    """Simultaneous rank sets of categories by how often each was chosen, valid in finite samples.

    Each ordered pair is tested by the exact binomial P(X ≥ n_j | n_j + n_k, ½); correction: holm,
    bonferroni or none.
    """
    x = np.asarray(counts, dtype=np.float64)
    if x.ndim != 1 or np.any(~(x >= 0) | (x != np.round(x)) | np.isinf(x)):
        raise ScoringError("Multinomial rank sets need one row of whole, non-negative counts.")
    if not 0 < coverage < 1:
        raise ScoringError(f"A coverage lies strictly between 0 and 1, not at {coverage}.")
    p = len(x)
    n_pairs = p * (p - 1)
    j, k = np.nonzero(~np.eye(p, dtype=np.bool_))
    # A pair depends on its two counts alone, so each distinct pair of counts is tested once.
    distinct, inverse = np.unique(np.stack([x[j], x[k]], axis=1), axis=0, return_inverse=True)
    p_values = binomial_tail(distinct[:, 0], distinct.sum(axis=1), 0.5)[inverse.ravel()]
    rejected = np.zeros(n_pairs, dtype=np.bool_)
    order = np.argsort(p_values, kind="stable")
    if correction == "holm":
        passed = p_values[order] <= (1 - coverage) / (n_pairs - np.arange(n_pairs))
        rejected[order] = np.logical_and.accumulate(passed)
    elif correction in {"bonferroni", "none"}:
        rejected = p_values <= (1 - coverage) / (n_pairs if correction == "bonferroni" else 1)
    else:
        raise ScoringError(f"A correction is holm, bonferroni or none, not {correction}.")
    worse = np.bincount(j[rejected], minlength=p).astype(np.float64)
    better = np.bincount(k[rejected], minlength=p).astype(np.float64)
    return RankSets(rank(x), np.asarray(better + 1), np.asarray(p - worse), None, coverage)
