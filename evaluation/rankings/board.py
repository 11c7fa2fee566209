"""The state of a cycle as its board shows it: stages, intake by month, and what stands in the way of each move."""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Sum
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from evaluation.cycles.enums import BACKWARD, MOVES, CycleState
from evaluation.cycles.models import Cycle
from evaluation.cycles.queries import units_of
from evaluation.evidence.enums import ImportState
from evaluation.evidence.models import EvidenceImport
from evaluation.evidence.queries import imports_of, open_failures
from evaluation.rankings.models import Edition, Run
from evaluation.rankings.queries import latest_run, open_objections
from surveys.core import numerals
from surveys.tallies.models import Funnel
from surveys.tallies.periods import month_end
from surveys.tallies.queries import LevelCounts, counts

GAP = 0.25
ORDER = tuple(CycleState)


@dataclass(frozen=True)
class Stage:
    """One stage: behind, here or ahead, with its day."""

    label: str
    css: str
    note: str


@dataclass(frozen=True)
class Step:
    """A move that may come next, and the sentences why it is not possible yet."""

    to: str
    label: str
    reasons: tuple[str, ...]
    is_back: bool


@dataclass(frozen=True)
class Month:
    """Ratings of one month; `is_gap` where far fewer came than usual."""

    day: dt.date
    n: int
    is_gap: bool


@dataclass(frozen=True)
class Board:
    cycle: Cycle
    today: dt.date

    @cached_property
    def state(self) -> CycleState:
        return CycleState(self.cycle.state)

    @cached_property
    def run(self) -> Run | None:
        return latest_run(self.cycle)

    @cached_property
    def edition(self) -> Edition | None:
        return Edition.objects.filter(cycle=self.cycle).order_by("-number").first()

    @cached_property
    def imports(self) -> list[EvidenceImport]:
        return list(imports_of(self.cycle))

    @cached_property
    def n_waiting(self) -> int:
        return sum(item.state == ImportState.IMPORTED for item in self.imports)

    @cached_property
    def n_failed(self) -> int:
        return len(open_failures(self.cycle))

    @cached_property
    def n_objections(self) -> int:
        return open_objections(self.cycle).count()

    @cached_property
    def headline(self) -> str:
        """The state of the day as one or two sentences."""
        parts = [_("%(state)s.") % {"state": self.state.label}, *self._next_thing()]
        gap = "" if parts[0].endswith("。") else " "
        return gap.join(parts[:2])

    def _next_thing(self) -> list[str]:
        if self.state in {CycleState.PUBLISHED, CycleState.ARCHIVED}:
            return []
        if self.n_waiting and self.state in {CycleState.OPEN, CycleState.LOCKED}:
            text = ngettext(
                "One file waits for a second person.", "%(n)d files wait for a second person.", self.n_waiting
            )
            return [text % {"n": self.n_waiting}]
        if self.n_failed and self.run is not None:
            text = ngettext(
                "One check of the quality gate is open.",
                "%(n)d checks of the quality gate are open.",
                self.n_failed,
            )
            return [text % {"n": self.n_failed}]
        if self.n_objections:
            text = ngettext("One objection waits.", "%(n)d objections wait.", self.n_objections)
            return [text % {"n": self.n_objections}]
        return {
            CycleState.DRAFT: [_("Approve the scheme, then open it.")],
            CycleState.OPEN: [_("Ratings and evidence come in.")],
            CycleState.LOCKED: [_("Ready to be evaluated.")],
            CycleState.SCORED: [_("Look at the result before departments see it.")],
            CycleState.OBJECTION: [_("Departments may object.")],
        }.get(self.state, [])

    @cached_property
    def stages(self) -> list[Stage]:
        here = ORDER.index(self.state)
        moved = {move.after: move.moved_at for move in self.cycle.moves.order_by("moved_at", "pk")}
        return [self._stage(state, at, here, moved.get(state)) for at, state in enumerate(ORDER)]

    def _stage(self, state: CycleState, at: int, here: int, moved_at: dt.datetime | None) -> Stage:
        css = (
            "is-done"
            if at < here or self.state == CycleState.ARCHIVED
            else "is-now"
            if at == here
            else "is-next"
        )
        if state == CycleState.PUBLISHED and self.state == CycleState.PUBLISHED:
            css = "is-done"
        note = numerals.DASH
        if state == CycleState.OPEN:
            note = numerals.span(self.cycle.starts_on, self.cycle.ends_on)
        elif state == CycleState.OBJECTION and self.cycle.objection_ends_on:
            note = _("until %(day)s") % {"day": numerals.day(self.cycle.objection_ends_on, year=False)}
        elif moved_at is not None and at <= here:
            note = _("since %(day)s") % {"day": numerals.day(localdate(moved_at), year=False)}
        elif state == CycleState.OBJECTION:
            note = _("5 working days")
        return Stage(str(state.label), css, note)

    @cached_property
    def steps(self) -> list[Step]:
        """Every legal move from here, forward ones first."""
        found = []
        for to in MOVES[self.state]:
            back = (self.state, to) in BACKWARD
            found.append(Step(to, _step_label(self.state, to), () if back else self._reasons(to), back))
        return sorted(found, key=lambda step: step.is_back)

    def _reasons(self, to: CycleState) -> tuple[str, ...]:
        reasons = []
        if to == CycleState.OPEN and self.cycle.scheme.approved_at is None:
            reasons.append(_("The scheme has not been approved by someone other than its author."))
        if to == CycleState.OBJECTION and self.run is None:
            reasons.append(_("There is no result yet."))
        if to == CycleState.PUBLISHED:
            last = self.cycle.objection_ends_on
            if last is not None and self.today <= last:
                reasons.append(
                    _("Departments may object until %(day)s.") % {"day": numerals.day(last, weekday=True)}
                )
            reasons += [*self._open_objections(), *self._open_checks()]
        return tuple(reasons)

    def _open_objections(self) -> list[str]:
        if not self.n_objections:
            return []
        text = ngettext(
            "One objection is not decided.", "%(n)d objections are not decided.", self.n_objections
        )
        return [text % {"n": self.n_objections}]

    def _open_checks(self) -> list[str]:
        if not self.n_failed:
            return []
        text = ngettext(
            "One check of the quality gate has failed and is not explained.",
            "%(n)d checks of the quality gate have failed and are not explained.",
            self.n_failed,
        )
        return [text % {"n": self.n_failed}]

    @cached_property
    def _by_organisation(self) -> list[LevelCounts]:
        organisations = [unit.organisation_id for unit in units_of(self.cycle)]
        return counts(starts_on=self.cycle.starts_on, ends_on=self.cycle.ends_on, organisations=organisations)

    @cached_property
    def n_units(self) -> int:
        return units_of(self.cycle).count()

    @cached_property
    def funnel(self) -> dict[str, int]:
        """Finished, answered and set aside in the cycle's months, over its units."""
        rows = Funnel.objects.filter(
            organisation__in=units_of(self.cycle).values("organisation_id"),
            starts_on__gte=self.cycle.starts_on.replace(day=1),
            ends_on__lte=month_end(self.cycle.ends_on),
        )
        found = rows.aggregate(
            n_finished=Sum("n_finished"), n_answered=Sum("n_answered"), n_set_aside=Sum("n_set_aside")
        )
        return {name: n or 0 for name, n in found.items()}

    @property
    def active_rate(self) -> float | None:
        """Answers over finished cases; None where finished cases are not known."""
        n = self.funnel["n_finished"]
        return self.funnel["n_answered"] / n if n else None

    @cached_property
    def n_ratings(self) -> int:
        return sum(row.n for row in self._by_organisation)

    @cached_property
    def smallest(self) -> tuple[str, int] | None:
        """The unit with fewest ratings."""
        totals = dict.fromkeys((unit.organisation_id for unit in units_of(self.cycle)), 0)
        for row in self._by_organisation:
            totals[row.organisation_id] += row.n
        names = {unit.organisation_id: unit.name for unit in units_of(self.cycle)}
        if not totals:
            return None
        found = min(totals, key=lambda pk: (totals[pk], names[pk]))
        return names[found], totals[found]

    @cached_property
    def months(self) -> list[Month]:
        """Ratings by month where they are known by month; the last one of a running cycle is still filling."""
        organisations = [unit.organisation_id for unit in units_of(self.cycle)]
        rows = counts(
            starts_on=self.cycle.starts_on, ends_on=self.cycle.ends_on,
            organisations=organisations, by=("month",), with_batches=False,
        )  # fmt: skip
        totals: dict[dt.date, int] = {}
        for row in rows:
            totals[row.starts_on] = totals.get(row.starts_on, 0) + row.n
        days = sorted(totals)
        usual = sorted(totals.values())[len(totals) // 2] if totals else 0
        filling = days[-1:] if self.state in {CycleState.DRAFT, CycleState.OPEN} else []
        return [Month(day, totals[day], day not in filling and totals[day] < GAP * usual) for day in days]

    @cached_property
    def intake_title(self) -> str:
        gaps = [month for month in self.months if month.is_gap]
        if gaps:
            return _("Intake: far fewer ratings than usual in %(months)s") % {
                "months": numerals.listed([numerals.month(gap.day) for gap in gaps])
            }
        words = {"n": numerals.number(self.n_ratings)}
        if self.state in {CycleState.DRAFT, CycleState.OPEN}:
            return _("Intake: %(n)s ratings so far") % words
        return _("Intake: %(n)s ratings") % words


def _step_label(before: CycleState, to: CycleState) -> str:
    """What the button says."""
    labels = {
        (CycleState.DRAFT, CycleState.OPEN): _("Open the cycle"),
        (CycleState.OPEN, CycleState.LOCKED): _("End intake and lock"),
        (CycleState.LOCKED, CycleState.SCORED): _("Evaluate"),
        (CycleState.LOCKED, CycleState.OPEN): _("Back to open"),
        (CycleState.SCORED, CycleState.OBJECTION): _("Show to departments"),
        (CycleState.SCORED, CycleState.LOCKED): _("Back to locked"),
        (CycleState.OBJECTION, CycleState.PUBLISHED): _("Publish"),
        (CycleState.OBJECTION, CycleState.SCORED): _("Back to scored"),
        (CycleState.PUBLISHED, CycleState.ARCHIVED): _("Archive"),
        (CycleState.PUBLISHED, CycleState.OPEN): _("Reopen for a correction"),
    }
    return labels[before, to]
