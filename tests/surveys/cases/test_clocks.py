"""Working-day clocks over National Day weeks with make-up Saturdays, known dates of 2025 and 2026."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from surveys.cases.actions import requests, upkeep
from surveys.cases.actions.effects import CaseRefusedError
from surveys.cases.clocks import due_after, read
from surveys.cases.enums import Clock, Move, State
from surveys.cases.models import Case
from surveys.core.calendar import is_working_day, working_days_between
from surveys.core.models import CalendarDay, CalendarYear
from surveys.core.seeds import announced
from tests.surveys.cases.world import DAY, noon, world

pytestmark = pytest.mark.django_db


@pytest.fixture
def made():
    return world()


def test_the_calendar_knows_the_make_up_days(made):
    working = [date(2025, 9, 28), date(2025, 10, 11), date(2026, 9, 20), date(2026, 10, 10)]
    resting = [date(2025, 10, 1), date(2025, 10, 8), date(2026, 10, 1), date(2026, 10, 7)]
    assert [is_working_day(day) for day in working] == [True] * 4
    assert [is_working_day(day) for day in resting] == [False] * 4


@pytest.mark.parametrize(
    ("clock", "start", "due"),
    [
        # 2025: rest 1-8 October, work on Sunday 28 September and Saturday 11 October.
        (Clock.ACKNOWLEDGE, date(2025, 9, 26), date(2025, 9, 28)),
        (Clock.ACKNOWLEDGE, date(2025, 9, 30), date(2025, 10, 9)),
        (Clock.VERIFY, date(2025, 9, 30), date(2025, 10, 10)),
        (Clock.CALL_BACK, date(2025, 9, 30), date(2025, 10, 11)),
        (Clock.FIX_SIMPLE, date(2025, 9, 30), date(2025, 10, 14)),
        (Clock.FIX_COMPLEX, date(2025, 9, 24), date(2025, 10, 21)),
        (Clock.DECIDE, date(2025, 10, 4), date(2025, 10, 14)),
        # 2026: rest 1-7 October, work on Sunday 20 September and Saturday 10 October.
        (Clock.ACKNOWLEDGE, date(2026, 9, 30), date(2026, 10, 8)),
        (Clock.VERIFY, date(2026, 9, 30), date(2026, 10, 9)),
        (Clock.CALL_BACK, date(2026, 9, 30), date(2026, 10, 10)),
        (Clock.FIX_SIMPLE, date(2026, 9, 30), date(2026, 10, 13)),
        (Clock.FIX_SIMPLE, date(2026, 9, 17), date(2026, 9, 23)),
        (Clock.FIX_COMPLEX, date(2026, 9, 24), date(2026, 10, 22)),
        # Silence runs by the calendar, not by working days.
        (Clock.SILENCE, date(2026, 9, 30), date(2026, 10, 7)),
    ],
)
def test_deadlines_over_national_day(made, clock, start, due):
    assert due_after(clock, start) == due


def test_a_deadline_in_an_unknown_year_is_not_guessed(made):
    CalendarDay.objects.filter(day__year=2026).delete()
    CalendarYear.objects.filter(year__gte=2026).delete()
    case = made.case(day=date(2026, 3, 2))
    assert (case.clock, case.clock_on, case.due_on) == (Clock.ACKNOWLEDGE, date(2026, 3, 2), None)
    assert read(Clock.ACKNOWLEDGE, case.clock_on, None, date(2026, 3, 2)) is None
    assert upkeep.fill_deadlines(now=noon(DAY)) == 0
    CalendarYear.objects.create(year=2026, source="test", confirmed=True)
    CalendarDay.objects.bulk_create(
        CalendarDay(day=day, is_working=works, names={}, source="test")
        for day, (works, _names) in announced(2026).items()
    )
    assert upkeep.fill_deadlines(now=noon(DAY)) == 1
    assert Case.objects.get().due_on == date(2026, 3, 3)


def test_a_clock_shows_days_used_and_left(made):
    shown = read(Clock.FIX_SIMPLE, date(2026, 9, 30), date(2026, 10, 13), date(2026, 10, 10))
    assert (shown.n_days, shown.n_used, shown.n_left, shown.is_late) == (5, 3, 2, False)
    late = read(Clock.FIX_SIMPLE, date(2026, 9, 30), date(2026, 10, 13), date(2026, 10, 15))
    assert (late.n_left, late.n_over, late.is_late) == (-2, 2, True)


def test_the_weekend_after_a_due_friday_is_late_though_no_working_day_is_over(made):
    shown = read(Clock.ACKNOWLEDGE, date(2026, 3, 5), date(2026, 3, 6), date(2026, 3, 7))
    assert (shown.is_late, shown.n_over) == (True, 0)


@given(
    start=st.dates(date(2025, 1, 1), date(2026, 8, 1)),
    clock=st.sampled_from([clock for clock in Clock if clock not in {Clock.NONE, Clock.SILENCE}]),
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_deadline_is_a_working_day_and_as_many_working_days_away(made, start, clock):
    due = due_after(clock, start)
    assert is_working_day(due)
    assert working_days_between(start, due) == {
        Clock.ACKNOWLEDGE: 1, Clock.VERIFY: 2, Clock.DECIDE: 5, Clock.FIX_SIMPLE: 5, Clock.FIX_COMPLEX: 15,
        Clock.CALL_BACK: 3,
    }[clock]  # fmt: skip


def complex_fix(made, day=date(2026, 9, 24)):
    case = made.case(day=day)
    return made.bring(case, "pre_review", "assign", "start", "find_complex", "start_fix", day=day)


def test_more_time_is_granted_once_by_somebody_else_over_the_holiday(made):
    case = complex_fix(made)
    assert case.due_on == date(2026, 10, 22)
    day = date(2026, 9, 28)
    asked = requests.ask_extension(
        case=case,
        seen=case.version,
        n_days=10,
        reason="Two offices",
        actor=made.people["lead"],
        now=noon(day),
    )
    case.refresh_from_db()
    decide = {"request": asked, "grant": True, "reason": "", "now": noon(day)}
    with pytest.raises(CaseRefusedError, match="Somebody other"):
        requests.decide_request(seen=case.version, actor=made.people["lead"], **decide)
    requests.decide_request(seen=case.version, actor=made.people["office"], **decide)
    case.refresh_from_db()
    assert (case.due_on, case.n_extensions) == (date(2026, 11, 5), 1)
    with pytest.raises(CaseRefusedError, match="once already"):
        requests.ask_extension(
            case=case, seen=case.version, n_days=1, reason="More", actor=made.people["handler"], now=noon(day)
        )


@pytest.mark.parametrize("n_days", [0, 11])
def test_more_time_has_its_limits(made, n_days):
    case = complex_fix(made)
    with pytest.raises(CaseRefusedError, match="1 to 10"):
        requests.ask_extension(
            case=case, seen=case.version, n_days=n_days, reason="x", actor=made.people["lead"], now=noon(DAY)
        )


def test_a_simple_fix_gets_no_more_time(made):
    case = made.bring(made.case(), "pre_review", "assign", "start", "find_valid", "start_fix")
    with pytest.raises(CaseRefusedError, match="Only a complex fix"):
        requests.ask_extension(
            case=case, seen=case.version, n_days=3, reason="x", actor=made.people["handler"], now=noon(DAY)
        )


def pause(made, case, day, n_days=5):
    asked = requests.ask_pause(
        case=case, seen=case.version, n_days=n_days, reason="Waiting", actor=made.people["handler"], now=noon(day)
    )  # fmt: skip
    case.refresh_from_db()
    requests.decide_request(
        request=asked, seen=case.version, grant=True, reason="", actor=made.people["lead"], now=noon(day)
    )
    case.refresh_from_db()


def test_a_pause_stops_the_clock_and_moves_the_deadline_by_its_working_days(made):
    case = complex_fix(made)
    pause(made, case, date(2026, 9, 28))
    assert case.paused_on == date(2026, 9, 28)
    with pytest.raises(CaseRefusedError, match="paused"):
        made.do(case, Move.FINISH, "handler", date(2026, 9, 29), text="Done.")
    assert upkeep.escalate_late(now=noon(date(2026, 11, 20))) == 0
    resumed = requests.end_pause(
        case=case, seen=case.version, actor=made.people["handler"], now=noon(date(2026, 10, 9))
    )
    # 29 and 30 September, 8 and 9 October: four working days.
    assert (resumed.paused_on, resumed.due_on) == (None, date(2026, 10, 28))


def test_a_pause_ends_by_itself(made):
    case = complex_fix(made)
    pause(made, case, date(2026, 9, 28), n_days=2)
    assert upkeep.end_pauses(now=noon(date(2026, 9, 30))) == 0
    assert upkeep.end_pauses(now=noon(date(2026, 10, 8))) == 1
    case.refresh_from_db()
    assert (case.paused_on, case.due_on) == (None, date(2026, 10, 26))


def test_an_appeal_has_three_working_days_from_the_assignment(made):
    day = date(2026, 9, 29)
    case = made.bring(made.case(day=day), "pre_review", "assign", "start", day=day)
    with pytest.raises(CaseRefusedError, match="until 2026-10-09"):
        made.do(case, Move.APPEAL, "lead", date(2026, 10, 10), text="Not ours.")
    appealed = made.do(case, Move.APPEAL, "lead", date(2026, 10, 9), text="Not ours.")
    assert (appealed.clock, appealed.due_on) == (Clock.DECIDE, date(2026, 10, 15))
    rejected = made.do(appealed, Move.REJECT, "office", date(2026, 10, 12), text="It is.")
    assert (rejected.state, rejected.due_on) == (State.VERIFYING, date(2026, 10, 14))
    with pytest.raises(CaseRefusedError, match="once already"):
        made.do(rejected, Move.APPEAL, "lead", date(2026, 10, 12), text="Still not.")


def test_lateness_is_counted_when_the_clock_ends_and_escalated_meanwhile(made):
    case = made.case(day=date(2026, 9, 30))
    assert case.due_on == date(2026, 10, 8)
    assert upkeep.escalate_late(now=noon(date(2026, 10, 8))) == 0
    assert upkeep.escalate_late(now=noon(date(2026, 10, 9))) == 1
    assert upkeep.escalate_late(now=noon(date(2026, 10, 10))) == 0
    assert upkeep.escalate_late(now=noon(date(2026, 10, 13))) == 1
    case = made.bring(case, "pre_review", "assign", day=date(2026, 10, 13))
    assert (case.n_late, case.escalation) == (0, 2)
    case = made.bring(case, "start", day=date(2026, 10, 13))
    assert (case.n_late, case.escalation) == (1, 0)
    last = case.moves.get(number=case.version)
    assert (last.was_late, last.clock, last.due_on) == (True, Clock.ACKNOWLEDGE, date(2026, 10, 8))


def test_seven_days_of_silence_close_a_case_unconfirmed_and_sixty_archive_it(made):
    case = made.bring(
        made.case(), "pre_review", "assign", "start", "find_valid", "start_fix", "finish", "call_back"
    )
    assert upkeep.close_silent(now=noon(DAY + timedelta(days=7))) == 0
    assert upkeep.close_silent(now=noon(DAY + timedelta(days=8))) == 1
    case.refresh_from_db()
    assert (case.state, case.answer, case.n_late) == (State.UNCONFIRMED, "silent", 0)
    assert upkeep.archive_old(now=noon(DAY + timedelta(days=68))) == 0
    assert upkeep.archive_old(now=noon(DAY + timedelta(days=69))) == 1
    case.refresh_from_db()
    with pytest.raises(CaseRefusedError, match="archived on"):
        made.do(case, Move.REOPEN, "office", DAY + timedelta(days=70))
