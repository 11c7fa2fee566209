"""Open and late bad ratings by organisation, for the office's and the leader's page."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Count, Min, Q

from surveys.cases.enums import CLOSED_STATES, Clock
from surveys.cases.models import Case
from surveys.core.text import localized


@dataclass(frozen=True)
class LateLine:
    """One organisation: cases open, of them late and due today, and the oldest deadline that has passed."""

    pk: int
    code: str
    name: str
    n_open: int
    n_late: int
    n_today: int
    oldest: dt.date | None

    @property
    def late_share(self) -> float:
        return self.n_late / self.n_open if self.n_open else 0.0


def by_organisation(today: dt.date) -> Sequence[LateLine]:
    """Organisations with open cases, most late first; what waits for the resident is not late."""
    late = Q(due_on__lt=today, paused_on=None) & ~Q(clock=Clock.SILENCE)
    rows = (
        Case.objects.exclude(state__in=CLOSED_STATES)
        .values("organisation", "organisation__code", "organisation__names")
        .annotate(
            n=Count("pk"),
            n_late=Count("pk", filter=late),
            n_today=Count("pk", filter=Q(due_on=today) & ~Q(clock=Clock.SILENCE)),
            oldest=Min("due_on", filter=late),
        )
        .order_by("-n_late", "-n", "organisation__code")
    )
    return [
        LateLine(
            row["organisation"],
            row["organisation__code"],
            localized(row["organisation__names"]),
            row["n"],
            row["n_late"],
            row["n_today"],
            row["oldest"],
        )
        for row in rows
    ]


@dataclass(frozen=True)
class Overdue:
    """Base of a page that tells on a day which organisations are late, most late first."""

    today: dt.date

    @cached_property
    def late(self) -> Sequence[LateLine]:
        return by_organisation(self.today)

    @property
    def n_late(self) -> int:
        return sum(line.n_late for line in self.late)

    @property
    def n_open(self) -> int:
        return sum(line.n_open for line in self.late)
