"""Lists of cases: bulk triage, numbers deleted, the state of the day, as many queries for three as for one."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from surveys.cases.actions.contacts import forget_closed
from surveys.cases.actions.upkeep import escalate_late
from surveys.cases.enums import Move
from surveys.cases.models import Case
from surveys.catalogue.models import Organisation
from surveys.core.models import OutboxMessage
from surveys.instruments.queries import definition_of
from surveys.ratings.models import Contact
from tests.surveys.cases.world import DAY, FIXED, noon

pytestmark = pytest.mark.django_db


def test_many_are_given_to_somebody_at_once(made, seat):
    cases = [made.case() for _n in range(3)]
    made.do(cases[2], Move.PRE_REVIEW, "lead")
    data = {"case": [case.code for case in cases[1:]], "handler": made.people["second"].pk}
    response = seat("lead").post(reverse("cases:triage"), data, follow=True)
    assert "2 cases are given to Second." in response.content.decode()
    assert set(Case.objects.filter(handler=made.people["second"], state="assigned")) == set(cases[1:])


def with_wording(case):
    """Have the questionnaire's wording in memory, as it is in a running process."""
    definition_of(case.rating.version_id)


def test_a_list_of_three_takes_as_many_queries_as_of_one(made, seat):
    client = seat("lead")
    counted = []
    for n in range(3):
        with_wording(made.case())
        if n != 1:
            for name in ("list", "triage"):
                with CaptureQueriesContext(connection) as queries:
                    client.get(reverse(f"cases:{name}"))
                counted.append(len(queries))
    assert counted[:2] == counted[2:]
    assert max(counted) <= 20


def test_the_list_says_the_state_of_the_day(made, seat):
    client = seat("lead")
    assert "Nothing is late" in client.get(reverse("cases:list")).content.decode()
    today = timezone.localdate()
    case = made.case(day=today)
    Case.objects.filter(pk=case.pk).update(due_on=today - timedelta(days=1))
    assert "One case is late" in client.get(reverse("cases:list")).content.decode()
    again = made.case(day=today)
    Case.objects.filter(pk=again.pk).update(due_on=today)
    page = client.get(reverse("cases:list"), {"show": "today"})
    assert "1 late, 1 due today" in page.content.decode()
    assert [row.record.code for row in page.context["table"].rows] == [again.code]


def test_an_empty_list_says_so(made, seat):
    assert (
        "No bad rating is waiting for an answer." in seat("lead").get(reverse("cases:list")).content.decode()
    )


def test_a_closed_case_gives_no_number(made, seat):
    case, _receipt = made.through_the_door()
    made.bring(case, *FIXED, "call_back", "solved", day=timezone.localdate())
    response = seat("lead").post(reverse("cases:contact", args=[case.code]), {"reason": "Curious"})
    assert response.status_code == 422
    assert "13900139000" not in response.content.decode()


def test_the_number_is_deleted_the_day_after_the_case_is_closed(made):
    case, _receipt = made.through_the_door()
    other, _other = made.through_the_door(case_no="N-2")
    made.bring(case, *FIXED, "call_back", "solved", day=timezone.localdate())
    now = timezone.now()
    assert forget_closed(now=now) == 0
    assert forget_closed(now=now + timedelta(days=1)) == 1
    assert list(Contact.objects.values_list("rating", flat=True)) == [other.rating_id]


def test_lateness_is_told_to_the_leads_then_to_the_office(made):
    case = made.case()
    escalate_late(now=noon(DAY + timedelta(days=2)))
    told = OutboxMessage.objects.values_list("user__username", flat=True)
    assert sorted(told) == ["lead", "mixed"]
    assert {f"Case {case.code} is one working day late: Take up."} == set(
        OutboxMessage.objects.filter(user__username="lead").values_list("subject", flat=True)
    )
    OutboxMessage.objects.all().delete()
    escalate_late(now=noon(DAY + timedelta(days=4)))
    assert sorted(told.all()) == ["lead", "mixed", "office"]


def test_the_list_begins_with_what_is_in_progress(made, seat):
    kept = made.case()
    closed = made.bring(made.case(), *FIXED, "call_back", "solved")
    client = seat("lead")

    def shown(**asked):
        return [row.record for row in client.get(reverse("cases:list"), asked).context["table"].rows]

    assert shown() == [kept]
    assert shown(show="closed") == [closed]
    assert shown(show="all") == [kept, closed]


def test_a_list_names_only_the_organisations_in_reach(made, seat):
    made.case()
    assert "organisation" not in seat("lead").get(reverse("cases:list")).context["filter"].form.fields
    offered = seat("office").get(reverse("cases:list")).context["filter"].form.fields["organisation"].queryset
    assert len(offered) == Organisation.objects.count()


def test_ticks_stay_when_nobody_was_chosen(made, seat):
    case = made.case()
    page = seat("lead").post(reverse("cases:triage"), {"case": case.code, "handler": ""})
    assert page.status_code == 422
    assert f'value="{case.code}" checked' in page.content.decode()
