"""Estimates of a sampled survey under its design: means and shares with Taylor-linearised errors, by group, over time.

Answers are [n, K], one row a respondent and one column a question; NaN = not asked, not answered or don't know,
which stays outside the figure while the respondent stays inside the design.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from scoring.intervals import wilson
from scoring.special import z_value
from scoring.types import Floats, ScoringError

FIGURES = ("mean", "linear100", "top_box", "top2", "net")
SHARES = frozenset({"top_box", "top2"})


@dataclass(frozen=True, eq=False)
class Design:
    """How respondents were drawn: weights [n], stratum of each [n], sampling fraction of each stratum [H]."""

    weights: Floats
    stratum: np.ndarray
    fraction: Floats

    @property
    def n(self) -> int:
        return len(self.weights)


@dataclass(frozen=True, eq=False)
class Means:
    """Weighted means [K] with error, bounds, number of answers and what they are worth after weighting.

    A column without answers is NaN; with one answer its error is NaN. deff is Kish's nΣw²/(Σw)².
    """

    value: Floats
    se: Floats
    lower: Floats
    upper: Floats
    n: Floats
    n_eff: Floats
    deff: Floats


def design(
    weights: ArrayLike, strata: Sequence[str] | None = None, population: Mapping[str, float] | None = None
) -> Design:
    """The design of a sample; `population` (people by stratum) adds the finite population correction."""
    w = np.asarray(weights, dtype=np.float64)
    if w.ndim != 1 or len(w) == 0 or np.any(~((w > 0) & np.isfinite(w))):
        raise ScoringError("Every respondent needs a weight above 0.")
    labels = ["all"] * len(w) if strata is None else [str(label) for label in strata]
    if len(labels) != len(w):
        raise ScoringError(f"There are {len(w)} respondents but {len(labels)} strata.")
    names, index, held = np.unique(np.asarray(labels), return_inverse=True, return_counts=True)
    fraction = np.zeros(len(names))
    if population is not None:
        missing = sorted(set(names.tolist()) - set(population))
        if missing:
            raise ScoringError(f"There is no population for stratum {missing[0]}.")
        size = np.array([population[str(name)] for name in names], dtype=np.float64)
        if np.any(held > size):
            raise ScoringError(f"Stratum {names[np.argmax(held > size)]} has more answers than people.")
        fraction = held / size
    return Design(w, index, fraction)


def means(
    sample: Design, answers: ArrayLike, *, coverage: float = 0.95, bounds: tuple[float, float] | None = None
) -> Means:
    """Ratio means Σwy/Σw of each column with the variance of their linear form (Woodruff 1971; Lohr 2010, ch. 9).

    z_i = w_i(y_i − ȳ)/Σw, 0 outside the column's domain; V = Σ_h (1 − f_h)·n_h/(n_h − 1)·Σ(z_hi − z̄_h)².
    A stratum with one respondent is measured from the centre of all, which errs on the large side.
    `bounds` keeps the interval inside the scale.
    """
    y = np.asarray(answers, dtype=np.float64)
    y = y[:, None] if y.ndim == 1 else y
    if y.shape[0] != sample.n:
        raise ScoringError(f"There are {sample.n} respondents but {y.shape[0]} rows of answers.")
    known = ~np.isnan(y)
    w = np.where(known, sample.weights[:, None], 0.0)
    total, n = w.sum(axis=0), known.sum(axis=0).astype(np.float64)
    held = np.where(total > 0, total, np.nan)
    value = (w * np.where(known, y, 0.0)).sum(axis=0) / held
    z = np.where(known, w * (np.where(known, y, 0.0) - value) / held, 0.0)
    se = np.where(n > 1, np.sqrt(_variance(sample, z)), np.nan)
    worth = total**2 / np.where(total > 0, (w**2).sum(axis=0), np.nan)
    half = z_value(coverage) * se
    lower, upper = value - half, value + half
    if bounds is not None:
        lower, upper = np.maximum(lower, bounds[0]), np.minimum(upper, bounds[1])
    return Means(value, se, lower, upper, n, worth, np.asarray(n / worth))


def _variance(sample: Design, z: Floats) -> Floats:
    held = np.bincount(sample.stratum)[:, None]
    sums = np.zeros((len(held), z.shape[1]))
    squares = np.zeros_like(sums)
    np.add.at(sums, sample.stratum, z)
    np.add.at(squares, sample.stratum, z**2)
    spread = np.maximum(squares - sums**2 / held, 0.0)
    inside = np.where(held > 1, spread * held / np.maximum(held - 1, 1), squares)
    return np.asarray(((1 - sample.fraction[:, None]) * inside).sum(axis=0))


def shares(sample: Design, marks: ArrayLike, *, coverage: float = 0.95) -> Means:
    """Shares of ones among 0/1 marks [n, K]; bounds are Wilson's at the size the linearised error is worth.

    (Korn & Graubard 1998 do the same with exact bounds.) Where nobody or everybody is marked that size is
    Kish's effective n.
    """
    found = means(sample, marks, coverage=coverage, bounds=(0.0, 1.0))
    spread = found.value * (1 - found.value)
    inner = (spread > 0) & (found.se > 0)
    size = np.where(inner, spread / np.where(inner, found.se, 1.0) ** 2, found.n_eff)
    size = np.where(np.isfinite(size), size, 0.0)
    hits = np.where(size > 0, np.clip(np.nan_to_num(found.value) * size, 0.0, size), 0.0)
    lower, upper = wilson(hits, size, coverage)
    return Means(found.value, found.se, lower, upper, found.n, found.n_eff, found.deff)


def scale_points(figure: str, n_levels: int) -> Floats:
    """What each level 1..k of a scale counts for in a figure; shares are 0-1, linear100 is 0-100."""
    level = np.arange(1.0, n_levels + 1)
    box = min(2, n_levels // 2)
    top, bottom = level > n_levels - box, level <= box
    known: dict[str, Floats] = {
        "mean": level,
        "linear100": 100 * (level - 1) / (n_levels - 1),
        "top_box": (level == n_levels).astype(np.float64),
        "top2": top.astype(np.float64),
        "net": top.astype(np.float64) - bottom,
    }
    if figure not in known or n_levels < 2:
        raise ScoringError(
            f"The figures of a scale of {n_levels} levels are {', '.join(known)}, not {figure}."
        )
    return known[figure]


def scale_figures(
    sample: Design, levels: ArrayLike, n_levels: int, *, coverage: float = 0.95
) -> dict[str, Means]:
    """Every figure of questions on one scale; levels [n, K] are whole numbers 1..k, NaN where there is none."""
    x = np.asarray(levels, dtype=np.float64)
    x = x[:, None] if x.ndim == 1 else x
    known = ~np.isnan(x)
    if np.any(known & ((x < 1) | (x > n_levels) | (x != np.round(x)))):
        row, column = np.argwhere(known & ((x < 1) | (x > n_levels) | (x != np.round(x))))[0]
        raise ScoringError(
            f"The answer {x[row, column]:g} is not on the scale from 1 to {n_levels}.",
            row=int(row) + 1,
            column=str(int(column) + 1),
        )
    place = np.where(known, x, 1).astype(int) - 1
    found = {}
    for figure in FIGURES:
        points = scale_points(figure, n_levels)
        values = np.where(known, points[place], np.nan)
        if figure in SHARES:
            found[figure] = shares(sample, values, coverage=coverage)
        else:
            span = (float(points.min()), float(points.max()))
            found[figure] = means(sample, values, coverage=coverage, bounds=span)
    return found


def by_group(sample: Design, answers: ArrayLike, groups: Sequence[str]) -> dict[str, Means]:
    """Means within each group: a domain of the whole design, not a sample of its own (Lohr 2010, 4.2)."""
    y = np.asarray(answers, dtype=np.float64)
    y = y[:, None] if y.ndim == 1 else y
    labels = np.asarray([str(group) for group in groups])
    if len(labels) != sample.n:
        raise ScoringError(f"There are {sample.n} respondents but {len(labels)} groups.")
    return {
        str(label): means(sample, np.where((labels == label)[:, None], y, np.nan))
        for label in np.unique(labels)
    }


def change(before: Means, after: Means, *, coverage: float = 0.95) -> Means:
    """After less before for independent samples; n and n_eff are those of the smaller side."""
    value, se = after.value - before.value, np.hypot(before.se, after.se)
    half = z_value(coverage) * se
    n, n_eff = np.minimum(before.n, after.n), np.minimum(before.n_eff, after.n_eff)
    return Means(value, se, value - half, value + half, n, n_eff, np.asarray(n / n_eff))
