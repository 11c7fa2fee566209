"""The one way to move a case: check the table, the seat and the version, then write all of it or nothing."""

from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from surveys.cases.actions.effects import EFFECTS, CaseRefusedError, Moving
from surveys.cases.actions.telling import tell_of
from surveys.cases.clocks import due_after
from surveys.cases.enums import Clock, Complexity, Move, Seat, State
from surveys.cases.models import Case, CaseMove
from surveys.cases.rules import is_outside, seats_at
from surveys.cases.shapes import Details
from surveys.cases.transitions import TRANSITIONS, Transition
from surveys.core.log import record
from surveys.core.models import User

__all__ = ["CaseMovedError", "CaseRefusedError", "SeatRefusedError", "apply_move", "move_case"]


class CaseMovedError(CaseRefusedError):
    """Somebody else moved the case while it was being read."""


class SeatRefusedError(CaseRefusedError):
    """The case could be moved so, but not from this person's seat."""


def move_case(
    *, case: Case, move: Move, seen: int, actor: User, now: datetime, details: Details | None = None
) -> Case:
    """Move a case from one of the actor's seats; `seen` is the version the actor was looking at."""
    transition = TRANSITIONS[move]
    seats = seats_at(actor, case) & transition.seats
    if not seats:
        raise SeatRefusedError(
            _("“%(move)s” needs one of these seats: %(seats)s.")
            % {"move": move.label, "seats": ", ".join(sorted(str(s.label) for s in transition.seats))}
        )
    if transition.outside and not is_outside(actor, case):
        raise SeatRefusedError(_("This is decided by somebody outside the department concerned."))
    seat = min(seats, key=list(Seat).index)
    return apply_move(
        case=case, move=move, seen=seen, actor=actor, seat=seat, now=now, details=details or Details()
    )


@transaction.atomic
def apply_move(
    *, case: Case, move: Move, seen: int, actor: User | None, seat: Seat, now: datetime, details: Details
) -> Case:
    """Write a move whose seat has been checked: the case, the step and the log entry together."""
    transition = TRANSITIONS[move]
    if seat not in transition.seats:
        raise SeatRefusedError(_("“%(move)s” is not done from this seat.") % {"move": move.label})
    locked = Case.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=case.pk)
    if locked.version != seen:
        raise CaseMovedError(_told(locked))
    today = localdate(now)
    _check(locked, move, transition, details)
    step = CaseMove(
        case=locked,
        number=locked.version + 1,
        move=move,
        from_state=locked.state,
        seat=seat,
        by=actor,
        moved_on=today,
        moved_at=now,
        text=details.text.strip(),
        organisation=locked.organisation,
    )
    moving = Moving(locked, actor, seat, today, now, details)
    if effect := EFFECTS.get(move):
        effect(moving)
    _turn(locked, transition, step, today)
    step.to_state = locked.state
    locked.version = seen + 1
    if not Case.objects.filter(pk=locked.pk, version=seen).update(version=seen + 1):
        raise CaseMovedError(_told(Case.objects.get(pk=locked.pk)))
    locked.save()
    step.save(force_insert=True)
    record(
        actor=actor,
        verb=f"case.{move.value}",
        obj=f"case {locked.code}",
        now=now,
        before=step.from_state,
        after=step.to_state,
        detail={"seat": seat.value},
    )
    if not details.is_quiet:
        tell_of(case=locked, move=move, actor=actor, now=now)
    return locked


def _check(case: Case, move: Move, transition: Transition, details: Details) -> None:
    if case.state not in transition.sources:
        raise CaseRefusedError(
            _("A case that is “%(state)s” cannot be moved by “%(move)s”.")
            % {"state": State(case.state).label, "move": move.label}
        )
    if case.archived_on is not None:
        raise CaseRefusedError(
            _("The case was archived on %(day)s and is not opened again.") % {"day": case.archived_on}
        )
    if transition.needs_text and not details.text.strip():
        raise CaseRefusedError(_("Write the reason or the reply first."))
    if case.paused_on is not None and transition.clock is not None:
        raise CaseRefusedError(_("The case is paused; end the pause first."))


def _turn(case: Case, transition: Transition, step: CaseMove, today: date) -> None:
    """End the running clock, note whether it was kept, and start the next."""
    if transition.target is not None:
        case.state, case.state_on = transition.target, today
    if transition.clock is None:
        return
    step.clock, step.due_on = case.clock, case.due_on
    if case.clock not in {Clock.NONE, Clock.SILENCE} and case.due_on is not None and today > case.due_on:
        step.was_late = True
        case.n_late += 1
    clock = transition.clock
    if clock == Clock.FIX_SIMPLE and case.complexity == Complexity.COMPLEX:
        clock = Clock.FIX_COMPLEX
    case.clock = clock
    case.clock_on = None if clock == Clock.NONE else today
    case.due_on = due_after(clock, today)
    case.escalation = 0


def _told(case: Case) -> str:
    """The sentence for whoever came second."""
    last = case.moves.select_related("by").order_by("-number").first()
    words = {
        "who": str(last.by) if last and last.by else _("somebody"),
        "move": Move(last.move).label if last else "",
        "state": State(case.state).label,
    }
    return _("%(who)s was quicker: “%(move)s”. The case is now “%(state)s”; look at it again.") % words
