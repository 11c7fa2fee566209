"""Arranges an edition for the results page: tiers, the sources side by side, a trial of other weights."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from evaluation.portal import findings, unitfindings
from evaluation.portal.corrections import GRADES, CorrectedRow, corrected
from evaluation.portal.shapes import EditionPage, Node, Row
from evaluation.portal.sidebyside import Matrix, Source, matrix_of, sources_of
from surveys.core import numerals
from surveys.core.text import localized

MAX_SLOPES = 20


@dataclass(frozen=True)
class RankedRow:
    """A row of the table with its place, doors and base."""

    unit: str
    name: str
    short: str
    rank: float | None
    lower: int | None
    upper: int | None
    joint_lower: int | None
    joint_upper: int | None
    score: float | None
    margin: float | None
    grade: str
    reason: Mapping[str, str]
    count: float | None
    figures: Mapping[str, str]

    @property
    def grade_name(self) -> str:
        return str(GRADES.get(self.grade, self.grade))


@dataclass(frozen=True)
class TierRows:
    label: str
    places: str
    rows: Sequence[RankedRow]


@dataclass(frozen=True)
class SlopeRow:
    name: str
    before: float
    after: float
    is_marked: bool


@dataclass(frozen=True)
class TrialView:
    title: str
    note: str
    now: str
    then: str
    label: str
    rows: Sequence[SlopeRow]


@dataclass(frozen=True)
class LevelRow:
    name: str
    level: int
    n: int
    share: float


@dataclass(frozen=True)
class ResultsView:
    """The results page, arranged; every sentence is made from the figures."""

    page: EditionPage
    is_latest: bool
    other_editions: Sequence[EditionPage]
    files: Sequence[object]
    has_package: bool

    @property
    def has_charts(self) -> bool:
        return any(getattr(file, "kind", "") == "charts" for file in self.files)

    @cached_property
    def corrections(self) -> list[CorrectedRow]:
        return corrected(self.page)

    @cached_property
    def n_ranked(self) -> int:
        return len(self.page.ranked)

    @cached_property
    def headline(self) -> str:
        return findings.headline(self.page)

    @cached_property
    def lead(self) -> str:
        return findings.lead(self.page)

    @cached_property
    def tier_title(self) -> str:
        return findings.tier_title(self.page)

    @cached_property
    def agreement_title(self) -> str:
        return findings.agreement_title(self.page)

    @cached_property
    def agreement_note(self) -> str:
        return findings.agreement_note(self.page)

    @cached_property
    def cautions(self) -> list[str]:
        return unitfindings.cautions(self.page)

    @cached_property
    def has_errors(self) -> bool:
        return any(row.se for row in self.page.ranked)

    @cached_property
    def has_grades(self) -> bool:
        return any(row.grade for row in self.page.rows)

    @cached_property
    def sources(self) -> list[Source]:
        return sources_of(self.page)

    @cached_property
    def ranking_note(self) -> str:
        coverage = numerals.share(self.page.coverage, 0)
        words = {"n": self.n_ranked, "coverage": coverage, "draws": numerals.number(self.page.n_draws)}
        if self.page.has_joint:
            return (
                _(
                    "Place among %(n)d by combined score (0 to 100). Bars hold for all at once at %(coverage)s; "
                    "outlines also cover %(coverage)s of %(draws)s draws with weights moved by up to a quarter."
                )
                % words
            )
        return (
            _("Place among %(n)d by combined score (0 to 100). Bars hold for all at once at %(coverage)s.")
            % words
        )

    @cached_property
    def counted(self) -> Node | None:
        """The leaf whose n stands in the table: the residents' ratings."""
        leaves = [self.page.base_of(node) for node in self.page.blocks]
        return next((leaf for leaf in leaves if leaf.origin == "tally"), None)

    @cached_property
    def count_head(self) -> str:
        if self.counted is None:
            return ""
        text = localized(self.counted.base)
        return text[:1].upper() + text[1:]

    @cached_property
    def n_columns(self) -> int:
        return 4 + self.page.has_joint + self.has_grades + bool(self.count_head)

    @cached_property
    def n_reason_columns(self) -> int:
        return 1 + self.page.has_joint + self.has_grades

    def _ranked_row(self, row: Row) -> RankedRow:
        cell = row.cells.get(self.counted.code) if self.counted else None
        return RankedRow(
            row.unit, row.name, row.short, row.rank, row.lower, row.upper, row.joint_lower, row.joint_upper,
            row.score, row.margin, row.grade, row.reason, cell.n if cell else None, row.figures,
        )  # fmt: skip

    @cached_property
    def tiers(self) -> list[TierRows]:
        found = []
        for label, rows in findings.by_tier(self.page):
            spans = [findings.possible(row) for row in rows]
            places = numerals.places(min(low for low, _high in spans), max(high for _low, high in spans))
            found.append(TierRows(label, places, [self._ranked_row(row) for row in rows]))
        return found

    @cached_property
    def listed(self) -> list[RankedRow]:
        return [self._ranked_row(row) for row in self.page.listed]

    @cached_property
    def ranking_label(self) -> str:
        told = [
            _("%(tier)s: %(units)s, places %(places)s.")
            % {
                "tier": tier.label,
                "units": numerals.listed([row.short for row in tier.rows]),
                "places": tier.places,
            }
            for tier in self.tiers
        ]
        return findings.sentences([_("Ranking picture."), *told, _("All values are in the table below.")])

    @cached_property
    def matrix(self) -> Matrix:
        return matrix_of(self.page)

    @cached_property
    def trial(self) -> TrialView | None:
        if not self.page.trials or not self.page.ranked:
            return None
        trial = self.page.trials[0]
        weights = dict(trial.weights)
        moved = findings.movers(self.page, trial)
        widest = {mover.row.unit for mover in moved[:2]}
        shown = self.page.ranked
        if len(shown) > MAX_SLOPES:
            kept = {mover.row.unit for mover in moved[:MAX_SLOPES]}
            shown = tuple(row for row in shown if row.unit in kept)
        rows = [
            SlopeRow(row.short, row.rank or 0.0, trial.ranks[row.unit], row.unit in widest)
            for row in shown
            if row.unit in trial.ranks
        ]
        told = numerals.statements(
            _("%(unit)s: %(before)s to %(after)s")
            % {"unit": row.name, "before": numerals.place(row.before), "after": numerals.place(row.after)}
            for row in rows
        )
        return TrialView(
            findings.weights_title(self.page, trial),
            findings.weights_note(self.page, trial),
            "/".join(f"{100 * node.share:.0f}" for node in self.page.blocks),
            "/".join(f"{100 * weights[node.code]:.0f}" for node in self.page.blocks),
            _("Places under two weightings. %(places)s.") % {"places": told},
            rows,
        )

    @cached_property
    def levels_title(self) -> str:
        return findings.levels_title(self.page.all_levels) if self.page.all_levels else ""

    @cached_property
    def levels(self) -> list[LevelRow]:
        levels = self.page.all_levels
        if levels is None:
            return []
        return [LevelRow(localized(names), level, n, n / max(levels.n, 1)) for names, level, n in levels.rows]
