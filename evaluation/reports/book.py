"""What a workbook is written from: one run in one language, already read, nothing left to ask the database."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from evaluation.rankings.cells import Cell
from scoring.types import Scheme


@dataclass(frozen=True)
class BookRow:
    """One unit in the order of the ranking: its rank set and tier, or why it is only listed."""

    unit: str
    is_ranked: bool
    reason: str = ""
    lower: int | None = None
    upper: int | None = None
    tier: str = ""


@dataclass(frozen=True)
class TargetLine:
    """One indicator of one unit that has a target; `met` is None where it does not count."""

    column: str
    unit: str
    code: str
    name: str
    period: str
    value: float | None
    target: float
    direction: int
    met: bool | None
    source: str = ""


@dataclass(frozen=True)
class Fact:
    """A line of the summary or the trail: what, and its value."""

    name: str
    value: str


@dataclass(frozen=True)
class Book:
    """A run as text and numbers in one language.

    names: codes of nodes, indicators and columns in words. units: unit codes in words. cells: column, unit.
    grades: grade codes in words. pictures: PNG files for the summary, each with its alternative text.
    withheld: values (column, unit) about too few people to be shown; their points are left out as well.
    """

    language: str
    code: str
    title: str
    scheme: Scheme
    result: Mapping[str, Any]
    names: Mapping[str, str]
    units: Mapping[str, str]
    cells: Mapping[str, Mapping[str, Cell]]
    rows: tuple[BookRow, ...]
    finding: str = ""
    facts: tuple[Fact, ...] = ()
    trail: tuple[Fact, ...] = ()
    notes: str = ""
    is_synthetic: bool = False
    lines: tuple[TargetLine, ...] = ()
    reasons: Mapping[str, str] = field(default_factory=dict)
    formulas: Mapping[str, str] = field(default_factory=dict)
    grades: Mapping[str, str] = field(default_factory=dict)
    pictures: tuple[tuple[bytes, str], ...] = ()
    withheld: frozenset[tuple[str, str]] = frozenset()

    def name(self, code: str) -> str:
        return self.names.get(code) or code

    def unit(self, code: str) -> str:
        return self.units.get(code) or code
