"""The one table of moves: from where, to where, by whom, and which clock runs afterwards."""

from dataclasses import dataclass

from surveys.cases.enums import CLOSED_STATES, Clock, Move, Seat, State

HANDLER, LEAD, OFFICE, OPERATOR = Seat.HANDLER, Seat.LEAD, Seat.OFFICE, Seat.OPERATOR
RESIDENT, SYSTEM = Seat.RESIDENT, Seat.SYSTEM
DEPARTMENT = frozenset({HANDLER, LEAD})


@dataclass(frozen=True, slots=True)
class Transition:
    """One row of the table.

    `target` None: the state stays. `clock` None: the running clock runs on. `outside`: whoever decides may
    hold no seat in the department concerned. `needs_text`: a reason, or the words the resident will read.
    """

    sources: frozenset[State]
    target: State | None
    seats: frozenset[Seat]
    clock: Clock | None = None
    needs_text: bool = False
    outside: bool = False


def _row(
    sources: set[State] | frozenset[State],
    target: State | None,
    seats: set[Seat] | frozenset[Seat],
    clock: Clock | None = None,
    *,
    text: bool = False,
    outside: bool = False,
) -> Transition:
    return Transition(frozenset(sources), target, frozenset(seats), clock, text, outside)


S = State
AT_WORK = {S.ASSIGNED, S.VERIFYING, S.VALID, S.EXPLAIN_ONLY, S.FIXING, S.FIXED, S.REOPENED}
FIX_STATES = {S.VALID, S.FIXING}
ANSWERING = {RESIDENT, HANDLER, LEAD, OFFICE, OPERATOR}

TRANSITIONS: dict[Move, Transition] = {
    Move.PRE_REVIEW: _row({S.RECEIVED}, S.PRE_REVIEWED, {LEAD, OFFICE}),
    Move.REDIRECT: _row(
        {S.RECEIVED, S.PRE_REVIEWED, S.ASSIGNED, S.VERIFYING},
        S.RECEIVED, {OFFICE}, Clock.ACKNOWLEDGE, text=True,
    ),
    Move.ASSIGN: _row({S.PRE_REVIEWED}, S.ASSIGNED, {LEAD, OFFICE}),
    Move.REASSIGN: _row(AT_WORK, None, {LEAD, OFFICE}, text=True),
    Move.START: _row({S.ASSIGNED, S.REOPENED}, S.VERIFYING, DEPARTMENT, Clock.VERIFY),
    Move.APPEAL: _row({S.ASSIGNED, S.VERIFYING}, S.APPEALED, {LEAD}, Clock.DECIDE, text=True),
    Move.UPHOLD: _row({S.APPEALED}, S.INVALID, {OFFICE}, Clock.NONE, text=True, outside=True),
    Move.REJECT: _row({S.APPEALED}, S.VERIFYING, {OFFICE}, Clock.VERIFY, text=True, outside=True),
    Move.FIND_VALID: _row({S.VERIFYING}, S.VALID, DEPARTMENT, Clock.FIX_SIMPLE),
    Move.FIND_EXPLAIN: _row({S.VERIFYING}, S.EXPLAIN_ONLY, DEPARTMENT, Clock.FIX_SIMPLE, text=True),
    Move.FIND_INVALID: _row({S.VERIFYING}, S.INVALID, {OFFICE}, Clock.NONE, text=True, outside=True),
    Move.START_FIX: _row({S.VALID}, S.FIXING, DEPARTMENT),
    Move.FINISH: _row({S.FIXING, S.EXPLAIN_ONLY}, S.FIXED, DEPARTMENT, Clock.CALL_BACK, text=True),
    Move.CALL_BACK: _row({S.FIXED}, S.CALLED_BACK, ANSWERING, Clock.SILENCE),
    Move.SOLVED: _row({S.CALLED_BACK}, S.CONFIRMED, ANSWERING, Clock.NONE),
    Move.REPLIED: _row({S.CALLED_BACK}, S.UNCONFIRMED, ANSWERING, Clock.NONE),
    Move.NOT_SOLVED: _row({S.CALLED_BACK}, S.REOPENED, ANSWERING, Clock.ACKNOWLEDGE),
    Move.SILENCE: _row({S.CALLED_BACK}, S.UNCONFIRMED, {SYSTEM}, Clock.NONE),
    Move.REOPEN: _row({S.CONFIRMED, S.UNCONFIRMED}, S.REOPENED, {RESIDENT, OFFICE}, Clock.ACKNOWLEDGE),
    Move.ASK_EXTENSION: _row(FIX_STATES, None, DEPARTMENT, text=True),
    Move.ASK_PAUSE: _row({S.VERIFYING, S.VALID, S.FIXING}, None, DEPARTMENT, text=True),
    Move.GRANT: _row({S.VERIFYING, S.VALID, S.FIXING}, None, {LEAD, OFFICE}),
    Move.REFUSE: _row({S.VERIFYING, S.VALID, S.FIXING}, None, {LEAD, OFFICE}, text=True),
    Move.RESUME: _row({S.VERIFYING, S.VALID, S.FIXING}, None, {HANDLER, LEAD, SYSTEM}),
    Move.ESCALATE: _row(frozenset(State) - CLOSED_STATES, None, {SYSTEM}),
    Move.ARCHIVE: _row(CLOSED_STATES, None, {SYSTEM}),
}  # fmt: skip

FIRST = State.RECEIVED
"""The state in which a case is opened."""


def moves_from(state: State, seats: frozenset[Seat]) -> list[Move]:
    """The moves those seats have from a state, in the order of the table."""
    return [move for move, row in TRANSITIONS.items() if state in row.sources and seats & row.seats]
