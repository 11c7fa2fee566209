"""Special functions of statistics in numpy: normal, gamma, beta, binomial, Poisson, beta-binomial."""

import math
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scoring.types import ScoringError

_STANDARD = NormalDist()
_TINY = 1e-300
_EPSILON = 1e-15
_MAX_TERMS = 200_000

_erfc = np.frompyfunc(math.erfc, 1, 1)
_lgamma = np.frompyfunc(math.lgamma, 1, 1)
_normal_quantile = np.frompyfunc(_STANDARD.inv_cdf, 1, 1)


def normal_cdf(x: ArrayLike) -> NDArray[np.float64]:
    """P(Z ≤ x) for a standard normal Z, accurate in the lower tail too."""
    scaled = -np.asarray(x, dtype=np.float64) / math.sqrt(2)
    return np.asarray(0.5 * np.asarray(_erfc(scaled), dtype=np.float64))


def normal_sf(x: ArrayLike) -> NDArray[np.float64]:
    """P(Z > x), accurate in the upper tail."""
    return normal_cdf(-np.asarray(x, dtype=np.float64))


def normal_ppf(p: ArrayLike) -> NDArray[np.float64]:
    """The quantile z with P(Z ≤ z) = p, for 0 < p < 1 (Wichura 1988, AS 241)."""
    shares = np.asarray(p, dtype=np.float64)
    if np.any(~((shares > 0) & (shares < 1))):
        raise ScoringError("A normal quantile needs probabilities strictly between 0 and 1.")
    return np.asarray(_normal_quantile(shares), dtype=np.float64)


def z_value(coverage: float) -> float:
    """The two-sided critical value of the normal: 1.96 for a coverage of 0.95."""
    if not 0 < coverage < 1:
        raise ScoringError(f"A coverage lies strictly between 0 and 1, not at {coverage}.")
    return -_STANDARD.inv_cdf((1 - coverage) / 2)


def log_gamma(x: ArrayLike) -> NDArray[np.float64]:
    """Ln Γ(x) for positive x, element by element."""
    return np.asarray(_lgamma(np.asarray(x, dtype=np.float64)), dtype=np.float64)


def log_beta(a: ArrayLike, b: ArrayLike) -> NDArray[np.float64]:
    """Ln B(a, b)."""
    a, b = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    return np.asarray(log_gamma(a) + log_gamma(b) - log_gamma(a + b))


def betainc(a: ArrayLike, b: ArrayLike, x: ArrayLike) -> NDArray[np.float64]:
    """Regularised incomplete beta I_x(a, b), by its continued fraction (Lentz; Numerical Recipes 6.4)."""
    a, b, x = np.broadcast_arrays(*(np.asarray(v, dtype=np.float64) for v in (a, b, x)))
    if np.any((a <= 0) | (b <= 0) | (x < 0) | (x > 1)):
        raise ScoringError("The incomplete beta function needs a > 0, b > 0 and 0 ≤ x ≤ 1.")
    # The fraction converges fast only below the mean; above it the mirror image is used.
    mirrored = x > (a + 1) / (a + b + 2)
    p, q, y = np.where(mirrored, b, a), np.where(mirrored, a, b), np.where(mirrored, 1 - x, x)
    inside = (y > 0) & (y < 1)
    safe = np.where(inside, y, 0.5)
    front = np.exp(p * np.log(safe) + q * np.log1p(-safe) - log_beta(p, q)) / p
    value = np.where(inside, front * _beta_fraction(p, q, safe), np.where(y <= 0, 0.0, 1.0))
    return np.asarray(np.clip(np.where(mirrored, 1 - value, value), 0.0, 1.0))


def _beta_fraction(
    a: NDArray[np.float64], b: NDArray[np.float64], x: NDArray[np.float64]
) -> NDArray[np.float64]:
    c = np.ones_like(x)
    d = 1 / _away_from_zero(1 - (a + b) * x / (a + 1))
    value = d.copy()
    for m in range(1, _MAX_TERMS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d = 1 / _away_from_zero(1 + even * d)
        c = _away_from_zero(1 + even / c)
        value = value * d * c
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        d = 1 / _away_from_zero(1 + odd * d)
        c = _away_from_zero(1 + odd / c)
        step = d * c
        value = value * step
        if np.all(np.abs(step - 1) < _EPSILON * 4):
            return value
    raise ScoringError("The incomplete beta function did not converge.")


def _away_from_zero(x: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(np.abs(x) < _TINY, _TINY, x)


def beta_ppf(p: ArrayLike, a: ArrayLike, b: ArrayLike) -> NDArray[np.float64]:
    """The quantile of a Beta(a, b), by Newton steps kept inside a shrinking bracket."""
    p, a, b = np.broadcast_arrays(*(np.asarray(v, dtype=np.float64) for v in (p, a, b)))
    low, high = np.zeros(p.shape), np.ones(p.shape)
    x = a / (a + b)
    constant = log_beta(a, b)
    for _ in range(200):
        gap = betainc(a, b, x) - p
        low, high = np.where(gap < 0, x, low), np.where(gap >= 0, x, high)
        density = np.exp((a - 1) * np.log(np.maximum(x, _TINY)) + (b - 1) * np.log1p(-x) - constant)
        newton = x - gap / np.maximum(density, _TINY)
        moved = np.where((newton > low) & (newton < high), newton, (low + high) / 2)
        if np.all(np.abs(moved - x) <= 1e-13 * moved):
            return np.asarray(moved)
        x = moved
    return np.asarray(x)


def gamma_q(a: ArrayLike, x: ArrayLike) -> NDArray[np.float64]:
    """Regularised upper incomplete gamma Q(a, x): series below a + 1, continued fraction above."""
    a, x = np.broadcast_arrays(np.asarray(a, dtype=np.float64), np.asarray(x, dtype=np.float64))
    if np.any((a <= 0) | (x < 0)):
        raise ScoringError("The incomplete gamma function needs a > 0 and x ≥ 0.")
    safe = np.where(x > 0, x, 1.0)
    front = np.exp(a * np.log(safe) - safe - log_gamma(a))
    small = x < a + 1
    lower = front * _gamma_series(a, np.where(small, safe, 1.0))
    upper = front * _gamma_fraction(a, np.where(small, a + 2, safe))
    return np.asarray(np.clip(np.where(x == 0, 1.0, np.where(small, 1 - lower, upper)), 0.0, 1.0))


def _gamma_series(a: NDArray[np.float64], x: NDArray[np.float64]) -> NDArray[np.float64]:
    term = 1 / a
    total = term.copy()
    for n in range(1, _MAX_TERMS):
        term = term * x / (a + n)
        total = total + term
        if np.all(term <= total * _EPSILON):
            return total
    raise ScoringError("The incomplete gamma series did not converge.")


def _gamma_fraction(a: NDArray[np.float64], x: NDArray[np.float64]) -> NDArray[np.float64]:
    b = x + 1 - a
    c = np.full(x.shape, 1 / _TINY)
    d = 1 / _away_from_zero(b)
    value = d.copy()
    for n in range(1, _MAX_TERMS):
        coefficient = -n * (n - a)
        b = b + 2
        d = 1 / _away_from_zero(coefficient * d + b)
        c = _away_from_zero(b + coefficient / c)
        step = d * c
        value = value * step
        if np.all(np.abs(step - 1) < _EPSILON * 4):
            return value
    raise ScoringError("The incomplete gamma fraction did not converge.")


def chi2_sf(x: ArrayLike, df: ArrayLike) -> NDArray[np.float64]:
    """P(χ² > x) with df degrees of freedom."""
    return gamma_q(np.asarray(df, dtype=np.float64) / 2, np.asarray(x, dtype=np.float64) / 2)


def poisson_tail(k: ArrayLike, mean: ArrayLike) -> NDArray[np.float64]:
    """P(X ≥ k) for a Poisson count with the given mean; 1 for k ≤ 0."""
    k, mean = np.broadcast_arrays(np.asarray(k, dtype=np.float64), np.asarray(mean, dtype=np.float64))
    counts, rate = np.maximum(k, 1.0), np.where(mean > 0, mean, 1.0)
    burst = counts > rate
    # Above the mean the tail itself is summed, not 1 − cdf: a burst's p lies far below 1e-16.
    front = np.exp(counts * np.log(rate) - rate - log_gamma(counts))
    above = front * _gamma_series(counts, np.where(burst, rate, 1.0))
    below = 1 - gamma_q(counts, rate)
    return np.asarray(np.where(k <= 0, 1.0, np.where(mean == 0, 0.0, np.where(burst, above, below))))


def binomial_tail(k: ArrayLike, n: ArrayLike, p: ArrayLike) -> NDArray[np.float64]:
    """P(X ≥ k) for X ~ Binomial(n, p)."""
    k, n, p = np.broadcast_arrays(*(np.asarray(v, dtype=np.float64) for v in (k, n, p)))
    inside = (k > 0) & (k <= n)
    value = betainc(np.where(inside, k, 1.0), np.where(inside, n - k + 1, 1.0), p)
    return np.asarray(np.where(k <= 0, 1.0, np.where(k > n, 0.0, value)))


def betabinomial_pmf(n: int, a: float, b: float) -> NDArray[np.float64]:
    """Probabilities of 0..n successes when the success share is Beta(a, b): an array of n + 1."""
    if n < 0 or a <= 0 or b <= 0:
        raise ScoringError("A beta-binomial needs n ≥ 0, a > 0 and b > 0.")
    k = np.arange(n + 1, dtype=np.float64)
    logs = log_gamma(n + 1) - log_gamma(k + 1) - log_gamma(n - k + 1)
    logs = logs + log_beta(k + a, n - k + b) - log_beta(a, b)
    return np.asarray(np.exp(logs))
