"""Sampled surveys: design weights, post-stratification, raking, design effect, stratified means, outcome rates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from scoring.types import Floats, ScoringError


@dataclass(frozen=True)
class Estimate:
    """A mean with its standard error, the number of answers and what they are worth after weighting."""

    value: float
    se: float
    n: int
    n_eff: float
    deff: float


@dataclass(frozen=True, eq=False)
class Raked:
    """Weights [n] that meet every margin, how many rounds it took, and what the weighting costs."""

    weights: Floats
    rounds: int
    deff: float
    n_eff: float


def deff(weights: ArrayLike) -> float:
    """Design effect of unequal weights, nΣw²/(Σw)² (Kish 1965)."""
    w = _checked_weights(weights)
    return float(len(w) * np.sum(w**2) / np.sum(w) ** 2)


def n_eff(weights: ArrayLike) -> float:
    """How many equally weighted answers tell as much."""
    return len(np.asarray(weights)) / deff(weights)


def design_weights(strata: Sequence[str], population: Mapping[str, float]) -> Floats:
    """N_h/n_h for each sampled case; every stratum of the population must have been reached."""
    labels, index, n = np.unique(np.asarray(strata), return_inverse=True, return_counts=True)
    _same_cells("stratum", labels.tolist(), population)
    size = np.array([population[str(label)] for label in labels], dtype=np.float64)
    if np.any(n > size):
        label = labels[np.argmax(n > size)]
        raise ScoringError(f"Stratum {label} has more answers than people.")
    return np.asarray((size / n)[index])


def post_stratify(weights: ArrayLike, cells: Sequence[str], targets: Mapping[str, float]) -> Floats:
    """Weights scaled within each cell to its target total; a cell without answers is refused, not dropped."""
    w = _checked_weights(weights)
    return _to_margin(w, _margin("cell", cells, targets, len(w)))


def rake(
    weights: ArrayLike,
    margins: Mapping[str, tuple[Sequence[str], Mapping[str, float]]],
    *,
    trim: tuple[float, float] | None = None,
    tolerance: float = 1e-9,
    rounds: int = 1000,
) -> Raked:
    """Iterative proportional fitting (Deming & Stephan 1940) of weights to several margins at once.

    margins: name → (label of each case, target by label); every margin is brought to the total of the first.
    trim = (low, high) keeps weights between these multiples of their mean. Refuses empty cells and margins
    that cannot all be met.
    """
    w = _checked_weights(weights)
    if not margins:
        raise ScoringError("Raking needs at least one margin.")
    made = [_margin(name, *given, len(w)) for name, given in margins.items()]
    total = float(made[0][1].sum())
    made = [(index, target * total / target.sum()) for index, target in made]
    w = w * total / w.sum()
    for turn in range(1, rounds + 1):
        for margin in made:
            w = _to_margin(w, margin)
        if trim is not None:
            w = np.clip(w, trim[0] * w.mean(), trim[1] * w.mean())
        gaps = [np.abs(np.bincount(index, w, len(target)) / target - 1).max() for index, target in made]
        if max(gaps) < tolerance:
            return Raked(w, turn, deff(w), n_eff(w))
    reason = " within the bounds for trimming" if trim is not None else ""
    raise ScoringError(f"No weights meet all margins{reason}; the largest gap left is {max(gaps):.2%}.")


def _margin(
    name: str, labels: Sequence[str], targets: Mapping[str, float], n: int
) -> tuple[np.ndarray, Floats]:
    if len(labels) != n:
        raise ScoringError(f"There are {n} cases but {len(labels)} labels of {name}.")
    seen, index = np.unique(np.asarray(labels), return_inverse=True)
    _same_cells(name, seen.tolist(), targets)
    target = np.array([targets[str(label)] for label in seen], dtype=np.float64)
    if np.any(~(target > 0)):
        raise ScoringError(f"Every target of {name} must be above 0.")
    return index, target


def _same_cells(name: str, seen: Sequence[str], targets: Mapping[str, float]) -> None:
    unknown, empty = sorted(set(seen) - set(targets)), sorted(set(targets) - set(seen))
    if unknown:
        raise ScoringError(f"There is no target for {name} {unknown[0]}.")
    if empty:
        raise ScoringError(f"Nobody answered in {name} {empty[0]}; merge it with another.")


def _to_margin(w: Floats, margin: tuple[np.ndarray, Floats]) -> Floats:
    index, target = margin
    held = np.bincount(index, w, len(target))
    if np.any(held <= 0):
        raise ScoringError("A cell holds no weight at all; merge it with another.")
    return np.asarray(w * (target / held)[index])


def per_person(people: Sequence[str]) -> Floats:
    """Weights 1/(ratings of that person), so that a person counts once however often they rated."""
    _, index, n = np.unique(np.asarray(people), return_inverse=True, return_counts=True)
    return np.asarray(1.0 / n[index])


def weighted_mean(values: ArrayLike, weights: ArrayLike) -> Estimate:
    """Σwy/Σw with its linearised standard error √(n/(n−1) Σ(w(y − ȳ))²)/Σw."""
    w, y = _checked_weights(weights), np.asarray(values, dtype=np.float64)
    if y.shape != w.shape or not np.all(np.isfinite(y)):
        raise ScoringError("A weighted mean needs one finite value for each weight.")
    n = len(y)
    mean = float(w @ y / w.sum())
    residual = w * (y - mean)
    se = float(np.sqrt(n / (n - 1) * np.sum(residual**2)) / w.sum()) if n > 1 else float("nan")
    return Estimate(mean, se, n, n_eff(w), deff(w))


def side_by_side(values: ArrayLike, weights: ArrayLike) -> tuple[Estimate, Estimate]:
    """The unweighted and the weighted mean: weighting is shown, never silently applied."""
    y = np.asarray(values, dtype=np.float64)
    return weighted_mean(y, np.ones(y.shape)), weighted_mean(y, weights)


def stratified_mean(values: ArrayLike, strata: Sequence[str], population: Mapping[str, float]) -> Estimate:
    """ΣW_hȳ_h with variance ΣW_h²(1 − n_h/N_h)s_h²/n_h; needs two answers in every stratum not fully counted."""
    y = np.asarray(values, dtype=np.float64)
    labels, index, n = np.unique(np.asarray(strata), return_inverse=True, return_counts=True)
    _same_cells("stratum", labels.tolist(), population)
    size = np.array([population[str(label)] for label in labels], dtype=np.float64)
    if np.any(n > size):
        raise ScoringError(f"Stratum {labels[np.argmax(n > size)]} has more answers than people.")
    if np.any((n < 2) & (n < size)):
        raise ScoringError(
            f"Stratum {labels[np.argmax((n < 2) & (n < size))]} needs two answers for an error."
        )
    share = size / size.sum()
    mean = np.bincount(index, y, len(n)) / n
    spread = np.bincount(index, (y - mean[index]) ** 2, len(n)) / np.maximum(n - 1, 1)
    variance = float(np.sum(share**2 * (1 - n / size) * spread / n))
    weights = (size / n)[index]
    return Estimate(float(share @ mean), variance**0.5, len(y), n_eff(weights), deff(weights))


def case_mix(values: ArrayLike, mix: ArrayLike, reference: ArrayLike, coefficients: ArrayLike) -> Floats:
    """Values [N] as they would be at the reference mix: x − (mix − reference)·β, with published β [C]; mix [N, C]."""
    x, given = np.asarray(values, dtype=np.float64), np.atleast_2d(np.asarray(mix, dtype=np.float64))
    standard, beta = np.asarray(reference, dtype=np.float64), np.asarray(coefficients, dtype=np.float64)
    if given.shape != (len(x), len(beta)) or standard.shape != beta.shape:
        raise ScoringError("Case-mix adjustment needs one share for each unit and coefficient.")
    return np.asarray(x - (given - standard) @ beta)


@dataclass(frozen=True)
class OutcomeRates:
    """AAPOR Standard Definitions (2023): response rates 1-6, cooperation 1, refusal 1, contact 1."""

    rr1: float
    rr2: float
    rr3: float
    rr4: float
    rr5: float
    rr6: float
    cooperation: float
    refusal: float
    contact: float


def outcome_rates(
    *,
    interviews: float,
    partial: float = 0,
    refused: float = 0,
    non_contact: float = 0,
    other: float = 0,
    unknown: float = 0,
    eligible_share: float = 1.0,
) -> OutcomeRates:
    """Rates of an invited sample; `eligible_share` is e, the share of the unknown thought to be eligible.

    Where nobody was invited there is no such rate: speak of participation instead.
    """
    counts = (interviews, partial, refused, non_contact, other, unknown)
    if min(counts) < 0 or not 0 <= eligible_share <= 1:
        raise ScoringError("Outcome counts are at least 0 and the eligible share lies between 0 and 1.")
    known = interviews + partial + refused + non_contact + other
    if known <= 0:
        raise ScoringError("A response rate needs at least one case known to be eligible.")
    full, thought = known + unknown, known + eligible_share * unknown
    spoken = interviews + partial + refused + other
    return OutcomeRates(
        rr1=interviews / full,
        rr2=(interviews + partial) / full,
        rr3=interviews / thought,
        rr4=(interviews + partial) / thought,
        rr5=interviews / known,
        rr6=(interviews + partial) / known,
        cooperation=interviews / spoken if spoken else float("nan"),
        refusal=refused / full,
        contact=spoken / full,
    )


def _checked_weights(weights: ArrayLike) -> Floats:
    w = np.asarray(weights, dtype=np.float64)
    if w.ndim != 1 or len(w) == 0 or np.any(~((w >= 0) & np.isfinite(w))) or w.sum() <= 0:
        raise ScoringError("Weights are finite numbers of at least 0, not all 0.")
    return w
