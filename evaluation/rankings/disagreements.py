"""The sources of each unit side by side: where they cannot both be right, and how far they agree over all units."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from evaluation.rankings.frozen_facts import agreements, contradicting
from evaluation.rankings.queries import RunView
from evaluation.rankings.results import base_text, raw_text
from scoring.agreement import MARGIN
from surveys.core.text import localized


@dataclass(frozen=True)
class Clash:
    """Two main parts of one unit that lie further apart than chance and margin allow."""

    unit: str
    name: str
    high: str
    high_points: float
    low: str
    low_points: float

    @property
    def gap(self) -> float:
        return self.high_points - self.low_points


@dataclass(frozen=True)
class Agreeing:
    """How alike two sources order the units: Spearman's correlation."""

    first: str
    second: str
    value: float
    n: int


@dataclass(frozen=True)
class Source:
    """One main part of one unit as it was measured."""

    points: float | None
    raw: str
    base: str


@dataclass(frozen=True)
class SourcesView:
    view: RunView

    @cached_property
    def parts(self) -> list[tuple[str, str]]:
        return [
            (node.code, localized(node.names)) for node in self.view.nodes if node.parent == self.view.root
        ]

    @cached_property
    def clashes(self) -> list[Clash]:
        """The widest first."""
        names = dict(self.parts)
        found = []
        for item in contradicting(self.view):
            row = self.view.by_unit[item["unit"]]
            high, low = (
                (item["first"], item["second"]) if item["gap"] > 0 else (item["second"], item["first"])
            )
            found.append(
                Clash(
                    row.unit, localized(row.names), names[high], row.values[high].points or 0.0, names[low],
                    row.values[low].points or 0.0,
                )
            )  # fmt: skip
        return sorted(found, key=lambda clash: (-clash.gap, clash.unit))

    @cached_property
    def agreements(self) -> list[Agreeing]:
        names = dict(self.parts)
        return [
            Agreeing(names[one["a"]], names[one["b"]], one["spearman"], one["n"])
            for one in agreements(self.view)
        ]

    @cached_property
    def rows(self) -> Sequence[tuple[str, str, list[Source]]]:
        """Every unit with each source, in the order of the ranking."""
        return [
            (
                row.unit,
                localized(row.names),
                [
                    Source(value.points, raw_text(value.cell), base_text(value.cell))
                    for code, _name in self.parts
                    for value in [row.values[code]]
                ],
            )
            for row in self.view.rows
        ]

    @property
    def margin(self) -> float:
        return MARGIN

    @property
    def headline(self) -> str:
        n = len({clash.unit for clash in self.clashes})
        if not n:
            return _("The sources do not contradict each other")
        text = ngettext(
            "Sources contradict each other on one unit", "Sources contradict each other on %(n)d units", n
        )
        return text % {"n": n}
