"""Arranges a run for staff: the ranking by tiers, how sure it is, warnings, and one unit explained."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from evaluation.rankings.cautions import warnings_of
from evaluation.rankings.cells import Cell
from evaluation.rankings.enums import Tier
from evaluation.rankings.queries import RankingRow, RunView
from evaluation.rankings.tree import NodeInfo
from surveys.core import numerals
from surveys.core.text import localized

TIERS = (Tier.TOP, Tier.MIDDLE, Tier.BOTTOM)


@dataclass(frozen=True)
class Line:
    """One ranked unit as the picture and the table show it."""

    unit: str
    name: str
    rank: float | None
    lower: int
    upper: int
    joint_lower: int | None
    joint_upper: int | None
    score: float | None
    se: float | None
    grade: str

    @property
    def margin(self) -> float | None:
        return None if self.se is None else 1.959964 * self.se


@dataclass(frozen=True)
class TierLines:
    label: str
    lines: Sequence[Line]


@dataclass(frozen=True)
class Share:
    """A share of draws as text in percent and as one of five depths of colour."""

    text: str
    depth: int


@dataclass(frozen=True)
class Frequency:
    """How often a unit held each place in the draws."""

    unit: str
    name: str
    cells: Sequence[Share]


@dataclass(frozen=True)
class ResultView:
    view: RunView

    @property
    def run(self) -> object:
        return self.view.run

    @cached_property
    def n_ranked(self) -> int:
        return len(self.view.ranked)

    @cached_property
    def tiers(self) -> list[TierLines]:
        """Ranked units by tier; where no errors are known all stand together."""
        lines = {row.unit: _line(row, self.n_ranked) for row in self.view.ranked}
        found = [
            TierLines(str(tier.label), [lines[row.unit] for row in self.view.ranked if row.tier == tier])
            for tier in TIERS
        ]
        untold = [lines[row.unit] for row in self.view.ranked if not row.tier]
        return [tier for tier in [*found, TierLines(_("Ranked"), untold)] if tier.lines]

    @cached_property
    def listed(self) -> list[tuple[str, str, str]]:
        return [(row.unit, localized(row.names), localized(row.reason)) for row in self.view.listed]

    @cached_property
    def headline(self) -> str:
        n_sure = sum(row.lower is not None and row.lower == row.upper for row in self.view.ranked)
        return _("%(sure)d of %(n)d places are certain") % {"sure": n_sure, "n": self.n_ranked}

    @cached_property
    def warnings(self) -> list[str]:
        return warnings_of(self.view)

    @cached_property
    def frequencies(self) -> list[Frequency]:
        """Shares of draws by place, best unit first; empty where nothing was drawn."""
        joint = self.view.run.result.get("uncertainty") or {}
        table = joint.get("rank_frequencies") or []
        units = self.view.run.result["units"]
        by_unit = dict(zip(units, table, strict=False))
        return [
            Frequency(
                row.unit, localized(row.names), [_share(part) for part in by_unit[row.unit][: self.n_ranked]]
            )
            for row in self.view.ranked
            if row.unit in by_unit
        ]

    @property
    def places(self) -> range:
        return range(1, self.n_ranked + 1)


def _line(row: RankingRow, n: int) -> Line:
    return Line(
        row.unit,
        localized(row.names),
        row.rank,
        row.lower if row.lower is not None else int(row.rank or 1),
        row.upper if row.upper is not None else int(row.rank or n),
        row.joint_lower,
        row.joint_upper,
        row.score,
        row.se,
        row.grade,
    )


def _share(part: float) -> Share:
    """Less than half a percent stays empty; depth grows with the share."""
    if part < 0.005:
        return Share("", 0)
    return Share(numerals.number(max(100 * part, 1.0)), 1 + sum(part >= step for step in (0.1, 0.3, 0.6)))


@dataclass(frozen=True)
class Part:
    """One node of one unit: points won of those it can give, and the raw value of a leaf."""

    name: str
    code: str
    level: int
    points: float | None
    won: float | None
    possible: float
    raw: str
    base: str
    period: str
    missing: str
    is_indicator: bool
    files: Sequence[str]


@dataclass(frozen=True)
class UnitResult:
    view: RunView
    row: RankingRow

    @property
    def name(self) -> str:
        return localized(self.row.names)

    @property
    def n_ranked(self) -> int:
        return len(self.view.ranked)

    @property
    def reason(self) -> str:
        return localized(self.row.reason)

    @property
    def possible_places(self) -> str:
        return numerals.places(self.row.lower, self.row.upper)

    @cached_property
    def parts(self) -> list[Part]:
        return [self._part(node) for node in self.view.nodes if node.parent is not None]

    @cached_property
    def widest(self) -> float:
        return max((part.possible for part in self.parts if part.level == 0), default=100.0)

    @cached_property
    def full(self) -> float:
        return sum(part.possible for part in self.parts if part.level == 0)

    def _part(self, node: NodeInfo) -> Part:
        value = self.row.values[node.code]
        cell = value.cell
        return Part(
            name=localized(node.names),
            code=node.code,
            level=node.depth - 1,
            points=value.points,
            won=value.contribution,
            possible=value.possible if value.possible is not None else 100 * node.share,
            raw=raw_text(cell),
            base=base_text(cell),
            period=numerals.span(cell.starts_on, cell.ends_on)
            if cell and cell.starts_on and cell.ends_on
            else "",
            missing=localized(value.missing),
            is_indicator=node.is_indicator,
            files=sorted({origin.name for origin in cell.origins}) if cell else (),
        )


def raw_text(cell: Cell | None) -> str:
    """The raw value as people read it: k of n, a share, or a number."""
    if cell is None or cell.value is None:
        return ""
    if cell.formula == "targets_met" and cell.numerator is not None and cell.denominator is not None:
        return _("%(k)s of %(n)s") % {
            "k": numerals.number(cell.numerator),
            "n": numerals.number(cell.denominator),
        }
    if cell.is_share:
        return numerals.share(cell.value / 100)
    return numerals.number(cell.value, 2)


def base_text(cell: Cell | None) -> str:
    return "" if cell is None or cell.n is None else f"n = {numerals.number(cell.n)}"
