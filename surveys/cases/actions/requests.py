"""More time or a pause: asked for with a reason by one person, decided by another."""

from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from surveys.cases.actions.effects import CaseRefusedError
from surveys.cases.actions.moving import apply_move, move_case
from surveys.cases.clocks import FIX_CLOCKS, MAX_EXTENSION, MAX_PAUSE, days_between, lengthened
from surveys.cases.enums import Complexity, Move, RequestKind, RequestState, Seat
from surveys.cases.models import Case, TimeRequest
from surveys.cases.shapes import Details
from surveys.core.calendar import Calendar, UnknownYearError
from surveys.core.models import User


@transaction.atomic
def ask_extension(
    *, case: Case, seen: int, n_days: int, reason: str, actor: User, now: datetime
) -> TimeRequest:
    """Ask for more time for a complex fix, once."""
    if case.complexity != Complexity.COMPLEX or case.clock not in FIX_CLOCKS:
        raise CaseRefusedError(_("Only a complex fix can be given more time."))
    if case.n_extensions:
        raise CaseRefusedError(_("The fix was given more time once already."))
    if not 1 <= n_days <= MAX_EXTENSION:
        raise CaseRefusedError(_("Ask for 1 to %(most)d working days.") % {"most": MAX_EXTENSION})
    return _ask(
        case=case, seen=seen, kind=RequestKind.EXTENSION, n_days=n_days, reason=reason, actor=actor, now=now
    )


@transaction.atomic
def ask_pause(*, case: Case, seen: int, n_days: int, reason: str, actor: User, now: datetime) -> TimeRequest:
    """Ask to stop the clock while something is waited for that the department cannot bring about."""
    if case.paused_on is not None:
        raise CaseRefusedError(_("The case is paused already."))
    if not 1 <= n_days <= MAX_PAUSE:
        raise CaseRefusedError(_("Ask for 1 to %(most)d working days.") % {"most": MAX_PAUSE})
    return _ask(
        case=case, seen=seen, kind=RequestKind.PAUSE, n_days=n_days, reason=reason, actor=actor, now=now
    )


def _ask(
    *, case: Case, seen: int, kind: RequestKind, n_days: int, reason: str, actor: User, now: datetime
) -> TimeRequest:
    if case.requests.filter(state=RequestState.ASKED).exists():
        raise CaseRefusedError(_("A request is waiting for its decision already."))
    move = Move.ASK_EXTENSION if kind == RequestKind.EXTENSION else Move.ASK_PAUSE
    move_case(case=case, move=move, seen=seen, actor=actor, now=now, details=Details(text=reason))
    return TimeRequest.objects.create(
        case=case, kind=kind, n_days=n_days, reason=reason.strip(), asked_by=actor, asked_on=localdate(now)
    )


@transaction.atomic
def decide_request(
    *, request: TimeRequest, seen: int, grant: bool, reason: str, actor: User, now: datetime
) -> TimeRequest:
    """Grant or refuse a request that somebody else made."""
    locked = TimeRequest.objects.select_for_update(of=("self",)).select_related("case").get(pk=request.pk)
    if locked.state != RequestState.ASKED:
        raise CaseRefusedError(_("This request has been decided already."))
    if locked.asked_by_id == actor.pk:
        raise CaseRefusedError(_("Somebody other than the person who asked decides."))
    today = localdate(now)
    case = move_case(
        case=locked.case,
        move=Move.GRANT if grant else Move.REFUSE,
        seen=seen,
        actor=actor,
        now=now,
        details=Details(text=reason),
    )
    locked.state = RequestState.GRANTED if grant else RequestState.REFUSED
    locked.decided_by, locked.decided_on = actor, today
    if grant and locked.kind == RequestKind.EXTENSION:
        if (longer := lengthened(case.due_on, locked.n_days)) is None:
            raise CaseRefusedError(_("The calendar of this year is not known; ask the office to import it."))
        Case.objects.filter(pk=case.pk).update(due_on=longer, n_extensions=1)
    elif grant:
        locked.ends_on = lengthened(today, locked.n_days)
        if locked.ends_on is None:
            raise CaseRefusedError(_("The calendar of this year is not known; ask the office to import it."))
        Case.objects.filter(pk=case.pk).update(paused_on=today)
    locked.save()
    return locked


@transaction.atomic
def end_pause(*, case: Case, seen: int, actor: User | None, now: datetime, reason: str = "") -> Case:
    """Let the clock run on; the deadline moves by the working days the pause has lasted.

    A pause that ends by itself has lasted until its agreed day, however late the system notices.
    """
    if case.paused_on is None:
        raise CaseRefusedError(_("The case is not paused."))
    today = localdate(now)
    details = Details(text=reason)
    if actor is None:
        moved = apply_move(
            case=case, move=Move.RESUME, seen=seen, actor=None, seat=Seat.SYSTEM, now=now, details=details
        )
    else:
        moved = move_case(case=case, move=Move.RESUME, seen=seen, actor=actor, now=now, details=details)
    granted = case.requests.filter(kind=RequestKind.PAUSE, state=RequestState.GRANTED).first()
    last = granted.ends_on if actor is None and granted and granted.ends_on else today
    try:
        n = days_between(Calendar(), case.paused_on, min(last, today))
    except UnknownYearError as error:
        raise CaseRefusedError(str(error)) from error
    moved.due_on = lengthened(case.due_on, n) if n else case.due_on
    moved.paused_on = None
    Case.objects.filter(pk=moved.pk).update(due_on=moved.due_on, paused_on=None)
    case.requests.filter(kind=RequestKind.PAUSE, state=RequestState.GRANTED).update(
        state=RequestState.ENDED, ends_on=today
    )
    return moved
