"""Who is told of which move, the reminder of the morning, and cases whose handler has left."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from surveys.cases.actions import requests, telling
from surveys.cases.actions.triage import triage_cases
from surveys.cases.enums import Move, State
from surveys.cases.models import Case
from surveys.core.models import OutboxMessage
from tests.surveys.cases.world import DAY, FIXED, noon

pytestmark = pytest.mark.django_db


def told():
    """Who has been told what since the last question."""
    found = sorted(OutboxMessage.objects.values_list("user__username", "subject"))
    OutboxMessage.objects.all().delete()
    return found


def test_whoever_has_to_act_next_is_told_and_never_the_one_who_moved(made):
    case = made.bring(made.case(), "pre_review")
    assert told() == []
    case = made.bring(case, "assign")
    assert told() == [("handler", f"Case {case.code} is yours. Take it up by Tuesday 3 March.")]
    case = made.bring(case, "start", "find_valid", "start_fix")
    assert told() == []
    case = made.bring(case, "finish")
    said = f"Case {case.code} is fixed. Ask the resident by Thursday 5 March."
    assert told() == [("lead", said), ("mixed", said)]
    case = made.bring(case, "call_back", "not_solved")
    said = f"Case {case.code}: the resident says it is not solved. Take it up by Tuesday 3 March."
    assert told() == [("handler", said), ("mixed", said)]


def test_an_appeal_goes_to_the_office_and_its_end_to_the_department(made):
    case = made.bring(made.case(), "pre_review", "assign")
    told()
    case = made.bring(case, "appeal")
    said = f"Case {case.code}: the department appeals. Decide by Monday 9 March."
    assert told() == [("mixed", said), ("office", said)]
    case = made.bring(case, "uphold")
    said = f"Case {case.code}: the appeal is upheld."
    assert told() == [("handler", said), ("lead", said), ("mixed", said)]


def test_a_request_goes_to_those_who_decide_and_the_answer_to_the_asker(made):
    case = made.bring(made.case(), "pre_review", "assign", "start", "find_complex", "start_fix")
    told()
    asked = requests.ask_extension(
        case=case, seen=case.version, n_days=3, reason="x", actor=made.people["handler"], now=noon(DAY)
    )
    said = f"Case {case.code}: more time is asked for. Somebody else decides."
    assert told() == [("lead", said), ("mixed", said), ("office", said)]
    case.refresh_from_db()
    requests.decide_request(
        request=asked, seen=case.version, grant=True, reason="", actor=made.people["lead"], now=noon(DAY)
    )
    assert told() == [("handler", f"Case {case.code}: your request is granted.")]


def test_many_at_once_are_told_in_one_notice(made):
    cases = [made.case() for _n in range(3)]
    people = made.people
    assert triage_cases(cases=cases, handler=people["second"], actor=people["lead"], now=noon(DAY)) == (3, [])
    assert told() == [("second", "3 cases are yours now.")]


def test_the_morning_reminder_comes_once_on_working_days_after_eight(made):
    day = date(2026, 9, 29)
    mine = made.bring(made.case(day=day), "pre_review", "assign", day=day)
    made.case(day=day)
    told()
    assert mine.due_on == date(2026, 9, 30)
    assert telling.remind(now=datetime(2026, 9, 29, 23, tzinfo=UTC)) == 0
    assert telling.remind(now=noon(date(2026, 9, 30))) == 3
    assert telling.remind(now=noon(date(2026, 9, 30))) == 0
    assert told() == [
        ("handler", "Your cases: 1 due today."),
        ("lead", "Your cases: 1 with nobody in charge."),
        ("mixed", "Your cases: 1 with nobody in charge."),
    ]
    assert telling.remind(now=noon(date(2026, 10, 1))) == 0
    assert telling.remind(now=noon(date(2026, 10, 10))) == 3
    assert ("handler", "Your cases: 1 late.") in told()


def leave(person):
    person.is_active = False
    person.save()


def test_cases_of_somebody_who_left_are_given_on_in_bulk(made, seat):
    case = made.bring(made.case(), "pre_review", "assign", "start")
    kept = made.bring(made.case(), "pre_review", "assign", "start")
    Case.objects.filter(pk=kept.pk).update(handler=made.people["second"])
    leave(made.people["handler"])
    told()
    telling.remind(now=noon(DAY + timedelta(days=1)))
    assert ("lead", "Your cases: 1 with nobody in charge.") in told()
    client = seat("lead")
    page = client.get(reverse("cases:triage")).content.decode()
    assert case.code in page
    assert kept.code not in page
    data = {"case": [case.code, kept.code], "handler": made.people["second"].pk}
    answer = client.post(reverse("cases:triage"), data, follow=True).content.decode()
    assert "One case is given to Second." in answer
    assert "Second handles this case; hand it over on its own page, with a reason." in answer
    case.refresh_from_db()
    assert (case.handler, case.state) == (made.people["second"], State.VERIFYING)
    assert case.moves.get(move=Move.REASSIGN).text == "Handler has left."


def test_a_case_in_nobodys_hands_is_found_by_the_filter(made, seat):
    case = made.bring(made.case(), *FIXED[:3])
    leave(made.people["handler"])
    rows = seat("lead").get(reverse("cases:list"), {"show": "nobody"}).context["table"].rows
    assert [row.record.code for row in rows] == [case.code]
