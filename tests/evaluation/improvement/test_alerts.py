"""Alerts: raised once, seen, given and closed by whoever may; quiet for two weeks after that."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from evaluation.improvement import actions
from evaluation.improvement.enums import AlertKind, AlertState
from evaluation.improvement.models import Alert
from evaluation.improvement.tasks import look_for_alerts
from surveys.core.enums import Role
from surveys.core.models import LogEntry, OutboxMessage
from tests.evaluation.improvement.people import seated
from tests.evaluation.improvement.world import Town, build_town, tallied

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    actions.install_themes(now=timezone.now())
    return build_town(timezone.now())


def test_a_spike_a_low_share_and_a_burst_are_raised_once(town: Town) -> None:
    town.say("", level=5, n=300, days_ago=40)
    town.say("", level=5, n=300, days_ago=40, organisation=town.other)
    town.say("", level=5, n=300, days_ago=40, organisation=town.city)
    town.say("", level=1, n=4, days_ago=40)
    town.say("上传失败", level=2, n=12, days_ago=2)
    tallied(timezone.now())
    look_for_alerts(timezone.now())
    found = {(alert.kind, alert.subject) for alert in Alert.objects.all()}
    assert found == {(AlertKind.SPIKE, ""), (AlertKind.BURST, "online")}
    look_for_alerts(timezone.now())
    assert Alert.objects.count() == 2
    assert LogEntry.objects.filter(verb="alert.raised").count() == 2


def test_usual_weeks_raise_nothing(town: Town) -> None:
    for days in range(1, 97):
        town.say("", level=5, n=9, days_ago=days)
        town.say("排队太久", level=2, n=1, days_ago=days)
    tallied(timezone.now())
    assert actions.raise_alerts(now=timezone.now()) == 0


def test_an_organisation_surely_below_its_peers_is_named(town: Town) -> None:
    for place, bad in ((town.bureau, 60), (town.other, 4), (town.city, 5)):
        town.say("", level=1, n=bad, days_ago=40, organisation=place)
        town.say("", level=5, n=200, days_ago=40, organisation=place)
    tallied(timezone.now())
    actions.raise_alerts(now=timezone.now())
    assert [(row.kind, row.organisation.code) for row in Alert.objects.all()] == [(AlertKind.LOW, "C1")]


def raised(town: Town) -> Alert:
    return Alert.objects.create(
        kind=AlertKind.OVERDUE,
        organisation=town.bureau,
        on_day=timezone.localdate(),
        facts={"n": 4},
        raised_at=timezone.now(),
    )


def test_an_alert_is_seen_given_and_closed_by_buttons(town: Town) -> None:
    alert, lead = raised(town), seated("lead", Role.LEAD, "C1")
    handler = seated("handler", Role.HANDLER, "C1")
    client = Client()
    client.force_login(lead)

    def press(verb: str, **data: object) -> Alert:
        client.post(reverse("improvement:alert_move", args=[alert.pk, verb]), data)
        return Alert.objects.get(pk=alert.pk)

    assert press("acknowledge").state == AlertState.ACKNOWLEDGED
    assert press("assign", to=lead.pk).assigned_to == lead
    assert press("assign", to=handler.pk).assigned_to == handler
    (told,) = OutboxMessage.objects.order_by("pk")
    assert (told.user, told.link) == (handler, reverse("improvement:alert", args=[alert.pk]))
    assert press("close", outcome=" ").state == AlertState.ASSIGNED
    assert press("close", outcome="Two answered.").state == AlertState.CLOSED
    assert press("assign", to=lead.pk).state == AlertState.CLOSED
    shown = client.get(reverse("improvement:alert", args=[alert.pk])).content.decode()
    assert "4 bad ratings are past their deadline." in shown


def test_a_closed_alert_rests_for_two_weeks_and_may_then_come_again(town: Town) -> None:
    town.say("", level=5, n=300, days_ago=40)
    town.say("", level=2, n=12, days_ago=2)
    tallied(timezone.now())
    now, lead = timezone.now(), seated("lead", Role.LEAD, "C1")
    assert actions.raise_alerts(now=now) == 1
    (told,) = OutboxMessage.objects.order_by("pk")
    assert (told.user, told.subject) == (lead, "Alert at Bureau C1: More bad ratings than usual.")
    actions.close_alert(alert=Alert.objects.get(), outcome="Seen to.", actor=lead, now=now)
    assert actions.raise_alerts(now=now) == 0
    Alert.objects.update(closed_at=now - dt.timedelta(days=15))
    assert actions.raise_alerts(now=now) == 1


def test_an_alert_of_another_department_does_not_exist_for_me(town: Town) -> None:
    alert = raised(town)
    stranger, leader = Client(), Client()
    stranger.force_login(seated("stranger", Role.LEAD, "C2"))
    leader.force_login(seated("leader", Role.LEADER))
    address = reverse("improvement:alert_move", args=[alert.pk, "acknowledge"])
    assert stranger.get(reverse("improvement:alert", args=[alert.pk])).status_code == 404
    assert stranger.post(address).status_code == 404
    assert leader.get(reverse("improvement:alert", args=[alert.pk])).status_code == 200
    assert leader.post(address).status_code == 403
    assert Alert.objects.get().state == AlertState.OPEN
    assert Alert.objects.get() not in _listed(stranger)


def _listed(client: Client) -> list[Alert]:
    return list(client.get(reverse("improvement:alerts")).context["table"].data)


def test_lists_cost_the_same_queries_for_one_and_for_three_rows(town: Town) -> None:
    client = Client()
    client.force_login(seated("office", Role.OFFICE))
    costs = []
    for kind in (AlertKind.OVERDUE, AlertKind.SPIKE, AlertKind.LOW):
        Alert.objects.create(
            kind=kind, organisation=town.bureau, on_day=timezone.localdate(), raised_at=timezone.now(),
            facts={"n": 4, "bad": 3, "usual": 0.1, "share": 0.2, "peers": 0.1, "n_peers": 3},
        )  # fmt: skip
        from_page = _queries(client, reverse("improvement:alerts"))
        costs.append(from_page)
    assert costs[0] == costs[-1]


def _queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as found:
        assert client.get(address).status_code == 200
    return len(found)
