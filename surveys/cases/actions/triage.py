"""Give many cases to one person: each is pre-reviewed and assigned by itself, so that one refusal stops none."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from surveys.cases.actions.effects import CaseRefusedError
from surveys.cases.actions.moving import move_case
from surveys.cases.actions.telling import tell_of_many
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
    if done and handler.pk != actor.pk:
        tell_of_many(n=done, handler=handler, now=now)
    return done, refused


@transaction.atomic
def _give(case: Case, handler: User, actor: User, now: datetime) -> None:
    """One case: taken in and assigned, or taken over from somebody who has left."""
    if case.state == State.RECEIVED:
        case = move_case(case=case, move=Move.PRE_REVIEW, seen=case.version, actor=actor, now=now)
    if case.state == State.PRE_REVIEWED:
        move, details = Move.ASSIGN, Details(handler=handler, is_quiet=True)
    elif case.handler is not None and case.handler.is_active:
        raise CaseRefusedError(
            _("%(person)s handles this case; hand it over on its own page, with a reason.")
            % {"person": case.handler}
        )
    else:
        reason = _("%(person)s has left.") % {"person": case.handler}
        move, details = Move.REASSIGN, Details(handler=handler, text=reason, is_quiet=True)
    move_case(case=case, move=move, seen=case.version, actor=actor, now=now, details=details)
