"""Empirical-Bayes shrinkage: how much of what differs between units is signal, and estimates pulled to the mean."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from scoring.types import Floats, ScoringError


@dataclass(frozen=True, eq=False)
class Shrunk:
    """Shrunken values [N], the share of each unit's own deviation that was kept [N], and what they are pulled to."""

    values: Floats
    kept: Floats
    mean: float
    signal_variance: float


def signal_variance(values: ArrayLike, variances: ArrayLike) -> float:
    """Variance between units beyond sampling error (Paule & Mandel 1982): Σ (x − m)²/(τ² + v) = k − 1; at least 0."""
    x, v = _checked(values, variances)
    if len(x) < 2 or not np.ptp(x):
        return 0.0

    def excess(tau2: float) -> float:
        weight = 1 / (tau2 + v)
        mean = float(np.sum(weight * x) / np.sum(weight))
        return float(np.sum(weight * (x - mean) ** 2)) - (len(x) - 1)

    if np.any(v == 0):
        v = np.maximum(v, 1e-12 * max(float(np.var(x)), float(np.max(v)), 1e-300))
    if excess(0.0) <= 0:
        return 0.0
    low, high = 0.0, float(np.sum((x - x.mean()) ** 2)) + 1e-300
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if excess(middle) > 0 else (low, middle)
    return (low + high) / 2


def reliability(values: ArrayLike, variances: ArrayLike) -> float:
    """Share of the variance of values that is signal, τ²/(τ² + mean sampling variance); NaN below two units."""
    x, v = _checked(values, variances)
    if len(x) < 2:
        return float("nan")
    tau2 = signal_variance(x, v)
    total = tau2 + float(v.mean())
    return 1.0 if total == 0 else tau2 / total


def eb_shrink(values: ArrayLike, variances: ArrayLike) -> Shrunk:
    """Pulls each value to the weighted mean by the share of its deviation that is noise; needs four units.

    Factor 1 − (k−3)/(k−1) · v/(v + τ²) (Morris 1983); with equal variances this is the James-Stein
    estimator 1 − (k−3)v/Σ(x−m)² of Efron and Morris (1977), positive part.
    """
    x, v = _checked(values, variances)
    k = len(x)
    if k < 4:
        raise ScoringError(f"Shrinkage needs at least four units, not {k}.")
    tau2 = signal_variance(x, v)
    spread = tau2 + v
    weight = 1 / np.maximum(spread, 1e-300)
    mean = float(np.sum(weight * x) / np.sum(weight))
    kept = np.ones(k) if not np.any(spread > 0) else 1 - (k - 3) / (k - 1) * v / np.maximum(spread, 1e-300)
    if tau2 == 0:
        # All variation is within what chance makes; the estimator then takes its positive part.
        observed = float(np.sum((x - mean) ** 2))
        kept = np.maximum(0.0, 1 - (k - 3) * v / observed) if observed > 0 else np.zeros(k)
    return Shrunk(np.asarray(mean + kept * (x - mean)), np.asarray(kept), mean, tau2)


def shrink_shares(successes: ArrayLike, n: ArrayLike) -> Shrunk:
    """Shares pulled to the pooled share m: (x + Mm)/(n + M), with M from the beta-binomial's moments.

    The order of a ranking by a single share: never its Wilson bound, which sends small units to the end.
    """
    x, size = np.asarray(successes, dtype=np.float64), np.asarray(n, dtype=np.float64)
    if x.shape != size.shape or np.any(~((x >= 0) & (x <= size))):
        raise ScoringError("Shrinking shares needs counts with 0 ≤ successes ≤ n.")
    total = float(size.sum())
    if total == 0:
        raise ScoringError("Shrinking shares needs at least one rating.")
    seen = size > 0
    m = float(x.sum()) / total
    p, weights = x[seen] / size[seen], size[seen]
    k = int(seen.sum())
    # Kleinman 1973: the variance between units left after the binomial part, as a fraction of m(1−m).
    between = float(np.sum(weights * (p - m) ** 2))
    room = m * (1 - m) * (total - float(np.sum(weights**2)) / total)
    share = (
        (between - m * (1 - m) * (k - 1)) / (room - m * (1 - m) * (k - 1))
        if room > m * (1 - m) * (k - 1)
        else 0.0
    )
    share = min(max(share, 1e-6), 1.0)
    strength = 1 / share - 1
    kept = np.where(size + strength > 0, size / np.maximum(size + strength, 1e-300), 0.0)
    values = np.where(seen, (x + strength * m) / np.maximum(size + strength, 1e-300), m)
    return Shrunk(np.asarray(values), np.asarray(kept), m, share * m * (1 - m))


def _checked(values: ArrayLike, variances: ArrayLike) -> tuple[Floats, Floats]:
    x = np.asarray(values, dtype=np.float64)
    v = np.broadcast_to(np.asarray(variances, dtype=np.float64), x.shape)
    if x.ndim != 1 or not np.all(np.isfinite(x)) or np.any(~(v >= 0) | np.isinf(v)):
        raise ScoringError("Shrinkage needs finite values with variances of at least 0.")
    return x, v
