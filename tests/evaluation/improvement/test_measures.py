"""Expected gains, carrying into the next cycle, the order by gain for cost, and the pages around them."""

import datetime as dt
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from evaluation.cycles.actions import install_presets
from evaluation.cycles.models import Cycle, SchemeDocument
from evaluation.evidence.models import EvidenceImport, KpiDefinition, KpiValue
from evaluation.improvement import actions, queries
from evaluation.improvement.actions import MeasureRefusedError
from evaluation.improvement.enums import MeasureState
from evaluation.improvement.forms import MeasureForm
from evaluation.improvement.models import Effect, Measure
from surveys.core.enums import Role
from surveys.core.files import keep
from surveys.core.log import SYSTEM
from surveys.core.models import LogEntry, OutboxMessage
from tests.evaluation.improvement.people import department, measure, reported, seated, under_way
from tests.evaluation.improvement.world import build_town, tallied
from tests.worlds.clock import NOON

pytestmark = pytest.mark.django_db
TODAY = NOON.date()


def cycle(code: str, starts_on: dt.date) -> Cycle:
    install_presets(now=NOON)
    return Cycle.objects.create(
        code=code, names={"en": code}, starts_on=starts_on, ends_on=starts_on + dt.timedelta(days=180),
        scheme=SchemeDocument.objects.order_by("pk")[0],
    )  # fmt: skip


def test_an_unfinished_measure_is_carried_on_with_its_open_steps() -> None:
    first, second = cycle("c1", TODAY - dt.timedelta(days=200)), cycle("c2", TODAY)
    found = under_way()
    Measure.objects.filter(pk=found.pk).update(cycle=first)
    found.refresh_from_db()
    lead = seated("lead", Role.LEAD, "D1")
    due = found.due_on + dt.timedelta(days=60)
    fresh = actions.carry_measure(measure=found, cycle=second, due_on=due, actor=lead, now=NOON)
    assert (fresh.cycle, fresh.carried_from, fresh.due_on) == (second, found, due)
    assert [step.text for step in fresh.steps.all()] == ["Count"]
    found.refresh_from_db()
    assert found.state == MeasureState.DROPPED
    assert "c2" in found.moves.get(after=MeasureState.DROPPED).reason
    with pytest.raises(MeasureRefusedError, match="planned or under way"):
        actions.carry_measure(measure=found, cycle=second, due_on=due, actor=lead, now=NOON)


def test_a_measure_is_not_carried_back_nor_into_its_own_cycle() -> None:
    first, second = cycle("c1", TODAY - dt.timedelta(days=200)), cycle("c2", TODAY)
    found = measure(cycle=second)
    lead = seated("lead", Role.LEAD, "D1")
    for wrong, words in ((second, "already"), (first, "later cycle")):
        with pytest.raises(MeasureRefusedError, match=words):
            actions.carry_measure(measure=found, cycle=wrong, due_on=found.due_on, actor=lead, now=NOON)
    assert Measure.objects.get().state == MeasureState.PLANNED


def signed_in() -> Client:
    client = Client()
    client.force_login(seated("lead", Role.LEAD, "D1"))
    return client


def test_measures_are_ordered_by_gain_for_their_cost_and_those_without_stand_last() -> None:
    told = {"a": ("2", "10000"), "b": ("3", "5000"), "c": (None, "5000"), "d": ("9", None)}
    for title, (gain, cost) in told.items():
        measure(
            title=title, expected_gain=gain and Decimal(gain), cost=cost and Decimal(cost),
        )  # fmt: skip
    assert {row.title: row.gain_per_cost for row in queries.measures()} == {  # type: ignore[attr-defined]
        "a": 2.0, "b": 6.0, "c": None, "d": None,
    }  # fmt: skip
    page = signed_in().get(reverse("improvement:measures"), {"sort": "-gain_per_cost"})
    assert [row.record.title for row in page.context["table"].rows] == ["b", "a", "c", "d"]


def test_the_form_asks_for_the_metric_in_one_sentence_and_takes_assisting_departments() -> None:
    department()
    other, handler = department("D2"), seated("handler", Role.HANDLER, "D1")
    client, address = signed_in(), reverse("improvement:measure_new", args=["D1"])
    told = {
        "title": "Second window", "problem": "Long queues", "opened_from": "alert", "owner": handler.pk,
        "target": "0.05", "due_on": "2099-01-01", "assisting": [other.pk], "noticed_from": "2026-01-01",
    }  # fmt: skip
    refused = client.post(address, told)
    assert refused.status_code == 422
    assert not Measure.objects.exists()
    assert client.post(address, told | {"metric": "bad_share"}).status_code == 302
    found = Measure.objects.get()
    assert list(found.assisting.all()) == [other]
    assert found.noticed_from == dt.date(2026, 1, 1)


def test_the_page_carries_a_measure_on() -> None:
    later = cycle("c2", TODAY)
    found = measure()
    address = reverse("improvement:measure_move", args=[found.pk, "carry"])
    client = signed_in()
    client.post(address, {"cycle": later.pk})
    assert Measure.objects.count() == 1
    client.post(address, {"cycle": later.pk, "due_on": "2099-01-01"})
    fresh = Measure.objects.get(carried_from=found)
    assert "Carried on from" in client.get(reverse("improvement:measure", args=[fresh.pk])).content.decode()


def test_an_owner_who_left_is_replaced_on_the_page_and_found_by_the_list() -> None:
    found, second = measure(), seated("second", Role.HANDLER, "D1")
    found.owner.is_active = False
    found.owner.save()
    client = signed_in()
    page = reverse("improvement:measure", args=[found.pk])
    assert "has left: choose a new owner" in client.get(page).content.decode()
    listed = client.get(reverse("improvement:measures"), {"show": "left"})
    assert [row.record for row in listed.context["table"].rows] == [found]
    answer = client.post(
        reverse("improvement:measure_move", args=[found.pk, "hand-over"]), {"owner": second.pk}, follow=True
    )
    assert "Handed over. The new owner is told." in answer.content.decode()
    assert Measure.objects.get().owner == second
    assert not client.get(reverse("improvement:measures"), {"show": "left"}).context["table"].rows


@pytest.mark.parametrize(
    ("asked", "titles"),
    [
        ({}, ["late", "soon", "over"]),
        ({"show": "open"}, ["late", "soon"]),
        ({"show": "late"}, ["late"]),
        ({"show": "mine"}, ["soon"]),
        ({"verdict": "helped"}, ["over"]),
        ({"show": "verify"}, []),
    ],
)
def test_the_list_of_measures_is_narrowed(asked: dict[str, str], titles: list[str]) -> None:
    lead, today = seated("lead", Role.LEAD, "D1"), timezone.localdate()
    measure(title="late")
    Measure.objects.update(due_on=today - dt.timedelta(days=2))
    measure(title="soon", owner=lead, due_on=today + dt.timedelta(days=2), now=timezone.now())
    over = measure(title="over", due_on=today + dt.timedelta(days=9), now=timezone.now())
    Measure.objects.filter(pk=over.pk).update(state=MeasureState.DROPPED)
    for verdict, ago in (("unclear", 2), ("helped", 1)):
        at = timezone.now() - dt.timedelta(days=ago)
        Effect.objects.create(measure=over, verdict=verdict, computed_at=at)
    page = signed_in().get(reverse("improvement:measures"), asked)
    assert [row.record.title for row in page.context["table"].rows] == titles


def test_a_list_offers_organisations_only_to_those_who_reach_several() -> None:
    found, other = measure(), department("D2")
    client = signed_in()
    address = reverse("improvement:measures")
    assert "organisation" not in client.get(address).context["filter"].form.fields
    client.force_login(seated("office", Role.OFFICE))
    assert len(client.get(address, {"organisation": found.organisation_id}).context["table"].rows) == 1
    assert len(client.get(address, {"organisation": other.pk}).context["table"].rows) == 0


def test_the_value_of_today_is_written_where_it_was_left_out() -> None:
    town = build_town(timezone.now())
    town.say("", level=2, n=10, days_ago=40)
    town.say("", level=5, n=30, days_ago=40)
    tallied(timezone.now())
    lead, handler = seated("lead", Role.LEAD, "C1"), seated("handler", Role.HANDLER, "C1")
    client = Client()
    client.force_login(lead)
    told = {
        "title": "Second window", "problem": "Long queues", "opened_from": "other", "owner": handler.pk,
        "metric": "bad_share", "target": "0.05", "due_on": "2099-01-01",
    }  # fmt: skip
    assert client.post(reverse("improvement:measure_new", args=["C1"]), told).status_code == 302
    found = Measure.objects.get()
    assert found.baseline == Decimal("0.25")
    assert (found.start_words, found.target_words) == ("25.0\u00a0%", "5.0\u00a0%")


def test_owners_are_reminded_once_each_working_morning() -> None:
    found = under_way()
    due = found.due_on
    morning = timezone.make_aware(dt.datetime.combine(due, dt.time(8, 30)))
    OutboxMessage.objects.all().delete()
    assert actions.remind_owners(now=morning - dt.timedelta(hours=1)) == 0
    assert actions.remind_owners(now=morning) == 1
    assert actions.remind_owners(now=morning + dt.timedelta(hours=2)) == 0
    assert actions.remind_owners(now=morning + dt.timedelta(days=1)) == 1
    assert list(OutboxMessage.objects.order_by("created_at").values_list("user__username", "subject")) == [
        ("handler", "Your measures and their steps: 2 due today."),
        ("handler", "Your measures and their steps: 2 late."),
    ]
    saturday = morning + dt.timedelta(days=(5 - due.weekday()) % 7)
    assert actions.remind_owners(now=saturday) == 0


def test_the_effect_is_counted_again_each_week_while_a_measure_is_in_force() -> None:
    found = reported()
    now = NOON + dt.timedelta(days=1)
    assert actions.count_due_effects(now=now) == 1
    assert actions.count_due_effects(now=now + dt.timedelta(days=6)) == 0
    assert actions.count_due_effects(now=now + dt.timedelta(days=7)) == 1
    assert actions.count_due_effects(now=now + dt.timedelta(days=400)) == 0
    assert found.effects.count() == 2
    assert LogEntry.objects.latest("number").actor == SYSTEM


def test_the_office_chooses_for_which_organisation_a_measure_or_a_reply_is(client: Client) -> None:
    first, second = department("D1"), department("D2")
    client.force_login(seated("office", Role.OFFICE))
    for form, choose in (("measure_new", "measure_choose"), ("reply_new", "reply_choose")):
        page = client.get(reverse(f"improvement:{form}", args=[first.code]))
        assert page.context["places"] == [first, second]
        led = client.get(reverse(f"improvement:{choose}"), {"at": "D2", "reference": "F1"})
        assert led.headers["Location"] == reverse(f"improvement:{form}", args=["D2"]) + "?reference=F1"
        assert client.get(reverse(f"improvement:{choose}")).status_code == 404
    client.force_login(seated("lead", Role.LEAD, "D1"))
    assert client.get(reverse("improvement:measure_new", args=["D1"])).context["places"] == []


def test_only_kpis_with_values_here_are_offered() -> None:
    place, other = department("D1"), department("D2")
    found = cycle("c1", TODAY)
    for code, where in (("trips", place), ("days", other)):
        brought = EvidenceImport.objects.create(
            cycle=found, kind="kpis", state="imported", imported_by=seated("office", Role.OFFICE), imported_at=NOON,
            file=keep(code.encode(), f"{code}.csv", "text/csv", NOON), file_name=f"{code}.csv", n_rows=1,
        )  # fmt: skip
        KpiValue.objects.create(
            cycle=found, definition=KpiDefinition.objects.create(code=code, names={"en": code}, direction=1),
            organisation=where, period="2026", value=1, brought_by=brought,
        )  # fmt: skip
    groups = dict(MeasureForm(organisation=place, parts=[]).fields["metric_code"].choices)
    assert ("trips", "trips") in groups["KPIs"]
    assert len(groups["KPIs"]) == 1
