"""The sliders: an answer at once, and nothing of it kept."""

import statistics
import time
from pathlib import Path
from typing import Any

import pytest
from django.core import serializers
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from evaluation.cycles.models import Cycle
from evaluation.rankings.models import Edition, Figure, Placement, Run, Score
from surveys.core.actions import grant_seat
from surveys.core.enums import Role
from surveys.core.models import LogEntry
from tests.worlds import edition, nyc
from tests.worlds.clock import NOON
from tests.worlds.people import person

pytestmark = [pytest.mark.django_db, pytest.mark.data]
SLIDERS = {"w-residents": "60", "w-targets": "20", "w-audit": "20"}
MOST_SECONDS = 1.0
AGAIN = 2


@pytest.fixture
def office() -> Client:
    lin = person("lin")
    grant_seat(person=lin, role=Role.OFFICE, organisation_code="", actor=None, now=NOON)
    client = Client()
    client.force_login(lin)
    return client


def address(cycle: str) -> str:
    return reverse("rankings:what_if", args=[cycle])


def kept() -> tuple[Any, ...]:
    """Every byte of the official result, and how many entries the log holds."""
    models = (Run, Score, Placement, Edition, Figure)
    rows = [serializers.serialize("json", model.objects.order_by("pk")) for model in models]
    return *rows, LogEntry.objects.count()


def test_sliders_answer_with_new_places_and_touch_nothing(office: Client) -> None:
    edition.published()
    before = kept()
    for ask in ({}, SLIDERS, {"w-residents": "0", "w-targets": "0", "w-audit": "0"}, {"w-residents": "x"}):
        for headers in ({}, {"HX-Request": "true"}):
            assert office.get(address(nyc.CYCLE), ask, headers=headers).status_code == 200
    page = office.get(address(nyc.CYCLE), SLIDERS).content.decode()
    assert "Sanitation" in page or "DSNY" in page
    assert kept() == before
    assert office.post(address(nyc.CYCLE), SLIDERS).status_code == 405
    assert kept() == before


def seconds(office: Client, cycle: str, ask: dict[str, str]) -> float:
    """What a moved slider takes; what another process took is not its time, so a slow answer is timed again."""
    spent = middle(office, cycle, ask)
    for _again in range(AGAIN):
        if spent <= MOST_SECONDS:
            break
        spent = min(spent, middle(office, cycle, ask))
    return spent


def middle(office: Client, cycle: str, ask: dict[str, str]) -> float:
    """The middle of three answers to a moved slider, as the page asks for them."""
    found = []
    for _again in range(3):
        began = time.perf_counter()
        assert office.get(address(cycle), ask, headers={"HX-Request": "true"}).status_code == 200
        found.append(time.perf_counter() - began)
    return statistics.median(found)


@pytest.mark.prove
def test_sliders_answer_within_a_second_on_every_demo_cycle(
    office: Client, settings: Any, tmp_path: Path
) -> None:
    settings.DEMO, settings.STATE_DIR = True, tmp_path
    call_command("demo", "all", verbosity=0)
    ranked = [
        cycle.code for cycle in Cycle.objects.order_by("code") if Run.objects.filter(cycle=cycle).exists()
    ]
    assert nyc.CYCLE in ranked
    assert len(ranked) > 1
    slow = {}
    for code in ranked:
        page = office.get(address(code))
        codes = [knob.code for knob in page.context["knobs"]]
        ask = {f"w-{part}": str(10 + 20 * at) for at, part in enumerate(codes)}
        if (spent := seconds(office, code, ask)) > MOST_SECONDS:
            slow[code] = spent
    assert slow == {}
