"""The evaluation office's day: what waits for it, who is late, how intake goes, where the cycles stand."""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from evaluation.cycles.enums import CycleState
from evaluation.cycles.models import Cycle
from evaluation.evidence.models import EvidenceImport
from evaluation.evidence.queries import open_failures, waiting_imports
from evaluation.improvement.enums import OPEN_MEASURES
from evaluation.improvement.models import Commission, Measure
from evaluation.improvement.overdue import Overdue
from evaluation.rankings.board import Board
from evaluation.rankings.models import Objection
from surveys.cases.enums import CLOSED_STATES, RequestState, State
from surveys.cases.models import Case, TimeRequest
from surveys.cases.queries import IN_NOBODYS_HANDS
from surveys.core.calendar import Calendar, UnknownYearError
from surveys.ratings.enums import Screening
from surveys.ratings.models import Rating

DONE_STATES = (CycleState.PUBLISHED, CycleState.ARCHIVED)
SHOWN_CYCLES = 4


@dataclass(frozen=True)
class Waiting:
    """Something that waits for the office: how much, since or until when, and where it is done."""

    title: str
    n: int
    address: str
    due_on: dt.date | None = None

    def is_late(self, today: dt.date) -> bool:
        return self.due_on is not None and self.due_on < today


@dataclass(frozen=True)
class OfficeDesk(Overdue):
    """The evaluation office's day."""

    user: Any

    @cached_property
    def waiting(self) -> list[Waiting]:
        """What waits, with deadlines first; what has nothing in it is left out."""
        found = [*self._cases(), *self._evidence()]
        return sorted(
            (item for item in found if item.n), key=lambda item: (item.due_on or dt.date.max, -item.n)
        )

    def _cases(self) -> list[Waiting]:
        cases = Case.objects.exclude(state__in=CLOSED_STATES).aggregate(
            n_appeals=Count("pk", filter=Q(state=State.APPEALED)),
            appeal_due=Min("due_on", filter=Q(state=State.APPEALED)),
            n_nobody=Count("pk", filter=IN_NOBODYS_HANDS),
            nobody_due=Min("due_on", filter=IN_NOBODYS_HANDS),
        )
        asked = TimeRequest.objects.filter(state=RequestState.ASKED).exclude(asked_by=self.user)
        list_of = reverse("cases:list")
        return [
            Waiting(
                _("Appeals to decide"), cases["n_appeals"], f"{list_of}?state=appealed", cases["appeal_due"]
            ),
            Waiting(
                _("Bad ratings in nobody's hands"),
                cases["n_nobody"],
                reverse("cases:triage"),
                cases["nobody_due"],
            ),
            Waiting(_("Requests for more time or a pause"), asked.count(), f"{list_of}?show=asked"),
        ]

    def _evidence(self) -> list[Waiting]:
        files = waiting_imports().exclude(imported_by=self.user)
        return [
            Waiting(_("Evidence files to attest"), files.count(), self._where(files)),
            Waiting(
                _("Ratings held for review"),
                Rating.objects.filter(screening=Screening.REVIEW).count(),
                reverse("screening:queue"),
            ),
            Waiting(
                _("Objections to decide"), self.n_objections, self._of_cycle("rankings:objections")
            ),
            Waiting(_("Checks of the quality gate that failed"), self.n_failed, self._of_cycle("rankings:board")),
            Waiting(
                _("Measures whose owner has left"),
                Measure.objects.filter(state__in=OPEN_MEASURES, owner__is_active=False).count(),
                f"{reverse('improvement:measures')}?show=left",
            ),
            Waiting(
                _("Auditors who have not declared independence"),
                Commission.objects.filter(declared_at=None, expires_on__gte=self.today).count(),
                reverse("improvement:commissions"),
            ),
        ]  # fmt: skip

    @staticmethod
    def _where(files: Any) -> str:
        first: EvidenceImport | None = files.first()
        return reverse("evidence:cycle", args=[first.cycle.code]) if first else reverse("evidence:list")

    def _of_cycle(self, name: str) -> str:
        return reverse(name, args=[self.cycle.code]) if self.cycle else reverse("cycles:list")

    @cached_property
    def cycles(self) -> list[Cycle]:
        """The latest cycles, those under way first."""
        found = list(Cycle.objects.select_related("scheme").order_by("-starts_on", "code")[:12])
        return sorted(found, key=lambda cycle: cycle.state in DONE_STATES)[:SHOWN_CYCLES]

    @cached_property
    def cycle(self) -> Cycle | None:
        """The cycle under way, else the newest."""
        return next(iter(self.cycles), None)

    @cached_property
    def board(self) -> Board | None:
        return Board(self.cycle, self.today) if self.cycle else None

    @cached_property
    def boards(self) -> list[Board]:
        """The stages of each cycle shown."""
        return [Board(cycle, self.today) for cycle in self.cycles]

    @cached_property
    def n_objections(self) -> int:
        return Objection.objects.filter(run__cycle=self.cycle, decided_at=None).count() if self.cycle else 0

    @cached_property
    def n_failed(self) -> int:
        under_way = self.cycle is not None and self.cycle.state not in DONE_STATES
        return len(open_failures(self.cycle)) if self.cycle and under_way else 0

    @cached_property
    def is_next_year_known(self) -> bool:
        """Deadlines of the coming weeks may reach into it."""
        try:
            Calendar().is_working(self.today + dt.timedelta(days=45))
        except UnknownYearError:
            return False
        return True

    @cached_property
    def headline(self) -> str:
        """What needs the office today."""
        if self.n_late:
            text = ngettext(
                "One bad rating is answered late", "%(n)d bad ratings are answered late", self.n_late
            )
            return text % {"n": self.n_late}
        n = sum(item.n for item in self.waiting)
        if n:
            return ngettext("One thing waits for the office", "%(n)d things wait for the office", n) % {
                "n": n
            }
        return _("Nothing is late and nothing waits")
