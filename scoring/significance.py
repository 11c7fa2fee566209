"""Tests that the rules share: false discovery, paired answers, tables in strata, equal distributions."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from scoring.special import betainc, binomial_tail, chi2_sf
from scoring.types import Floats, ScoringError


@dataclass(frozen=True)
class Outcome:
    """A statistic with its p-value; `estimate` is the effect it speaks of (a ratio, a difference, a share)."""

    statistic: float
    p: float
    estimate: float


def false_discovery(p_values: ArrayLike) -> Floats:
    """q-values of Benjamini and Hochberg (1995), in the order given; NaN stays NaN and does not count."""
    p = np.asarray(p_values, dtype=np.float64)
    if np.any((p < 0) | (p > 1)):
        raise ScoringError("A p-value lies between 0 and 1.")
    q = np.full(p.shape, np.nan)
    known = np.flatnonzero(~np.isnan(p))
    order = known[np.argsort(p[known], kind="stable")]
    raw = p[order] * len(order) / np.arange(1, len(order) + 1)
    q[order] = np.minimum(1.0, np.minimum.accumulate(raw[::-1])[::-1])
    return q


def t_two_sided(statistic: ArrayLike, df: ArrayLike) -> Floats:
    """P(|T| ≥ |t|) for Student's t."""
    t, freedom = np.asarray(statistic, dtype=np.float64), np.asarray(df, dtype=np.float64)
    # Near t = 0 the share df/(df + t²) rounds to 1, so the complement is computed there instead.
    far = betainc(freedom / 2, 0.5, freedom / (freedom + t**2))
    near = 1 - betainc(0.5, freedom / 2, t**2 / (freedom + t**2))
    return np.asarray(np.where(t**2 < freedom, near, far))


def mcnemar(only_first: int, only_second: int) -> Outcome:
    """Exact McNemar test of paired yes/no answers; estimate = share of the differing pairs that go the first way."""
    if only_first < 0 or only_second < 0:
        raise ScoringError("A McNemar test needs counts of at least 0.")
    n = only_first + only_second
    if n == 0:
        return Outcome(0.0, 1.0, float("nan"))
    p = min(1.0, 2 * float(binomial_tail(max(only_first, only_second), n, 0.5)))
    return Outcome(float(min(only_first, only_second)), p, only_first / n)


def cochran_mantel_haenszel(tables: ArrayLike) -> Outcome:
    """Association in 2 × 2 tables [S, 2, 2] = [[a, b], [c, d]] over strata, without continuity correction.

    The estimate is the common odds ratio ad/bc of Mantel and Haenszel (1959); strata with fewer than two
    cases say nothing and are passed over. p = 1 where no stratum can say anything.
    """
    table = np.asarray(tables, dtype=np.float64)
    if table.ndim != 3 or table.shape[1:] != (2, 2) or np.any(~(table >= 0)):
        raise ScoringError("The test over strata needs 2 × 2 tables with counts of at least 0.")
    table = table[table.sum(axis=(1, 2)) > 1]
    total = table.sum(axis=(1, 2))
    row, column = table[:, 0, :].sum(axis=1), table[:, :, 0].sum(axis=1)
    expected = row * column / total
    variance = row * (total - row) * column * (total - column) / (total**2 * (total - 1))
    if variance.sum() <= 0:
        return Outcome(0.0, 1.0, float("nan"))
    statistic = float((table[:, 0, 0] - expected).sum() ** 2 / variance.sum())
    above = float((table[:, 0, 0] * table[:, 1, 1] / total).sum())
    below = float((table[:, 0, 1] * table[:, 1, 0] / total).sum())
    return Outcome(statistic, float(chi2_sf(statistic, 1)), above / below if below > 0 else float("inf"))


def same_distribution(first: ArrayLike, second: ArrayLike) -> Outcome:
    """Pearson's χ² of two rows of counts [K]; levels nobody used are dropped; estimate = Cramér's V."""
    table = np.stack([np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)])
    if table.ndim != 2 or np.any(~(table >= 0)):
        raise ScoringError("Comparing distributions needs two rows of counts of at least 0.")
    table = table[:, table.sum(axis=0) > 0]
    total = table.sum()
    if table.shape[1] < 2 or np.any(table.sum(axis=1) == 0):
        return Outcome(0.0, 1.0, 0.0)
    expected = table.sum(axis=1, keepdims=True) * table.sum(axis=0, keepdims=True) / total
    statistic = float(((table - expected) ** 2 / expected).sum())
    return Outcome(
        statistic, float(chi2_sf(statistic, table.shape[1] - 1)), float(np.sqrt(statistic / total))
    )
