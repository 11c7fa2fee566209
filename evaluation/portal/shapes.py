"""What a public page shows of an edition, as frozen shapes read from the edition's stored pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from evaluation.portal.records import Correction, Names, ObjectionNote, ServiceRecord, SourceFile
from surveys.core.text import localized


@dataclass(frozen=True)
class Period:
    """The days a source covers."""

    names: Names
    starts_on: date | None = None
    ends_on: date | None = None

    @property
    def text(self) -> str:
        return localized(self.names)


@dataclass(frozen=True)
class Node:
    """A branch or leaf of the scheme's tree; `share` is its part of the whole score, 0-1.

    `display` says how its raw value reads: share, count_of (k of n), points, number.
    """

    code: str
    parent: str | None
    names: Names
    share: float
    depth: int
    is_indicator: bool
    origin: str
    formula: str
    display: str
    reading: str
    measure_unit: str
    direction: int
    periods: tuple[Period, ...]
    n: float | None
    base: Names

    @property
    def name(self) -> str:
        return localized(self.names)


@dataclass(frozen=True)
class Cell:
    """One unit's value at one node: raw measure, points 0-100, its part of the score; or why it is missing."""

    raw: float | None
    points: float | None
    contribution: float | None
    possible: float | None
    n: float | None
    numerator: float | None
    denominator: float | None
    lower: float | None
    upper: float | None
    period: Names
    missing: Names
    figure: str


@dataclass(frozen=True)
class Row:
    """One unit in the ranking: placed with every place it may hold, or listed with the reason."""

    unit: str
    names: Names
    short_names: Names
    peer_group: Names
    is_ranked: bool
    reason: Names
    score: float | None
    se: float | None
    rank: float | None
    lower: int | None
    upper: int | None
    joint_lower: int | None
    joint_upper: int | None
    tier: str
    grade: str
    cells: Mapping[str, Cell]
    figures: Mapping[str, str]

    @property
    def name(self) -> str:
        return localized(self.names)

    @property
    def short(self) -> str:
        return localized(self.short_names) or self.name

    @property
    def margin(self) -> float | None:
        """Half the width of the 95 % interval of the score."""
        return None if self.se is None else 1.959964 * self.se


@dataclass(frozen=True)
class Lift:
    """One change and what it would do while everybody else stays the same."""

    node: str
    text: Names
    detail: Names
    score: float
    gain: float
    rank: float | None


@dataclass(frozen=True)
class Target:
    """One target of a unit: what was to be reached, the values of the years, and whether it was met."""

    names: Names
    target: float
    direction: int
    values: tuple[tuple[str, float | None], ...]
    is_met: bool | None


@dataclass(frozen=True)
class LevelCounts:
    """How often each answer was given, best first."""

    scale: str
    rows: tuple[tuple[Names, int, int], ...]
    n: int
    period: Names
    source: Names


@dataclass(frozen=True)
class Reason:
    names: Names
    n: float | None
    share: float


@dataclass(frozen=True)
class Change:
    """What changed against the edition before, split into parts that sum to the change of the score."""

    cycle: str
    names: Names
    score: float | None
    rank: float | None
    score_change: float | None
    rank_change: float | None
    parts: tuple[tuple[Names, float], ...]
    is_comparable: bool
    why_not: Names


@dataclass(frozen=True)
class UnitDetail:
    lifts: tuple[Lift, ...] = ()
    targets: tuple[Target, ...] = ()
    levels: LevelCounts | None = None
    reasons: tuple[Reason, ...] = ()
    change: Change | None = None


@dataclass(frozen=True)
class Trial:
    """Places and scores under other weights of the main blocks."""

    weights: tuple[tuple[str, float], ...]
    ranks: Mapping[str, float]
    scores: Mapping[str, float]


@dataclass(frozen=True)
class Agreement:
    """How alike two blocks order the units: Spearman's rank correlation over n of them."""

    first: str
    second: str
    spearman: float
    n: int


@dataclass(frozen=True)
class EditionPage:
    """An edition as the portal shows it; every list is in the order of the page."""

    cycle: str
    names: Names
    starts_on: date
    ends_on: date
    is_synthetic: bool
    notes: tuple[Names, ...]
    number: int
    digest: str
    published_at: datetime
    withdrawn_at: datetime | None
    withdrawal_reason: Names
    changes: Names
    input_digest: str
    is_sealed: bool
    scheme_digest: str
    code_version: str
    n_draws: int
    seed: int
    coverage: float
    scheme: str
    scheme_version: str
    scheme_names: Names
    scheme_source: str
    previous: str
    root: str
    nodes: tuple[Node, ...]
    rows: tuple[Row, ...]
    details: Mapping[str, UnitDetail]
    agreements: tuple[Agreement, ...]
    reliability: float | None
    all_levels: LevelCounts | None
    trials: tuple[Trial, ...]
    sources: tuple[SourceFile, ...]
    has_joint: bool
    objections: tuple[ObjectionNote, ...]
    overrides: tuple[Names, ...]
    services: Mapping[str, ServiceRecord]
    corrections: tuple[Correction, ...]

    @property
    def name(self) -> str:
        return localized(self.names)

    @cached_property
    def by_code(self) -> dict[str, Node]:
        return {node.code: node for node in self.nodes}

    @cached_property
    def by_unit(self) -> dict[str, Row]:
        return {row.unit: row for row in self.rows}

    @cached_property
    def blocks(self) -> tuple[Node, ...]:
        """The root's children: the main sources."""
        return tuple(node for node in self.nodes if node.parent == self.root)

    @cached_property
    def ranked(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.is_ranked)

    @cached_property
    def listed(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if not row.is_ranked)

    def children(self, code: str) -> Sequence[Node]:
        return [node for node in self.nodes if node.parent == code]

    def base_of(self, node: Node) -> Node:
        """The leaf that tells a block's n and period: itself, or its only child, else its heaviest leaf."""
        leaves = self.leaves(node)
        return max(leaves, key=lambda leaf: leaf.share) if leaves else node

    def leaves(self, node: Node) -> list[Node]:
        if node.is_indicator:
            return [node]
        return [leaf for child in self.children(node.code) for leaf in self.leaves(child)]


def names_of(value: Any) -> Names:
    """A three-language text from stored JSON; plain text stands for all languages."""
    if isinstance(value, Mapping):
        return {str(key): str(text) for key, text in value.items()}
    return {"en": str(value)} if value else {}
