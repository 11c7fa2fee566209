"""What happens to cases by the clock alone: silence closes, lateness is escalated, pauses end, the end is archived."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.timezone import localdate
from django.utils.translation import ngettext

from surveys.cases.actions.effects import CaseRefusedError
from surveys.cases.actions.moving import apply_move
from surveys.cases.actions.requests import end_pause
from surveys.cases.clocks import ARCHIVE_DAYS, ESCALATE_AFTER, due_after, read
from surveys.cases.enums import CLOSED_STATES, Clock, Move, RequestKind, RequestState, Seat, State
from surveys.cases.models import Case, TimeRequest
from surveys.cases.people import to_be_told
from surveys.cases.shapes import Details
from surveys.core.calendar import Calendar
from surveys.core.notices import tell

BATCH = 500


def _move(cases: QuerySet[Case], move: Move, now: datetime) -> int:
    """Apply one move of the system to each case; a case that somebody moved meanwhile is left alone."""
    n = 0
    for case in cases[:BATCH]:
        try:
            apply_move(
                case=case, move=move, seen=case.version, actor=None, seat=Seat.SYSTEM, now=now,
                details=Details(),
            )  # fmt: skip
        except CaseRefusedError:
            continue
        n += 1
    return n


def close_silent(*, now: datetime) -> int:
    """Close, unconfirmed, what the resident has not answered for seven days."""
    waiting = Case.objects.filter(state=State.CALLED_BACK, due_on__lt=localdate(now))
    return _move(waiting.order_by("due_on", "code"), Move.SILENCE, now)


def archive_old(*, now: datetime) -> int:
    """Archive what ended more than sixty days ago."""
    before = localdate(now) - timedelta(days=ARCHIVE_DAYS)
    old = Case.objects.filter(state__in=CLOSED_STATES, archived_on=None, closed_on__lt=before)
    return _move(old.order_by("closed_on", "code"), Move.ARCHIVE, now)


def escalate_late(*, now: datetime) -> int:
    """Raise what is overdue one step when its lateness reaches the next threshold, and tell those concerned."""
    today, calendar, n = localdate(now), Calendar(), 0
    late = Case.objects.filter(due_on__lt=today, paused_on=None, escalation__lt=len(ESCALATE_AFTER)).exclude(
        clock__in=[Clock.SILENCE, Clock.NONE]
    )
    for case in late.order_by("due_on", "code")[:BATCH]:
        reading = read(Clock(case.clock), case.clock_on or today, case.due_on, today, calendar)
        if reading is not None and reading.n_over >= ESCALATE_AFTER[case.escalation]:
            n += _escalate(case, reading.n_over, now)
    return n


@transaction.atomic
def _escalate(case: Case, n_over: int, now: datetime) -> int:
    try:
        raised = apply_move(
            case=case, move=Move.ESCALATE, seen=case.version, actor=None, seat=Seat.SYSTEM, now=now,
            details=Details(),
        )  # fmt: skip
    except CaseRefusedError:
        return 0

    def say() -> str:
        said = ngettext(
            "Case %(code)s is one working day late: %(what)s.",
            "Case %(code)s is %(n)d working days late: %(what)s.",
            n_over,
        )
        return said % {"code": case.code, "n": n_over, "what": Clock(case.clock).label}

    tell(people=to_be_told(raised), say=say, link=f"/office/cases/{case.code}/", now=now)
    return 1


def end_pauses(*, now: datetime) -> int:
    """Let clocks run on whose pause is over."""
    over = TimeRequest.objects.filter(
        kind=RequestKind.PAUSE, state=RequestState.GRANTED, ends_on__lt=localdate(now)
    ).select_related("case__organisation")
    n = 0
    for request in over.order_by("ends_on", "pk")[:BATCH]:
        try:
            end_pause(case=request.case, seen=request.case.version, actor=None, now=now)
        except CaseRefusedError:
            continue
        n += 1
    return n


def fill_deadlines(*, now: datetime) -> int:
    """Work out deadlines that were unknown while their year's calendar was missing."""
    del now
    n = 0
    waiting = Case.objects.filter(due_on=None, clock_on__isnull=False).exclude(clock=Clock.NONE)
    for case in waiting.order_by("clock_on", "code")[:BATCH]:
        due_on = due_after(Clock(case.clock), case.clock_on or case.state_on)
        if due_on is not None:
            n += Case.objects.filter(pk=case.pk, version=case.version, due_on=None).update(
                due_on=due_on, version=F("version")
            )
    return n
