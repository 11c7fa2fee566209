"""Give many cases to one person: each is pre-reviewed and assigned by itself, so that one refusal stops none."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from surveys.cases.actions.effects import CaseRefusedError
from surveys.cases.actions.moving import move_case
from surveys.cases.enums import Move, State
from surveys.cases.models import Case
from surveys.cases.shapes import Details
from surveys.core.models import User


def triage_cases(
    *, cases: Sequence[Case], handler: User, actor: User, now: datetime
) -> tuple[int, list[tuple[str, str]]]:
    """How many were given, and the number and sentence of each that could not be."""
    done, refused = 0, []
    for case in cases:
        try:
            _give(case, handler, actor, now)
        except CaseRefusedError as error:
            refused.append((case.code, str(error)))
        else:
            done += 1
    return done, refused


@transaction.atomic
def _give(case: Case, handler: User, actor: User, now: datetime) -> None:
    seen = case.version
    if case.state == State.RECEIVED:
        case = move_case(case=case, move=Move.PRE_REVIEW, seen=seen, actor=actor, now=now)
        seen = case.version
    move_case(case=case, move=Move.ASSIGN, seen=seen, actor=actor, now=now, details=Details(handler=handler))
