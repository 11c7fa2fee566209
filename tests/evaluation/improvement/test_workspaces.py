"""The office's, the leader's and a department's page: what they say, who may open them, queries that do not grow."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from evaluation.improvement.duties import When, duties
from evaluation.improvement.officework import OfficeDesk
from evaluation.improvement.overdue import by_organisation
from surveys.cases.enums import Clock
from surveys.cases.models import Case
from surveys.catalogue.models import Organisation
from tests.surveys.cases.world import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def made():
    return world()


@pytest.fixture
def seat(client, made):
    def sign_in(who):
        client.force_login(made.people[who])
        return client

    return sign_in


def late(made, n=1, **facts):
    """So many cases opened today whose day has passed."""
    today = timezone.localdate()
    for _k in range(n):
        case = made.case(day=today)
        Case.objects.filter(pk=case.pk).update(**({"due_on": today - timedelta(days=1)} | facts))


@pytest.mark.parametrize(
    ("page", "opens"),
    [
        ("office", {"office", "mixed"}),
        ("leader", {"office", "mixed", "leader"}),
        ("today", {"office", "mixed", "leader", "lead", "handler", "second", "stranger"}),
        ("audits", {"auditor"}),
        ("commissions", {"office", "mixed"}),
    ],
)
def test_each_workspace_opens_to_its_seats_alone(made, seat, page, opens):
    address = reverse(f"improvement:{page}")
    found = {who for who in made.people if seat(who).get(address).status_code == 200}
    assert found == opens


def test_the_office_sees_what_waits_with_the_first_deadline(made, seat):
    made.bring(made.case(), "pre_review", "assign", "appeal")
    late(made, 2)
    desk = OfficeDesk(timezone.localdate(), made.people["office"])
    assert {item.title: item.n for item in desk.waiting} == {
        "Appeals to decide": 1,
        "Bad ratings in nobody's hands": 2,
    }
    page = seat("office").get(reverse("improvement:office")).content.decode()
    assert "3 bad ratings are answered late" in page
    assert f"{reverse('cases:list')}?organisation={made.bureau.pk}&amp;show=late" in page


def test_what_waits_for_the_resident_or_stands_paused_is_not_late(made):
    today = timezone.localdate()
    late(made, clock=Clock.SILENCE)
    late(made, paused_on=today)
    late(made)
    (line,) = by_organisation(today)
    assert (line.n_open, line.n_late, line.oldest) == (3, 1, today - timedelta(days=1))
    assert line.late_share == pytest.approx(1 / 3)


def test_a_quiet_day_says_so(made, seat):
    assert (
        "Nothing is late and nothing waits"
        in seat("office").get(reverse("improvement:office")).content.decode()
    )


@pytest.mark.parametrize(("who", "page"), [("office", "office"), ("leader", "leader"), ("lead", "today")])
def test_a_workspace_takes_as_many_queries_for_three_cases_as_for_one(made, seat, who, page):
    client, counted = seat(who), []
    for n in (1, 2):
        late(made, n)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse(f"improvement:{page}")).status_code == 200
        counted.append(len(queries))
    assert counted[0] == counted[1]


def test_a_day_with_many_duties_shows_the_most_urgent_and_counts_the_rest(made, seat):
    late(made, 15)
    page = seat("lead").get(reverse("improvement:today")).content.decode()
    place = Organisation.objects.get(code=Case.objects.values_list("organisation__code", flat=True)[0])
    (group,) = duties(made.people["lead"], place, timezone.localdate())
    assert (group.when, group.n, len(group.shown), group.n_more) == (When.LATE, 15, 12, 3)
    assert "3 more in the list of cases" in page
