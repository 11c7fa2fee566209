"""Whether sources, raters and rankings agree: contradictions are shown, never averaged away."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from scoring.ordering import rank
from scoring.significance import t_two_sided
from scoring.special import z_value
from scoring.types import Floats, ScoringError

MARGIN = 20.0
"""Points (0-100) by which two sources may differ before it counts as a contradiction."""


@dataclass(frozen=True)
class Contradiction:
    """Two sources on one unit that cannot both be right: `gap` = first − second, surely beyond the margin."""

    row: int
    first: str
    second: str
    gap: float
    least_gap: float


@dataclass(frozen=True)
class Agreement:
    """A coefficient of agreement with its interval and p-value; NaN where it is not defined."""

    value: float
    lower: float
    upper: float
    p: float
    n: int


def contradictions(
    values: ArrayLike,
    sources: Sequence[str],
    se: ArrayLike | None = None,
    *,
    margin: float = MARGIN,
    coverage: float = 0.95,
) -> list[Contradiction]:
    """Pairs of sources on one dimension, values [N, S] in points 0-100, whose gap exceeds the margin for sure.

    With errors `se` [N, S] the gap less z·√(se₁² + se₂²) must exceed it. A missing source contradicts nobody.
    Order: by row, then by the order of the sources.
    """
    table = np.atleast_2d(np.asarray(values, dtype=np.float64))
    errors = np.zeros(table.shape) if se is None else np.atleast_2d(np.asarray(se, dtype=np.float64))
    if table.shape[1] != len(sources) or errors.shape != table.shape:
        raise ScoringError(f"There are {len(sources)} sources, so each unit needs as many values and errors.")
    z = z_value(coverage)
    found = []
    for row, (points, error) in enumerate(zip(table, errors, strict=True)):
        for i in range(len(sources)):
            for j in range(i + 1, len(sources)):
                gap = points[i] - points[j]
                noise = np.nan_to_num(error[i]) ** 2 + np.nan_to_num(error[j]) ** 2
                least = abs(gap) - z * noise**0.5
                if least > margin:
                    found.append(Contradiction(row, sources[i], sources[j], float(gap), float(least)))
    return found


def spearman(x: ArrayLike, y: ArrayLike, coverage: float = 0.95) -> Agreement:
    """Spearman's rank correlation over complete pairs; t-test, interval by Bonett & Wright (2000)."""
    first, second = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if first.shape != second.shape or first.ndim != 1:
        raise ScoringError("A rank correlation needs two columns of the same length.")
    both = ~(np.isnan(first) | np.isnan(second))
    n = int(both.sum())
    a, b = rank(first[both], ties="average"), rank(second[both], ties="average")
    if n < 3 or a.std() == 0 or b.std() == 0:
        return Agreement(float("nan"), float("nan"), float("nan"), float("nan"), n)
    r = float(np.clip(np.corrcoef(a, b)[0, 1], -1, 1))
    if n < 4 or abs(r) >= 1 - 1e-12:
        p = 0.0 if abs(r) >= 1 - 1e-12 else float(t_two_sided(r * np.sqrt((n - 2) / (1 - r**2)), n - 2))
        return Agreement(r, r if abs(r) >= 1 - 1e-12 else -1.0, r if abs(r) >= 1 - 1e-12 else 1.0, p, n)
    half = z_value(coverage) * np.sqrt((1 + r**2 / 2) / (n - 3))
    centre = np.arctanh(r)
    p = float(t_two_sided(r * np.sqrt((n - 2) / (1 - r**2)), n - 2))
    return Agreement(r, float(np.tanh(centre - half)), float(np.tanh(centre + half)), p, n)


def kappa(table: ArrayLike, weights: str = "none", coverage: float = 0.95) -> Agreement:
    """Cohen's κ of two raters from their square table of counts; weights: none, linear or quadratic.

    Large-sample interval (Fleiss, Cohen & Everitt 1969), p for κ = 0.
    """
    counts = np.asarray(table, dtype=np.float64)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1] or np.any(~(counts >= 0)) or counts.sum() <= 0:
        raise ScoringError("κ needs a square table of counts of at least 0, not all 0.")
    k, n = len(counts), float(counts.sum())
    apart = np.abs(np.subtract.outer(np.arange(k), np.arange(k))) / max(k - 1, 1)
    schemes = {"none": (apart == 0) * 1.0, "linear": 1 - apart, "quadratic": 1 - apart**2}
    if weights not in schemes:
        raise ScoringError(f"κ is weighted none, linear or quadratic, not {weights}.")
    w, p = schemes[weights], counts / n
    row, column = p.sum(axis=1), p.sum(axis=0)
    chance = np.outer(row, column)
    observed, expected = float((w * p).sum()), float((w * chance).sum())
    if expected >= 1 - 1e-12:
        return Agreement(float("nan"), float("nan"), float("nan"), float("nan"), int(n))
    value = (observed - expected) / (1 - expected)
    margin = (w @ column)[:, None] + (row @ w)[None, :]
    spread = (p * (w - margin * (1 - value)) ** 2).sum() - (value - expected * (1 - value)) ** 2
    null = (chance * (w - margin) ** 2).sum() - expected**2
    se = float(np.sqrt(max(spread, 0.0) / n)) / (1 - expected)
    se_null = float(np.sqrt(max(null, 0.0) / n)) / (1 - expected)
    p_value = float(t_two_sided(value / se_null, 1e9)) if se_null > 0 else float("nan")
    half = z_value(coverage) * se
    return Agreement(value, max(-1.0, value - half), min(1.0, value + half), p_value, int(n))


def cross_table(first: Sequence[int], second: Sequence[int], levels: int) -> Floats:
    """Counts [levels, levels] of two raters' levels 1-K on the same cases."""
    a, b = np.asarray(first, dtype=np.int64), np.asarray(second, dtype=np.int64)
    if a.shape != b.shape or np.any((a < 1) | (a > levels) | (b < 1) | (b > levels)):
        raise ScoringError(f"Two raters need one level from 1 to {levels} each on every case.")
    flat = np.bincount((a - 1) * levels + (b - 1), minlength=levels**2)
    return np.asarray(flat.reshape(levels, levels), dtype=np.float64)
