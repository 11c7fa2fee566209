"""Arranges one unit of an edition: where its points come from, what residents say, what would lift it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from evaluation.portal import presentation, unitfindings
from evaluation.portal.findings import possible
from evaluation.portal.services import ServiceLine, lines_of
from evaluation.portal.shapes import Cell, EditionPage, LevelCounts, Lift, Node, Reason, Row, UnitDetail
from evaluation.portal.sidebyside import Value, period_of, value_of
from surveys.core import numerals
from surveys.core.text import localized

BAD_FULL = (0.05, 0.1, 0.25, 0.5, 1.0)
FEW = 10
LARGE, MOST_DECIMALS, EXACT = 1000, 4, 1e-9


@dataclass(frozen=True)
class Part:
    """One node's part of the score; `depth` 0 is a main source."""

    name: str
    depth: int
    value: Value
    period: str
    won: float | None
    possible: float
    points: float | None
    has_parts: bool


@dataclass(frozen=True)
class TargetRow:
    name: str
    sign: str
    target: float
    values: Sequence[float | None]
    is_met: bool | None
    decimals: int


@dataclass(frozen=True)
class UnitView:
    page: EditionPage
    row: Row
    replies: Sequence[object] = ()

    @cached_property
    def detail(self) -> UnitDetail:
        return self.page.details.get(self.row.unit, UnitDetail())

    @cached_property
    def headline(self) -> str:
        return unitfindings.headline(self.page, self.row)

    @cached_property
    def services(self) -> list[ServiceLine]:
        return lines_of(self.page, self.row.unit)

    @cached_property
    def n_ranked(self) -> int:
        return len(self.page.ranked)

    @cached_property
    def possible_places(self) -> str:
        return numerals.places(*possible(self.row))

    @cached_property
    def is_uncertain(self) -> bool:
        low, high = possible(self.row)
        return low != high

    @cached_property
    def full(self) -> float:
        """Points the blocks can give together."""
        return sum(part.possible for part in self.parts if part.depth == 0)

    @cached_property
    def parts(self) -> list[Part]:
        return [part for node in self.page.blocks for part in self._parts(node, 0)]

    def _parts(self, node: Node, depth: int) -> list[Part]:
        cell = self.row.cells.get(node.code)
        children = self.page.children(node.code)
        own = Part(
            name=node.name,
            depth=depth,
            value=value_of(self.page, node, cell),
            period=localized(cell.period) if cell and cell.period else period_of(self.page, node),
            won=cell.contribution if cell else None,
            possible=(cell.possible if cell and cell.possible is not None else 100 * node.share),
            points=cell.points if cell else None,
            has_parts=bool(children),
        )
        return [own, *(part for child in children for part in self._parts(child, depth + 1))]

    @cached_property
    def widest(self) -> float:
        return max((part.possible for part in self.parts if part.depth == 0), default=100.0)

    @cached_property
    def residents(self) -> Cell | None:
        """The cell of residents' answers that are good or bad, where the scheme reads such a share."""
        node = self._resident_node
        return self.row.cells.get(node.code) if node else None

    @cached_property
    def _resident_node(self) -> Node | None:
        shares = [
            node
            for node in self.page.nodes
            if node.is_indicator and node.origin == "tally" and node.display == "share"
        ]
        return shares[0] if shares else None

    @cached_property
    def residents_name(self) -> str:
        node = self._resident_node
        return node.name if node else ""

    @cached_property
    def residents_period(self) -> str:
        return period_of(self.page, self._resident_node) if self._resident_node else ""

    @cached_property
    def levels(self) -> list[presentation.LevelRow]:
        return level_rows(self.detail.levels)

    @cached_property
    def reasons(self) -> Sequence[Reason]:
        return sorted(self.detail.reasons, key=lambda reason: -reason.share)

    @cached_property
    def reasons_full(self) -> float:
        """Where the bars of the reasons end."""
        most = max((reason.share for reason in self.reasons), default=1.0)
        return next(full for full in BAD_FULL if most <= full)

    @cached_property
    def lifts(self) -> list[Lift]:
        return sorted(self.detail.lifts, key=lambda lift: (-lift.gain, lift.node))

    @cached_property
    def lift_title(self) -> str:
        return unitfindings.lift_title(self.row, self.detail.lifts) if self.detail.lifts else ""

    @cached_property
    def change_title(self) -> str:
        return unitfindings.change_title(self.detail.change) if self.detail.change else ""

    @cached_property
    def target_years(self) -> list[str]:
        return [year for year, _value in self.detail.targets[0].values] if self.detail.targets else []

    @cached_property
    def targets(self) -> list[TargetRow]:
        found = []
        for target in self.detail.targets:
            values = [value for _year, value in target.values]
            found.append(
                TargetRow(
                    localized(target.names),
                    "≥" if target.direction > 0 else "≤",
                    target.target,
                    values,
                    target.is_met,
                    decimals_of(target.target, [value for value in values if value is not None]),
                )
            )
        return found

    @cached_property
    def targets_title(self) -> str:
        return unitfindings.targets_title([target.is_met for target in self.detail.targets])

    @cached_property
    def split_label(self) -> str:
        cell = self.residents
        if cell is None or cell.raw is None:
            return ""
        return _("%(name)s: %(share)s; dissatisfied: %(rest)s") % {
            "name": self.residents_name,
            "share": numerals.share(cell.raw),
            "rest": numerals.share(1 - cell.raw),
        }

    @cached_property
    def residents_rest(self) -> float | None:
        cell = self.residents
        return None if cell is None or cell.raw is None else 1 - cell.raw

    @cached_property
    def n_dissatisfied(self) -> float | None:
        cell = self.residents
        if cell is None or cell.numerator is None or cell.denominator is None:
            return None
        rest = cell.denominator - cell.numerator
        return None if 0 < rest < FEW else rest


def level_rows(levels: LevelCounts | None) -> list[presentation.LevelRow]:
    """Levels with their shares, best first."""
    if levels is None:
        return []
    return [
        presentation.LevelRow(localized(names), level, n, n / max(levels.n, 1))
        for names, level, n in levels.rows
    ]


def decimals_of(target: float, values: Sequence[float]) -> int:
    """As many decimals as show the target itself and on which side of it each value lies."""
    if abs(target) >= LARGE:
        return 0
    fewest = 0 if all(float(value).is_integer() for value in (target, *values)) else 1
    for places in range(fewest, MOST_DECIMALS):
        is_told = abs(round(target, places) - target) < EXACT
        if is_told and all(
            round(value, places) != round(target, places) or value == target for value in values
        ):
            return places
    return MOST_DECIMALS


def doors(figures: Mapping[str, str], key: str) -> str:
    """The passport of a measure, where there is one."""
    return figures.get(key, "")
