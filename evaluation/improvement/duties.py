"""The duties of a department: everything with a deadline, the most urgent first."""

import datetime as dt
import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from evaluation.improvement.enums import OPEN_MEASURES, MeasureState
from evaluation.improvement.models import Measure, MeasureStep
from surveys.cases.enums import Clock
from surveys.cases.queries import Duty as CaseDuty
from surveys.cases.queries import duties as case_duties
from surveys.cases.queries import to_do
from surveys.catalogue.models import Organisation
from surveys.catalogue.queries import codes_below
from surveys.core.calendar import Calendar, UnknownYearError

KINDS = ("case", "step", "measure")
WEEK = dt.timedelta(days=7)
SHOWN = 12
"""Duties of one group that are shown; the rest are counted, and the lists hold them."""
_Key = tuple[dt.date, str, Any]


class When(Enum):
    """How near a deadline is, the most urgent first."""

    LATE = auto()
    TODAY = auto()
    SOON = auto()
    LATER = auto()


@dataclass(frozen=True)
class Duty:
    """One thing to do with its day: a case, a step, a measure; `n_used` of `n_days` working days are over."""

    kind: str
    title: str
    detail: str
    url_name: str
    url_arg: Any
    due_on: dt.date | None
    n_days: int
    n_used: int
    n_left: int
    today: dt.date

    @property
    def is_late(self) -> bool:
        return self.due_on is not None and self.today > self.due_on

    @property
    def is_today(self) -> bool:
        return self.due_on == self.today

    @property
    def n_over(self) -> int:
        return max(0, -self.n_left)


@dataclass(frozen=True)
class DutyGroup:
    """The duties of one stretch of days: how many there are, and the most urgent of them."""

    when: When
    n: int
    shown: Sequence[Duty]

    @property
    def n_more(self) -> int:
        return self.n - len(self.shown)


def duties(user: Any, organisation: Organisation, today: dt.date, most: int = SHOWN) -> list[DutyGroup]:
    """What has a deadline, by urgency: cases, steps, measures to finish; of each group at most so many.

    The days alone are read of everything; only what is shown is read whole, so that a page with
    a thousand open cases costs what a page with ten costs.
    """
    codes = codes_below(organisation.code)
    cases = to_do(user).filter(organisation__code__in=codes)
    steps = MeasureStep.objects.filter(
        measure__organisation__code__in=codes, done_at=None, measure__state=MeasureState.UNDER_WAY
    )
    measures = Measure.objects.filter(organisation__code__in=codes, state__in=OPEN_MEASURES)
    by_group: dict[When, list[_Key]] = {when: [] for when in When}
    for kind, rows in (("case", cases), ("step", steps), ("measure", measures)):
        for due_on, pk in rows.order_by().values_list("due_on", "pk"):
            by_group[_when(due_on, today)].append((due_on or dt.date.max, kind, pk))
    firsts = {when: heapq.nsmallest(most, keys) for when, keys in by_group.items()}
    chosen = {kind: [pk for keys in firsts.values() for _on, of, pk in keys if of == kind] for kind in KINDS}
    calendar = Calendar()
    whole: dict[tuple[str, Any], Duty] = {
        ("case", duty.case.pk): _case_duty(duty, today)
        for duty in case_duties(list(cases.filter(pk__in=chosen["case"])), today)
    }
    for step in steps.filter(pk__in=chosen["step"]).select_related("measure"):
        whole["step", step.pk] = _work_duty(
            "step",
            step.text,
            step.measure.title,
            step.measure_id,
            due_on=step.due_on,
            today=today,
            calendar=calendar,
        )
    for row in measures.filter(pk__in=chosen["measure"]):
        whole["measure", row.pk] = _work_duty(
            "measure", row.title, row.problem[:120], row.pk, due_on=row.due_on, today=today, calendar=calendar
        )
    return [
        DutyGroup(when, len(by_group[when]), [whole[kind, pk] for _on, kind, pk in keys])
        for when, keys in firsts.items()
        if keys
    ]


def _when(due_on: dt.date | None, today: dt.date) -> When:
    if due_on is None or due_on > today + WEEK:
        return When.LATER
    if due_on < today:
        return When.LATE
    return When.TODAY if due_on == today else When.SOON


def _work_duty(
    kind: str, title: str, detail: str, measure: int, *, due_on: dt.date, today: dt.date, calendar: Calendar
) -> Duty:
    n_left = _working_days(calendar, today, due_on)
    return Duty(kind, title, detail, "improvement:measure", measure, due_on, 0, 0, n_left, today)


def _case_duty(duty: CaseDuty, today: dt.date) -> Duty:
    reading = duty.reading
    label = str(Clock(duty.case.clock).label) if duty.case.clock else str(duty.case.get_state_display())
    return Duty(
        kind="case",
        title=f"{label} {duty.case.code}",
        detail=duty.case.service.name,
        url_name="cases:case",
        url_arg=duty.case.code,
        due_on=duty.case.due_on,
        n_days=reading.n_days if reading else 0,
        n_used=reading.n_used if reading else 0,
        n_left=reading.n_left if reading else 0,
        today=today,
    )


def _working_days(calendar: Calendar, a: dt.date, b: dt.date) -> int:
    """Working days left, negative when over; plain days where the calendar does not know the year."""
    sign, first, last = (1, a, b) if b >= a else (-1, b, a)
    try:
        return sign * sum(
            calendar.is_working(first + dt.timedelta(days=k)) for k in range(1, (last - first).days + 1)
        )
    except UnknownYearError:
        return (b - a).days
