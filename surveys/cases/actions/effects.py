"""What each move changes of a case besides its state and its clock."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from surveys.cases.clocks import APPEAL_DAYS, ARCHIVE_DAYS, lengthened
from surveys.cases.enums import Answer, Complexity, Move, Seat, State
from surveys.cases.models import Case, Note
from surveys.cases.rules import SEAT_RULES
from surveys.cases.shapes import Details
from surveys.catalogue.rules import may
from surveys.core.masking import mask_personal
from surveys.core.models import User

ARCHIVE = timedelta(days=ARCHIVE_DAYS)


class CaseRefusedError(ValueError):
    """A move that cannot be made; carries the sentence why."""


@dataclass(frozen=True, slots=True)
class Moving:
    """A case in the middle of a move."""

    case: Case
    actor: User | None
    seat: Seat
    today: date
    now: datetime
    details: Details


def check_words(text: str) -> None:
    """Words that others will read may hold no telephone or identity number."""
    if mask_personal(text) != text:
        raise CaseRefusedError(
            _("There is a mobile or identity number in the text. Take it out before others read it.")
        )


def _redirect(moving: Moving) -> None:
    to = moving.details.organisation
    if to is None or to.retired_on is not None or to.pk == moving.case.organisation_id:
        raise CaseRefusedError(_("Choose another organisation that is in use."))
    moving.case.organisation = to
    moving.case.handler = None
    moving.case.assigned_on = None


def _give_to(moving: Moving) -> None:
    handler = moving.details.handler
    if handler is None or not handler.is_active:
        raise CaseRefusedError(_("Choose who is to handle the case."))
    if not any(
        may(SEAT_RULES[seat], handler, moving.case.organisation) for seat in (Seat.HANDLER, Seat.LEAD)
    ):
        raise CaseRefusedError(_("%(person)s has no seat in this organisation.") % {"person": str(handler)})
    moving.case.handler = handler


def _assign(moving: Moving) -> None:
    _give_to(moving)
    moving.case.assigned_on = moving.today


def _start(moving: Moving) -> None:
    handler = moving.case.handler
    if handler is None or not handler.is_active:
        moving.case.handler = moving.actor


def _appeal(moving: Moving) -> None:
    case = moving.case
    if case.moves.filter(move=Move.APPEAL, organisation=case.organisation).exists():
        raise CaseRefusedError(_("The department has appealed once already; an appeal is decided once."))
    last = lengthened(case.assigned_on, APPEAL_DAYS)
    if last is None:
        raise CaseRefusedError(_("The calendar of this year is not known; ask the office to import it."))
    if moving.today > last:
        raise CaseRefusedError(
            _("An appeal was possible until %(day)s, three working days after the assignment.")
            % {"day": last}
        )


def _found_invalid(moving: Moving) -> None:
    """The rating still counts; only the case ends here."""
    moving.case.found = State.INVALID
    moving.case.closed_on = moving.today


def _found_valid(moving: Moving) -> None:
    if moving.details.complexity not in Complexity.values:
        raise CaseRefusedError(_("Say whether the fix is simple or complex."))
    moving.case.found = State.VALID
    moving.case.complexity = moving.details.complexity


def _found_explain(moving: Moving) -> None:
    moving.case.found = State.EXPLAIN_ONLY
    moving.case.complexity = Complexity.SIMPLE


def _finish(moving: Moving) -> None:
    assert moving.actor is not None
    check_words(moving.details.text)
    moving.case.fixed_on = moving.today
    moving.case.fixed_by = moving.actor
    Note.objects.create(
        case=moving.case,
        text=moving.details.text.strip(),
        for_resident=True,
        written_by=moving.actor,
        written_at=moving.now,
    )


def _called_back(moving: Moving) -> None:
    _not_by_the_fixer(moving)
    moving.case.called_back_on = moving.today


def _not_by_the_fixer(moving: Moving) -> None:
    """Whoever mended it does not also ask whether it is mended."""
    if moving.seat != Seat.RESIDENT and moving.actor and moving.actor.pk == moving.case.fixed_by_id:
        raise CaseRefusedError(_("Somebody other than the person who recorded the fix asks the resident."))


def _answered(answer: Answer) -> Callable[[Moving], None]:
    def effect(moving: Moving) -> None:
        _not_by_the_fixer(moving)
        moving.case.answer = answer
        moving.case.closed_on = moving.today

    return effect


def _silence(moving: Moving) -> None:
    case = moving.case
    if case.due_on is None or moving.today <= case.due_on:
        raise CaseRefusedError(_("The seven days are not over yet."))
    case.answer = Answer.SILENT
    case.closed_on = moving.today


def _open_again(moving: Moving) -> None:
    case = moving.case
    case.n_reopened += 1
    case.found = ""
    case.fixed_on = case.fixed_by = case.called_back_on = case.closed_on = None


def _not_solved(moving: Moving) -> None:
    _not_by_the_fixer(moving)
    _open_again(moving)
    moving.case.answer = Answer.NOT_SOLVED


def _reopen(moving: Moving) -> None:
    closed_on = moving.case.closed_on
    if closed_on is not None and moving.today > closed_on + ARCHIVE:
        raise CaseRefusedError(_("The case was closed more than 60 days ago. Please call 12345."))
    _open_again(moving)
    moving.case.answer = Answer.NONE


def _escalate(moving: Moving) -> None:
    if moving.case.due_on is None or moving.today <= moving.case.due_on:
        raise CaseRefusedError(_("The case is not overdue."))
    moving.case.escalation += 1


def _archive(moving: Moving) -> None:
    closed_on = moving.case.closed_on
    if closed_on is None or moving.today <= closed_on + ARCHIVE:
        raise CaseRefusedError(_("A case is archived 60 days after its end."))
    moving.case.archived_on = moving.today


EFFECTS: dict[Move, Callable[[Moving], None]] = {
    Move.REDIRECT: _redirect,
    Move.ASSIGN: _assign,
    Move.REASSIGN: _give_to,
    Move.START: _start,
    Move.APPEAL: _appeal,
    Move.UPHOLD: _found_invalid,
    Move.FIND_VALID: _found_valid,
    Move.FIND_EXPLAIN: _found_explain,
    Move.FIND_INVALID: _found_invalid,
    Move.FINISH: _finish,
    Move.CALL_BACK: _called_back,
    Move.SOLVED: _answered(Answer.SOLVED),
    Move.REPLIED: _answered(Answer.REPLIED),
    Move.NOT_SOLVED: _not_solved,
    Move.SILENCE: _silence,
    Move.REOPEN: _reopen,
    Move.ESCALATE: _escalate,
    Move.ARCHIVE: _archive,
}
