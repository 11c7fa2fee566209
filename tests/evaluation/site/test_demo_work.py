"""The sample city at work: answers to the longer form, an auditor half way, cases and measures in every state."""

import datetime as dt
from collections import Counter

import numpy as np
import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from evaluation.cycles.models import Cycle
from evaluation.improvement.associations import driver_document
from evaluation.improvement.enums import MeasureState
from evaluation.improvement.models import Commission, Measure, Reply
from evaluation.site.demo.city import read_world
from evaluation.site.demo.residents import ITEMS, cases
from surveys.cases.enums import State
from surveys.cases.models import Case
from surveys.catalogue.queries import codes_below
from surveys.core.models import Seat, User
from surveys.ratings.models import Rating

UNTIL = dt.date(2026, 11, 21)


def test_answers_hang_on_satisfaction_as_they_are_drawn_and_are_the_same_each_time() -> None:
    found = [case for case in cases(read_world(), until=UNTIL, n_ratings=8000) if case.answers]
    assert [case.answers for case in found[:50]] == [
        case.answers for case in cases(read_world(), until=UNTIL, n_ratings=8000) if case.answers
    ][:50]
    told = {code: np.array([int(case.answers[code]) for case in found]) for code in ITEMS}
    levels = np.array([case.level for case in found])
    together = {code: float(np.corrcoef(told[code], levels)[0, 1]) for code in ITEMS}
    assert (
        together["efficiency"] > together["convenience"] > together["competence"] > together["attitude"] > 0.2
    )
    assert told["efficiency"].mean() < told["convenience"].mean() < told["attitude"].mean()


@pytest.mark.prove
@pytest.mark.data
@pytest.mark.django_db
def test_the_demonstration_shows_everyone_at_work(settings, tmp_path) -> None:
    settings.DEMO, settings.STATE_DIR = True, tmp_path
    call_command("demo", "sample", ratings=8000)
    assert not any(cycle.notes for cycle in Cycle.objects.filter(is_synthetic=True))  # said by the mark alone
    answered = Rating.objects.exclude(answers={})
    assert set(answered.values_list("version__questionnaire__code", flat=True)) == {"bench-5q"}
    first, last = UNTIL - dt.timedelta(days=365), dt.date(2026, 12, 31)
    document = driver_document(codes_below("SAMPLE"), first, last)
    assert document["drivers"][0]["code"] == "efficiency"
    running = Commission.objects.get(audit="mystery")
    assert running.declared_at is not None
    assert Counter(visit.recorded_at is not None for visit in running.sample.visits.all()) == {
        True: 7,
        False: 5,
    }
    assert Commission.objects.get(audit="guide").declared_at is None
    states = set(Case.objects.values_list("state", flat=True))
    assert {State.CONFIRMED, State.FIXING} <= states
    assert set(Measure.objects.values_list("state", flat=True)) == {
        MeasureState.PLANNED, MeasureState.UNDER_WAY, MeasureState.DONE, MeasureState.VERIFIED,
    }  # fmt: skip
    assert Reply.objects.filter(published_at__isnull=False).count() == 2
    assert Seat.objects.filter(role="operator", user__username="hotline").exists()
    nobody = User.objects.filter(is_demo=True, username__contains="-handler")
    assert nobody.exists()
    assert not any(user.has_usable_password() for user in nobody)
    client = Client()
    client.force_login(User.objects.get(username="hotline"))
    assert client.get(reverse("ratings:calls")).status_code == 200
