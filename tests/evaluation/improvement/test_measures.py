"""Expected gains, carrying into the next cycle, the order by gain for cost, and the pages around them."""

import datetime as dt
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from evaluation.cycles.actions import install_presets
from evaluation.cycles.models import Cycle, SchemeDocument
from evaluation.improvement import actions, queries
from evaluation.improvement.actions import MeasureRefusedError
from evaluation.improvement.enums import MeasureState
from evaluation.improvement.models import Measure
from surveys.core.enums import Role
from tests.evaluation.improvement.people import department, measure, seated, under_way
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
