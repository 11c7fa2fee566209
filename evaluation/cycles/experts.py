"""An expert round: several experts' pairwise comparisons or weights of one node's parts, taken together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from django.utils.translation import gettext as _

from evaluation.cycles.draft_values import typed
from scoring.types import Floats, ScoringError
from scoring.weighting import CONSISTENT_BELOW, AhpResult, ahp

MOST_EXPERTS = 12
MOST_PARTS = 12
STEPS = (9, 8, 7, 6, 5, 4, 3, 2)


@dataclass(frozen=True)
class Choice:
    """One step of Saaty's scale as an option: its value in the form, the ratio, and the words."""

    value: str
    ratio: float
    words: str


@dataclass(frozen=True)
class Pair:
    """One comparison of an expert: the name of its field and what is chosen, empty where not compared."""

    field: str
    first: str
    second: str
    chosen: str


@dataclass(frozen=True)
class Opinion:
    """One expert's matrix (NaN = not compared) with its weights and consistency, or why it cannot be used."""

    number: int
    name: str
    pairs: tuple[Pair, ...]
    matrix: Floats
    found: AhpResult | None
    fault: str

    @property
    def warns(self) -> bool:
        return self.found is not None and not self.found.consistent


@dataclass(frozen=True)
class Round:
    """What the experts say together: weights by part, and for pairwise comparison the matrix and its consistency."""

    codes: tuple[str, ...]
    weights: Mapping[str, float]
    matrix: Floats | None
    ratio: float | None
    n: int

    @property
    def warns(self) -> bool:
        return self.ratio is not None and self.ratio > CONSISTENT_BELOW


def choices() -> list[Choice]:
    """The seventeen steps from 9 for the first to 9 for the second."""
    more = {3: _("a little more"), 5: _("clearly more"), 7: _("much more"), 9: _("extremely more")}
    less = {3: _("a little less"), 5: _("clearly less"), 7: _("much less"), 9: _("extremely less")}
    found = [Choice(str(step), float(step), _words(str(step), more.get(step))) for step in STEPS]
    found.append(Choice("1", 1.0, _words("1", _("both alike"))))
    return found + [
        Choice(f"1/{step}", 1 / step, _words(f"1/{step}", less.get(step))) for step in reversed(STEPS)
    ]


def _words(value: str, text: str | None) -> str:
    return f"{value} · {text}" if text else value


def ratio_of(text: str) -> float:
    """The ratio a field holds: "5", "1/5"; NaN where nothing is chosen, ScoringError for anything else."""
    if not text:
        return float("nan")
    known = {choice.value: choice.ratio for choice in choices()}
    if text not in known:
        raise ScoringError(
            _("A comparison is one of 1 to 9 or its reciprocal, not {text}.").format(text=text[:20])
        )
    return known[text]


def opinion(post: Mapping[str, str], number: int, codes: Sequence[str]) -> Opinion:
    """An expert's comparisons from the form; the lower half of the matrix is filled with reciprocals."""
    matrix = np.eye(len(codes))
    pairs, fault = [], ""
    for i, j in combinations(range(len(codes)), 2):
        field = f"e{number}-{i}-{j}"
        chosen = post.get(field, "")
        pairs.append(Pair(field, codes[i], codes[j], chosen))
        try:
            matrix[i, j] = ratio_of(chosen)
        except ScoringError as error:
            matrix[i, j], fault = np.nan, str(error)
        matrix[j, i] = 1 / matrix[i, j]
    found = None
    if not fault and any(pair.chosen for pair in pairs):
        try:
            found = ahp(matrix)
        except ScoringError as error:
            fault = str(error)
    return Opinion(number, post.get(f"e{number}-name", "").strip()[:80], tuple(pairs), matrix, found, fault)


def together(codes: Sequence[str], opinions: Sequence[Opinion]) -> Round | None:
    """The geometric mean of the matrices, cell by cell over the experts who compared the two (Aczél & Saaty 1983)."""
    used = [one for one in opinions if one.found is not None]
    if not used:
        return None
    logs = np.log(np.stack([one.matrix for one in used]))
    told = ~np.isnan(logs)
    count = told.sum(axis=0)
    total = np.where(told, logs, 0.0).sum(axis=0)
    matrix = np.where(count > 0, np.exp(total / np.maximum(count, 1)), np.nan)
    found = ahp(matrix)
    weights = dict(zip(codes, found.weights.tolist(), strict=True))
    return Round(tuple(codes), weights, matrix, found.consistency_ratio, len(used))


def averaged(codes: Sequence[str], given: Sequence[Mapping[str, str]]) -> Round | None:
    """The arithmetic mean of the experts' shares; each expert's weights are first made to sum to 1."""
    shares = []
    for number, row in enumerate(given, 1):
        texts = [row.get(code, "").strip() for code in codes]
        if not any(texts):
            continue
        values = [typed(text) for text in texts]
        for code, value in zip(codes, values, strict=True):
            if isinstance(value, str) or not 0 <= value < float("inf"):
                raise ScoringError(
                    _("Expert {number}, {code}: a weight is a number of at least 0, not {value}.").format(
                        number=number, code=code, value=repr(value)
                    )
                )
        if sum(values) <= 0:
            raise ScoringError(_("Expert {number}: the weights sum to 0.").format(number=number))
        shares.append(np.array(values, dtype=np.float64) / sum(values))
    if not shares:
        return None
    mean = np.mean(shares, axis=0)
    return Round(tuple(codes), dict(zip(codes, mean.tolist(), strict=True)), None, None, len(shares))


def rule_of(found: Round) -> dict[str, object] | None:
    """The weights rule of the engine that repeats this round: AHP with the common matrix; None for plain weights."""
    if found.matrix is None:
        return None
    cells = [[None if np.isnan(cell) else float(cell) for cell in row] for row in found.matrix]
    rule: dict[str, object] = {"method": "ahp", "matrix": cells}
    return rule | ({"allow_inconsistent": True} if found.warns else {})
