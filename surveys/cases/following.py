"""What a resident reads about a case: one sentence, five dated steps, what was replied, what can be answered."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils.translation import gettext as _

from surveys.cases.clocks import ARCHIVE_DAYS, WORKING_DAYS
from surveys.cases.enums import Answer, Clock, Complexity, Move, State
from surveys.cases.models import Case, CaseMove, Note
from surveys.core.numerals import day

BEFORE_START = frozenset({State.RECEIVED, State.PRE_REVIEWED, State.ASSIGNED, State.REOPENED})
LOOKING = frozenset({State.VERIFYING, State.APPEALED})
MENDING = frozenset({State.VALID, State.EXPLAIN_ONLY, State.FIXING})
ASKING = frozenset({State.FIXED, State.CALLED_BACK})


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its name, what happened or by when, and whether it is done or under way."""

    name: str
    words: str
    is_done: bool = False
    is_now: bool = False


@dataclass(frozen=True, slots=True)
class Story:
    """A case as its resident sees it."""

    heading: str
    steps: list[Step]
    replies: list[str]
    can_answer: bool
    can_reopen: bool
    can_rate_again: bool
    said: str = ""
    reason: str = ""
    n_reopened: int = 0
    replies_on: list[date] = field(default_factory=list)


def story(case: Case, moves: Sequence[CaseMove], replies: Sequence[Note], today: date) -> Story:
    """Tell the case; moves in their order."""
    since = max((step.number for step in moves if step.to_state == State.REOPENED), default=0)
    fresh = [step for step in moves if step.number >= since]
    state = State(case.state)
    return Story(
        heading=_heading(case),
        steps=[
            Step(_("Received"), day(case.opened_on), is_done=True),
            _taken_up(case, fresh, state),
            _looked_into(case, fresh, state),
            _put_right(case, state),
            _you_decide(case, state),
        ],
        replies=[note.text for note in replies],
        can_answer=state in ASKING,
        can_reopen=_can_reopen(case, state, today),
        can_rate_again=case.again_id is None and state in ASKING | {State.CONFIRMED, State.UNCONFIRMED},
        said=str(Answer(case.answer).label) if case.answer else "",
        reason=next((s.text for s in reversed(fresh) if s.move in {Move.UPHOLD, Move.FIND_INVALID}), ""),
        n_reopened=case.n_reopened,
    )


def _heading(case: Case) -> str:
    return {
        State.RECEIVED: _("Your rating has been received"),
        State.PRE_REVIEWED: _("Your rating has been received"),
        State.ASSIGNED: _("Your rating is with the office in charge"),
        State.VERIFYING: _("The office in charge is looking into it"),
        State.APPEALED: _("Somebody outside the office is looking into it"),
        State.VALID: _("You were right; it will be put right"),
        State.EXPLAIN_ONLY: _("The office in charge will explain it to you"),
        State.INVALID: _("It could not be confirmed"),
        State.FIXING: _("It is being put right"),
        State.FIXED: _("The office says it is put right. Is it?"),
        State.CALLED_BACK: _("The office says it is put right. Is it?"),
        State.CONFIRMED: _("You said it is solved"),
        State.UNCONFIRMED: _("Closed, unconfirmed"),
        State.REOPENED: _("Opened again: the office starts over"),
    }[State(case.state)]


def _by(due_on: date | None) -> str:
    """A deadline in words; unknown ones are said to be unknown."""
    if due_on is None:
        return _("The day is not known yet; next year's working days have not been announced.")
    return _("By %(day)s") % {"day": day(due_on, weekday=True, year=False)}


def _happened(moves: Sequence[CaseMove], *which: Move) -> date | None:
    return next((step.moved_on for step in reversed(moves) if step.move in which), None)


def _taken_up(case: Case, moves: Sequence[CaseMove], state: State) -> Step:
    name = _("Taken up")
    started = _happened(moves, Move.START, Move.APPEAL)
    if started is not None and state not in BEFORE_START:
        return Step(name, day(started), is_done=True)
    return Step(
        name,
        _("%(by)s, by %(office)s") % {"by": _by(case.due_on), "office": case.organisation.name},
        is_now=True,
    )


def _looked_into(case: Case, moves: Sequence[CaseMove], state: State) -> Step:
    name = _("Looked into")
    if state in BEFORE_START:
        n = WORKING_DAYS[Clock.VERIFY]
        return Step(name, _("Within %(n)d working days after that") % {"n": n})
    if state in LOOKING:
        return Step(name, _by(case.due_on), is_now=True)
    found = _happened(moves, Move.FIND_VALID, Move.FIND_EXPLAIN, Move.FIND_INVALID, Move.UPHOLD)
    words = {
        State.VALID: _("Confirmed"),
        State.EXPLAIN_ONLY: _("To be explained"),
        State.INVALID: _("Could not be confirmed"),
    }.get(State(case.found) if case.found else State.VALID, "")
    return Step(name, f"{words} · {day(found)}" if found else words, is_done=True)


def _put_right(case: Case, state: State) -> Step:
    name = _("Put right")
    if state == State.INVALID:
        return Step(name, _("Nothing is to be done"))
    if case.fixed_on is not None:
        return Step(name, day(case.fixed_on), is_done=True)
    if state in MENDING:
        words = _by(case.due_on)
        if case.complexity == Complexity.COMPLEX:
            words = _("%(by)s; it is a hard one") % {"by": words}
        if case.paused_on is not None:
            words = _("Waiting for something else since %(day)s") % {"day": day(case.paused_on)}
        return Step(name, words, is_now=True)
    simple, hard = WORKING_DAYS[Clock.FIX_SIMPLE], WORKING_DAYS[Clock.FIX_COMPLEX]
    return Step(
        name,
        _("Simple ones within %(simple)d working days after that, hard ones within %(hard)d")
        % {"simple": simple, "hard": hard},
    )


def _you_decide(case: Case, state: State) -> Step:
    name = _("You decide")
    if state in ASKING:
        return Step(name, _("Now: tell us above whether it is solved"), is_now=True)
    if state == State.CONFIRMED:
        words = _("You said: solved")
    elif case.answer == Answer.REPLIED:
        words = _("You said: replied but not solved")
    elif case.answer == Answer.SILENT:
        words = _("No answer within seven days. That is not counted as satisfied.")
    else:
        return Step(name, _("Whether it is solved is for you to say; if not, we start again"))
    return Step(name, words, is_done=True)


def _can_reopen(case: Case, state: State, today: date) -> bool:
    if state not in {State.CONFIRMED, State.UNCONFIRMED} or case.archived_on is not None:
        return False
    return case.closed_on is None or today <= case.closed_on + timedelta(days=ARCHIVE_DAYS)
