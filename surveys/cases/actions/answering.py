"""What the resident answers by receipt, without an account; and how staff record an answer given by telephone."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from surveys.cases.actions.effects import CaseRefusedError
from surveys.cases.actions.moving import apply_move, move_case
from surveys.cases.enums import Answer, Move, Seat, State
from surveys.cases.models import Case
from surveys.cases.shapes import Details
from surveys.core.models import User

MOVE_OF = {
    Answer.SOLVED: Move.SOLVED,
    Answer.REPLIED: Move.REPLIED,
    Answer.NOT_SOLVED: Move.NOT_SOLVED,
}


MAX_WORDS = 500


class AnswerRefusedError(CaseRefusedError):
    """An answer that cannot be taken; carries the sentence why."""


@transaction.atomic
def answer_case(*, case: Case, seen: int, answer: str, now: datetime) -> Case:
    """Take the resident's one click; before the call-back it is itself the call-back, recorded as such."""
    if answer not in MOVE_OF:
        raise AnswerRefusedError(_("Choose one of the three answers."))
    if case.state == State.FIXED:
        case = _by_resident(case, Move.CALL_BACK, seen, now)
        seen = case.version
    return _by_resident(case, MOVE_OF[Answer(answer)], seen, now)


def _by_resident(case: Case, move: Move, seen: int, now: datetime, text: str = "") -> Case:
    return apply_move(
        case=case,
        move=move,
        seen=seen,
        actor=None,
        seat=Seat.RESIDENT,
        now=now,
        details=Details(text=text[:MAX_WORDS]),
    )


def reopen_case(*, case: Case, seen: int, text: str, now: datetime) -> Case:
    """Open a closed case again at the resident's word."""
    return _by_resident(case, Move.REOPEN, seen, now, text)


@transaction.atomic
def record_call(*, case: Case, seen: int, answer: str, text: str, actor: User, now: datetime) -> Case:
    """Record a call-back: what the resident said, or (no answer) that nobody was reached."""
    details = Details(text=text)
    if case.state == State.FIXED:
        case = move_case(case=case, move=Move.CALL_BACK, seen=seen, actor=actor, now=now, details=details)
        seen = case.version
    if not answer:
        return case
    if answer not in MOVE_OF:
        raise AnswerRefusedError(_("Choose one of the three answers."))
    return move_case(
        case=case, move=MOVE_OF[Answer(answer)], seen=seen, actor=actor, now=now, details=details
    )
