"""The table of moves, exhaustively: every state, every role, every move."""

import itertools

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from surveys.cases.actions.effects import CaseRefusedError
from surveys.cases.actions.moving import CaseMovedError, SeatRefusedError, apply_move, move_case
from surveys.cases.enums import CLOSED_STATES, Answer, Clock, Move, Seat, State
from surveys.cases.models import Case
from surveys.cases.shapes import Details
from surveys.cases.transitions import FIRST, TRANSITIONS, moves_from
from tests.surveys.cases import drawing
from tests.surveys.cases.world import DAY, noon, world

PEOPLE_SEATS = {
    "handler": {Seat.HANDLER},
    "lead": {Seat.LEAD},
    "office": {Seat.OFFICE},
    "mixed": {Seat.OFFICE, Seat.LEAD},
    "stranger": set(),
    "leader": set(),
    "auditor": set(),
    "caller": {Seat.OPERATOR},
}
WHO = ("handler", "lead", "office", "mixed", "stranger")
BY_PEOPLE = [
    move for move in Move if move in TRANSITIONS and move not in {Move.SILENCE, Move.ESCALATE, Move.ARCHIVE}
]


def set_to(case, state):
    """Put a case straight into a state with the facts that state implies."""
    answer = {State.CONFIRMED: Answer.SOLVED, State.UNCONFIRMED: Answer.SILENT}.get(state, "")
    closed = DAY if state in CLOSED_STATES else None
    assigned = None if state in {State.RECEIVED, State.PRE_REVIEWED} else DAY
    Case.objects.filter(pk=case.pk).update(
        state=state, answer=answer, closed_on=closed, assigned_on=assigned, version=1,
        clock=Clock.VERIFY, clock_on=DAY, due_on=DAY,
    )  # fmt: skip
    return Case.objects.get(pk=case.pk)


@pytest.mark.django_db
def test_every_state_role_and_move_is_allowed_only_as_the_table_says():
    made = world()
    case = made.case()
    details = Details(
        text="Words.", handler=made.people["handler"], organisation=made.other, complexity="simple"
    )
    n_done = 0
    for state, (who, seats), move in itertools.product(State, PEOPLE_SEATS.items(), BY_PEOPLE):
        row = TRANSITIONS[move]
        fresh = set_to(case, state)
        allowed_seat = bool(row.seats & seats) and not (row.outside and seats & {Seat.HANDLER, Seat.LEAD})
        allowed = allowed_seat and state in row.sources
        point = transaction.savepoint()
        try:
            moved = move_case(
                case=fresh, move=move, seen=1, actor=made.people[who], now=noon(DAY), details=details
            )
        except SeatRefusedError as error:
            said = str(error)
            assert not allowed_seat, (state, who, move)
            assert str(move.label) in said or "outside the department" in said
        except CaseRefusedError as error:
            said = str(error)
            assert str(State(state).label) in said
            assert str(move.label) in said
            assert allowed_seat, (state, who, move)
            assert state not in row.sources, (state, who, move)
        else:
            assert allowed, (state, who, move)
            assert moved.state == (row.target or state), (state, who, move)
            assert moved.moves.get(number=2).to_state == moved.state
            n_done += 1
        transaction.savepoint_rollback(point)
    expected = sum(
        len(TRANSITIONS[move].sources)
        for move in BY_PEOPLE
        for seats in PEOPLE_SEATS.values()
        if TRANSITIONS[move].seats & seats
        and not (TRANSITIONS[move].outside and seats & {Seat.HANDLER, Seat.LEAD})
    )
    assert n_done == expected


@pytest.mark.django_db
def test_no_seat_moves_by_what_belongs_to_another():
    made = world()
    case = made.case()
    for state, seat, move in itertools.product(State, Seat, TRANSITIONS):
        row = TRANSITIONS[move]
        if seat in row.seats and state in row.sources:
            continue
        fresh = set_to(case, state)
        with pytest.raises(CaseRefusedError):
            apply_move(
                case=fresh, move=move, seen=1, actor=None, seat=seat, now=noon(DAY), details=Details(text="x")
            )


def test_every_state_is_reached_and_left_and_nothing_is_skipped():
    reached = {FIRST}
    for _step in State:
        reached |= {target for source, target in edges() if source in reached}
    assert reached == set(State)
    assert {source for source, _target in edges()} == set(State) - {State.INVALID}
    for target, only_from in {
        State.PRE_REVIEWED: {State.RECEIVED},
        State.ASSIGNED: {State.PRE_REVIEWED},
        State.FIXING: {State.VALID},
        State.CALLED_BACK: {State.FIXED},
        State.CONFIRMED: {State.CALLED_BACK},
        State.APPEALED: {State.ASSIGNED, State.VERIFYING},
    }.items():
        assert {source for source, to in edges() if to == target} == only_from


def test_the_table_covers_every_move_but_the_first():
    assert set(TRANSITIONS) == set(Move) - {Move.OPEN}
    assert all(row.sources and row.seats for row in TRANSITIONS.values())


def test_confirmed_is_reached_by_the_residents_word_alone():
    assert [move for move, row in TRANSITIONS.items() if row.target == State.CONFIRMED] == [Move.SOLVED]
    assert TRANSITIONS[Move.SILENCE].target == State.UNCONFIRMED


def test_appeals_are_decided_outside_the_department():
    for move in (Move.UPHOLD, Move.REJECT, Move.FIND_INVALID):
        assert TRANSITIONS[move].outside
        assert TRANSITIONS[move].seats == {Seat.OFFICE}


def test_the_buttons_of_a_seat_follow_the_table():
    assert moves_from(State.RECEIVED, frozenset({Seat.HANDLER})) == []
    assert moves_from(State.FIXED, frozenset({Seat.HANDLER})) == [Move.CALL_BACK]
    assert Move.UPHOLD in moves_from(State.APPEALED, frozenset({Seat.OFFICE}))


def test_the_guide_shows_the_table_as_it_is():
    guide = drawing.GUIDE.read_text(encoding="utf-8")
    assert drawing.table() in guide
    assert drawing.drawn(guide) == guide, "run python -m tests.surveys.cases.drawing"


def edges():
    """Every step from one state to another that the table allows."""
    return {
        (source, row.target)
        for row in TRANSITIONS.values()
        for source in row.sources
        if row.target is not None and row.target != source
    }


PUSH = st.tuples(st.one_of(st.sampled_from(sorted(TRANSITIONS)), st.integers(0, 9)), st.sampled_from(WHO))
"""Some move, or the so-manyth of those the table offers from where the case stands; and who tries."""


@pytest.mark.django_db
@given(st.lists(PUSH, max_size=60))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_however_a_case_is_pushed_no_state_is_skipped(made, pushes):
    point = transaction.savepoint()
    case = made.case()
    details = Details(
        text="Words.", handler=made.people["handler"], organisation=made.other, complexity="simple"
    )
    for wanted, who in pushes:
        fresh = Case.objects.get(pk=case.pk)
        offered = moves_from(State(fresh.state), frozenset(PEOPLE_SEATS[who]))
        move = (
            Move(wanted) if isinstance(wanted, str) else offered[wanted % len(offered)] if offered else None
        )
        if move is None:
            continue
        try:
            move_case(
                case=fresh, move=move, seen=fresh.version, actor=made.people[who], now=noon(DAY),
                details=details,
            )  # fmt: skip
        except CaseRefusedError as error:
            said = str(error)
            assert said.endswith(".")
    steps = list(case.moves.order_by("number"))
    passed = [State.RECEIVED, *(State(step.to_state) for step in steps)]
    assert all(State(step.from_state) == before for step, before in zip(steps, passed, strict=False))
    for before, after in itertools.pairwise(passed):
        assert before == after or (before, after) in edges() | {(State.RECEIVED, State.RECEIVED)}
    for needed, state in (
        (State.ASSIGNED, State.VERIFYING), (State.VERIFYING, State.VALID), (State.VALID, State.FIXING),
        (State.VERIFYING, State.FIXED), (State.FIXED, State.CALLED_BACK), (State.CALLED_BACK, State.CONFIRMED),
    ):  # fmt: skip
        if state in passed:
            assert needed in passed[: passed.index(state)]
    transaction.savepoint_rollback(point)


@pytest.mark.django_db
def test_the_second_of_two_handlers_is_told():
    made = world()
    case = made.case()
    made.do(case, Move.PRE_REVIEW, "lead")
    with pytest.raises(
        CaseMovedError, match=r"Lead was quicker: “Pre-review”\. The case is now “Pre-reviewed”"
    ):
        move_case(case=case, move=Move.PRE_REVIEW, seen=1, actor=made.people["office"], now=noon(DAY))
    assert case.moves.count() == 1
