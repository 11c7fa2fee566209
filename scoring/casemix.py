"""Who answered and how: coefficients of the respondents' mix within units, and questions that differ by language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from scoring.special import normal_sf, z_value
from scoring.types import Floats, ScoringError


@dataclass(frozen=True, eq=False)
class MixEffects:
    """What each trait adds to an answer within units: coefficient [C] against its reference, error, bounds.

    adjusted and raw [N] are the units' means with and without the mix brought to that of all respondents.
    """

    traits: tuple[str, ...]
    references: Mapping[str, str]
    coefficients: Floats
    se: Floats
    units: tuple[str, ...]
    raw: Floats
    adjusted: Floats
    n: int


@dataclass(frozen=True)
class LanguageGap:
    """One question in one language: how far answers lie from those in the reference at the same overall level."""

    question: str
    language: str
    gap: float
    se: float
    lower: float
    upper: float
    p: float
    n: int


def mix_effects(
    values: ArrayLike,
    units: Sequence[str],
    traits: Mapping[str, Sequence[str]],
    weights: ArrayLike | None = None,
) -> MixEffects:
    """Case-mix and channel adjustment: weighted least squares of answers on traits within units.

    Units have their own constants, so only differences inside a unit speak. The commonest label of each trait
    is its reference. Errors are robust (White 1980). adjusted = raw − (mix of the unit − mix of all)·β
    (O'Malley et al. 2005).
    """
    y = np.asarray(values, dtype=np.float64)
    w = np.ones(len(y)) if weights is None else np.asarray(weights, dtype=np.float64)
    kept = ~np.isnan(y)
    y, w = y[kept], w[kept]
    names, index = np.unique(np.asarray([str(unit) for unit in units])[kept], return_inverse=True)
    columns, labels, references = _dummies({key: np.asarray(row)[kept] for key, row in traits.items()}, w)
    if len(y) <= len(names) + len(labels) or not labels:
        raise ScoringError(f"{len(labels)} traits in {len(names)} units need more answers than {len(y)}.")

    def centre(table: Floats) -> tuple[Floats, Floats]:
        held = np.bincount(index, w, len(names))
        mean = np.stack([np.bincount(index, w * column, len(names)) / held for column in table.T], axis=1)
        return table - mean[index], mean

    inner, mix = centre(columns)
    own, raw = centre(y[:, None])
    if np.linalg.matrix_rank(inner) < len(labels):
        raise ScoringError("Some traits cannot be told apart inside the units; leave one of them out.")
    cross = np.linalg.inv(inner.T @ (w[:, None] * inner))
    beta = cross @ (inner.T @ (w * own[:, 0]))
    residual = own[:, 0] - inner @ beta
    slack = len(y) / (len(y) - len(names) - len(labels))
    meat = (inner * (w * residual)[:, None]).T @ (inner * (w * residual)[:, None])
    se = np.sqrt(np.diag(cross @ meat @ cross) * slack)
    everyone = np.average(columns, axis=0, weights=w)
    adjusted = raw[:, 0] - (mix - everyone) @ beta
    return MixEffects(
        tuple(labels), references, beta, se, tuple(map(str, names)), raw[:, 0], adjusted, len(y)
    )


def _dummies(traits: Mapping[str, np.ndarray], weights: Floats) -> tuple[Floats, list[str], dict[str, str]]:
    columns: list[Floats] = []
    labels: list[str] = []
    references: dict[str, str] = {}
    for trait, row in traits.items():
        seen, index = np.unique(row.astype(str), return_inverse=True)
        reference = int(np.argmax(np.bincount(index, weights)))
        references[trait] = str(seen[reference])
        for place, label in enumerate(seen):
            if place != reference:
                columns.append((index == place).astype(np.float64))
                labels.append(f"{trait}={label}")
    table = np.stack(columns, axis=1) if columns else np.empty((len(weights), 0))
    return table, labels, references


def language_gaps(
    answers: ArrayLike, questions: Sequence[str], languages: Sequence[str], *, fewest: int = 30
) -> list[LanguageGap]:
    """Questions answered differently by language at the same level of all other answers (uniform DIF, Zumbo 1999).

    answers [n, K] on one scale; each question is regressed on the mean of the person's other answers and on the
    languages; the commonest is the reference. Languages with fewer than `fewest` answers are left out.
    """
    x = np.asarray(answers, dtype=np.float64)
    spoken = np.asarray([str(language) for language in languages])
    if x.ndim != 2 or x.shape != (len(spoken), len(questions)) or len(questions) < 2:
        raise ScoringError("Languages are compared over at least two questions, one language a respondent.")
    names, held = np.unique(spoken, return_counts=True)
    reference = str(names[np.argmax(held)])
    known = ~np.isnan(x)
    total, n_known = np.nansum(x, axis=1), known.sum(axis=1)
    found = []
    for place, question in enumerate(questions):
        rest = n_known - known[:, place]
        kept = known[:, place] & (rest > 0)
        level = (total[kept] - x[kept, place]) / rest[kept]
        for language in names:
            pair = np.isin(spoken[kept], [reference, language])
            other = spoken[kept][pair] == language
            if language == reference or min(other.sum(), (~other).sum()) < fewest:
                continue
            found.append(_gap(question, str(language), x[kept, place][pair], level[pair], other))
    return found


def _gap(question: str, language: str, y: Floats, level: Floats, other: np.ndarray) -> LanguageGap:
    table = np.column_stack([np.ones(len(y)), level, other])
    cross = np.linalg.pinv(table.T @ table)
    beta = cross @ (table.T @ y)
    residual = y - table @ beta
    meat = (table * residual[:, None]).T @ (table * residual[:, None])
    se = float(np.sqrt((cross @ meat @ cross)[2, 2] * len(y) / (len(y) - 3)))
    gap, half = float(beta[2]), z_value(0.95) * se
    p = float(2 * normal_sf(abs(gap) / se)) if se > 0 else float("nan")
    return LanguageGap(question, language, gap, se, gap - half, gap + half, p, int(other.sum()))
