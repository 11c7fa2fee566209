"""The duties of a department: everything with a deadline, the most urgent first."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from evaluation.improvement.enums import MeasureState
from evaluation.improvement.models import Measure, MeasureStep
from surveys.cases.enums import Clock
from surveys.cases.queries import Duty as CaseDuty
from surveys.cases.queries import duties as case_duties
from surveys.cases.queries import to_do
from surveys.catalogue.models import Organisation
from surveys.catalogue.queries import codes_below
from surveys.core.calendar import Calendar, UnknownYearError

OPEN_STATES = (MeasureState.PLANNED, MeasureState.UNDER_WAY, MeasureState.DONE)


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


def duties(user: Any, organisation: Organisation, today: dt.date) -> list[Duty]:
    """Everything with a deadline, the most urgent first: cases, steps, measures to finish."""
    codes = codes_below(organisation.code)
    calendar = Calendar()
    cases = to_do(user).filter(organisation__code__in=codes)
    found = [_case_duty(duty, today) for duty in case_duties(list(cases), today)]
    steps = (
        MeasureStep.objects.filter(
            measure__organisation__code__in=codes, done_at=None, measure__state=MeasureState.UNDER_WAY
        )
        .select_related("measure")
        .order_by("due_on", "pk")
    )
    found += [
        Duty(
            "step",
            step.text,
            step.measure.title,
            "improvement:measure",
            step.measure_id,
            step.due_on,
            0,
            0,
            _working_days(calendar, today, step.due_on),
            today,
        )
        for step in steps
    ]
    rows = Measure.objects.filter(organisation__code__in=codes, state__in=OPEN_STATES).order_by(
        "due_on", "pk"
    )
    found += [
        Duty(
            "measure",
            row.title,
            row.problem[:120],
            "improvement:measure",
            row.pk,
            row.due_on,
            0,
            0,
            _working_days(calendar, today, row.due_on),
            today,
        )
        for row in rows
    ]
    return sorted(found, key=lambda duty: (duty.due_on or dt.date.max, duty.kind, str(duty.url_arg)))


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
