"""The frozen shapes every module of scoring speaks in; they check their own form on making."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]


class ScoringError(ValueError):
    """One sentence that names the place of the fault; file, row, column and unit when they are known."""

    def __init__(
        self,
        message: str,
        *,
        file: str | None = None,
        row: int | None = None,
        column: str | None = None,
        unit: str | None = None,
    ) -> None:
        self.message = message
        self.file = file
        self.row = row
        self.column = column
        self.unit = unit
        super().__init__(message)

    def __str__(self) -> str:
        place = []
        if self.file is not None:
            place.append(str(self.file))
        if self.row is not None:
            place.append(f"row {self.row}")
        if self.column is not None:
            place.append(f"column {self.column}")
        return f"{', '.join(place)}: {self.message}" if place else self.message


@dataclass(frozen=True)
class Normalise:
    """How one indicator becomes comparable: the method and its parameters, in the raw unit."""

    method: str = "none"
    lo: float | None = None
    hi: float | None = None
    to: tuple[float, float] | None = None
    clip: bool = True
    mean: float = 0.0
    sd: float = 1.0
    target: float | None = None
    slope: float | None = None
    floor: float | None = None
    cap: float | None = None
    points: tuple[tuple[float, float], ...] = ()
    table: tuple[tuple[str | float, float], ...] = ()
    reference: str | None = None
    within: str | None = None


@dataclass(frozen=True)
class Indicator:
    """A leaf of the tree: one column of the data."""

    code: str
    parent: str
    weight: float = 1.0
    direction: int = 1
    source: str | None = None
    denominator: str | None = None
    transform: str | None = None
    normalise: Normalise = field(default_factory=Normalise)
    name: Any = None


@dataclass(frozen=True)
class Node:
    """A branch of the tree and how it combines its children."""

    code: str
    parent: str | None
    weight: float = 1.0
    aggregate: str = "amean"
    p: float | None = None
    weights: tuple[float, ...] = ()
    floor: float | None = None
    name: Any = None


@dataclass(frozen=True)
class Impute:
    method: str = "none"
    group: str | None = None


@dataclass(frozen=True)
class Treat:
    method: str = "none"
    skew: float = 2.0
    kurt: float = 3.5
    max: int = 5


@dataclass(frozen=True)
class Missing:
    rule: str = "refuse"
    availability: float = 1.0
    to: tuple[str, ...] = ()


@dataclass(frozen=True)
class Weights:
    """Where the weights of one node's children come from."""

    method: str = "manual"
    matrix: tuple[tuple[float | None, ...], ...] = ()
    shares: tuple[float, ...] = ()
    allow_inconsistent: bool = False


@dataclass(frozen=True)
class RankRule:
    node: str
    ties: str = "competition"
    decimals: int | None = None
    within: str | None = None
    best: str = "high"


@dataclass(frozen=True)
class Grades:
    """Bands (code, lowest score) or quota shares (code, share or None for the rest), best first."""

    by: Literal["bands", "quota"]
    bands: tuple[tuple[str, float | None], ...] = ()
    shares: tuple[tuple[str, float | None], ...] = ()
    within: str | None = None
    floor: float | None = None
    round: str = "down"

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(code for code, _ in (self.bands if self.by == "bands" else self.shares))


@dataclass(frozen=True)
class Adjustment:
    """A deduction, a bonus or a veto on one node, driven by one event column."""

    code: str
    kind: Literal["deduction", "bonus", "veto"]
    node: str
    column: str
    each: float = 1.0
    cap: float | None = None
    opens_above: float | None = None
    sets_to: float | None = None
    caps_grade_at: str | None = None


@dataclass(frozen=True)
class Samples:
    column: str
    shown: float = 10
    ranked: float = 30
    graded: float = 100


@dataclass(frozen=True)
class FullMarks:
    column: str
    marks: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Uncertainty:
    weights: float = 0.25
    normalise: tuple[str, ...] = ()
    sampling: bool = True


@dataclass(frozen=True)
class Scheme:
    """A whole written scheme; `checks.scheme_from_json` is the door that builds one from a document."""

    code: str
    version: str
    nodes: tuple[Node, ...]
    indicators: tuple[Indicator, ...]
    rank: RankRule
    unit: str = "unit"
    name: Any = None
    source: str | None = None
    date: str | None = None
    impute: Impute = field(default_factory=Impute)
    treat: Treat = field(default_factory=Treat)
    missing: Missing = field(default_factory=Missing)
    weights: tuple[tuple[str, Weights], ...] = ()
    grades: Grades | None = None
    adjustments: tuple[Adjustment, ...] = ()
    samples: Samples | None = None
    tiers: str = "thirds"
    full_marks: FullMarks | None = None
    uncertainty: Uncertainty | None = None

    @cached_property
    def root(self) -> str:
        return next(node.code for node in self.nodes if node.parent is None)

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """Indicator codes in the order of the scheme."""
        return tuple(indicator.code for indicator in self.indicators)

    @cached_property
    def children(self) -> Mapping[str, tuple[str, ...]]:
        """Children of every node, nodes before indicators, each in the order of the scheme."""
        found: dict[str, list[str]] = {node.code: [] for node in self.nodes}
        parts: list[Node | Indicator] = [*self.nodes, *self.indicators]
        for part in parts:
            if part.parent is not None:
                found[part.parent].append(part.code)
        return {code: tuple(kids) for code, kids in found.items()}

    @cached_property
    def bottom_up(self) -> tuple[Node, ...]:
        """Nodes in an order in which every child comes before its parent."""
        by_code = {node.code: node for node in self.nodes}
        order = [self.root]
        for code in order:
            order.extend(child for child in self.children[code] if child in by_code)
        return tuple(by_code[code] for code in reversed(order))


@dataclass(frozen=True, eq=False)
class Table:
    """Values of units (rows) on indicators (columns); NaN is missing, `not_applicable` is another thing.

    values, se, n, not_applicable: [N, K]. columns: further numbers (denominators, events, samples), [N] each.
    groups: text columns. An indicator whose points come from a table of labels holds the label's position.
    """

    units: tuple[str, ...]
    codes: tuple[str, ...]
    values: Floats
    se: Floats | None = None
    n: Floats | None = None
    not_applicable: Bools | None = None
    columns: Mapping[str, Floats] = field(default_factory=dict)
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        shape = (len(self.units), len(self.codes))
        for name in ("values", "se", "n", "not_applicable"):
            array = getattr(self, name)
            if array is not None and array.shape != shape:
                raise ScoringError(f"table: {name} has shape {array.shape}, units and codes ask for {shape}")
        for name, column in self.columns.items():
            if column.shape != shape[:1]:
                raise ScoringError("the column has not one number a unit", column=name)
        for name, labels in self.groups.items():
            if len(labels) != shape[0]:
                raise ScoringError("the column has not one label a unit", column=name)

    def sorted(self) -> Table:
        """The same table with units in code-point order, so that no result depends on the order of rows."""
        order = sorted(range(len(self.units)), key=self.units.__getitem__)
        if order == list(range(len(order))):
            return self
        index = np.array(order, dtype=np.intp)
        return Table(
            units=tuple(self.units[i] for i in order),
            codes=self.codes,
            values=self.values[index],
            se=None if self.se is None else self.se[index],
            n=None if self.n is None else self.n[index],
            not_applicable=None if self.not_applicable is None else self.not_applicable[index],
            columns={name: column[index] for name, column in self.columns.items()},
            groups={name: tuple(labels[i] for i in order) for name, labels in self.groups.items()},
        )


@dataclass(frozen=True, eq=False)
class Tally:
    """What a table of level counts says about each row; every array is [N]; points 0-100, shares 0-1.

    `lower` and `upper` are the Wilson interval of top-2; `se` is the Dirichlet-smoothed error of linear100.
    """

    n: Floats
    dk: Floats
    mean: Floats
    linear100: Floats
    top_box: Floats
    top2: Floats
    net: Floats
    lower: Floats
    upper: Floats
    se: Floats


@dataclass(frozen=True, eq=False)
class RankSets:
    """Best (`lower`) and worst (`upper`) place possible of each unit, NaN where a unit is not ranked."""

    rank: Floats
    lower: Floats
    upper: Floats
    critical: float | None
    coverage: float
    draws: int | None = None
    seed: int | None = None
    best: Bools | None = None
    worst: Bools | None = None


@dataclass(frozen=True)
class Status:
    """Ranked, or listed with a reason code and the codes (indicators, nodes, columns) it concerns."""

    state: Literal["ranked", "listed"]
    reason: str | None = None
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Step:
    """One step of the computation: what went in, with which parameters, what came out."""

    name: str
    parameters: Mapping[str, Any]
    before: tuple[npt.NDArray[Any], ...]
    after: tuple[npt.NDArray[Any], ...]

    @cached_property
    def input_digest(self) -> str:
        return array_digest(*self.before)

    @cached_property
    def output_digest(self) -> str:
        return array_digest(*self.after)


@dataclass(frozen=True, eq=False)
class Result:
    """Everything `evaluate` found, units in code-point order, with the intermediates that explain it.

    scores: node -> [N] unrounded. compared: [N], what is ranked and graded (rounded, share of full marks).
    se: [N] sampling error of the rank node, None without errors in the data. ranks: [N], NaN = not ranked.
    contributions: [N, C] over `contribution_codes`; a row sums to the unit's score.
    """

    scheme: Scheme
    table: Table
    stages: Mapping[str, Floats]
    normalised: Floats
    weights: Mapping[str, Mapping[str, float]]
    scores: Mapping[str, Floats]
    compared: Floats
    se: Floats | None
    ranks: Floats
    grades: tuple[str | None, ...]
    status: tuple[Status, ...]
    contribution_codes: tuple[str, ...]
    contributions: Floats
    trail: tuple[Step, ...]

    @property
    def units(self) -> tuple[str, ...]:
        return self.table.units

    @property
    def score(self) -> Floats:
        """The unrounded score that is ranked."""
        return self.scores[self.scheme.rank.node]


def array_digest(*arrays: npt.NDArray[Any]) -> str:
    """sha256 over shape and little-endian bytes; every NaN and both zeros count as one value each."""
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(repr(array.shape).encode())
        if array.dtype.kind == "f":
            clean = np.where(np.isnan(array), np.nan, array) + 0.0
            digest.update(np.ascontiguousarray(clean, dtype="<f8").tobytes())
        else:
            digest.update("\x1f".join(map(str, array.ravel().tolist())).encode())
    return digest.hexdigest()
