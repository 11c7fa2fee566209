"""The frozen parts of a written scheme: its tree, its scales, and its rules from missing values to grades."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal


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
