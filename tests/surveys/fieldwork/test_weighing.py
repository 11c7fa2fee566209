"""Weights: design, nonresponse classes, margins and bounds; subgroups with suppression; release."""

import numpy as np
import pytest

from surveys.fieldwork.actions.answering import withdraw
from surveys.fieldwork.actions.weighting import release_survey, weigh_survey
from surveys.fieldwork.comparing import across_languages, mixed
from surveys.fieldwork.estimates import groups, sample_of
from surveys.fieldwork.importance import driving
from surveys.fieldwork.models import Estimate, Respondent, Response, Survey
from surveys.fieldwork.refusals import FieldworkRefusedError
from surveys.fieldwork.weighing import Person, weigh
from tests.surveys.fieldwork import world

pytestmark = pytest.mark.django_db


def person(stratum, weight, **traits):
    return Person(stratum, (traits, {}), weight)


def test_answers_take_over_the_weight_of_those_who_are_silent_in_their_class():
    asked = [person("a", 10.0)] * 4 + [person("b", 5.0)] * 4
    people = [person("a", 10.0)] * 2 + [person("b", 5.0)] * 4
    found = weigh(people, asked=asked, classes=["stratum"])
    assert found.weights.tolist() == [20.0, 20.0, 5.0, 5.0, 5.0, 5.0]
    assert found.weights.sum() == 60
    assert found.deff == pytest.approx(6 * (2 * 400 + 4 * 25) / 60**2)


def test_a_class_without_answers_is_refused_with_its_name():
    asked = [person("a", 1.0), person("b", 1.0)]
    with pytest.raises(FieldworkRefusedError, match="nonresponse class b"):
        weigh(asked[:1], asked=asked, classes=["stratum"])


def test_raked_weights_meet_the_margins_and_keep_the_population():
    people = [person("a", 2.0, age="old" if n % 3 else "young") for n in range(30)]
    found = weigh(people, margins={"age": {"old": 0.5, "young": 0.5}})
    old = np.array([p.label("age") == "old" for p in people])
    assert found.weights[old].sum() == pytest.approx(found.weights[~old].sum())
    assert found.weights.sum() == pytest.approx(60)


def test_bounds_too_narrow_for_the_margins_are_refused():
    people = [person("a", 1.0, age="old" if n else "young") for n in range(20)]
    with pytest.raises(FieldworkRefusedError, match="widen the bounds"):
        weigh(people, margins={"age": {"old": 0.2, "young": 0.8}}, trim=(0.9, 1.1))


@pytest.fixture
def closed():
    """Forty answers of sixty drawn, some in a small group and another language."""
    survey = world.in_the_field(60, frame=world.frame(90))
    told = [
        {"overall": str(1 + n % 5), "speed": str(1 + (n + n // 7) % 5), "age": "old" if n % 3 else "young"}
        for n in range(40)
    ]
    world.answer_all(survey, told)
    Survey.objects.update(state="closed")
    survey.refresh_from_db()
    return survey


def test_small_groups_are_hidden_and_cannot_be_worked_out(closed):
    Respondent.objects.filter(number__lte=6).update(attributes={"district": "islet"})
    Respondent.objects.filter(number__range=(7, 20)).update(attributes={"district": "port"})
    Respondent.objects.filter(number__gt=20).update(attributes={"district": "centre"})
    sample = sample_of(closed)
    rows = {row.label: row for row in groups(sample, sample.items[0], "district")}
    assert {label for label, row in rows.items() if row.is_hidden} == {"islet", "port"}
    assert rows["centre"].value is not None
    assert rows["centre"].n == 20


def test_weighing_by_the_design_gives_everybody_their_stratum(closed):
    made = weigh_survey(survey=closed, classes=["stratum"], actor=None, now=world.NOW)
    weights = list(Response.objects.values_list("weight", flat=True))
    assert sum(weights) == pytest.approx(90)
    assert made.n == 40
    assert made.n_eff <= 40


def test_release_freezes_the_figures_and_forbids_weighing_again(closed):
    with pytest.raises(FieldworkRefusedError, match="Weigh the answers first"):
        release_survey(survey=closed, actor=None, now=world.NOW)
    weigh_survey(survey=closed, classes=["stratum"], actor=None, now=world.NOW)
    release_survey(survey=closed, actor=None, now=world.NOW)
    assert Estimate.objects.filter(item="overall").count() == 5
    with pytest.raises(FieldworkRefusedError, match="cannot be done at that stage"):
        weigh_survey(survey=closed, actor=None, now=world.NOW)


def test_whoever_withdraws_is_in_no_later_figure(closed):
    withdraw(response=Response.objects.first(), now=world.NOW)
    assert len(sample_of(closed).responses) == 39
    made = weigh_survey(survey=closed, actor=None, now=world.NOW)
    assert made.n == 39


def test_classes_must_be_known_of_everybody_drawn(closed):
    with pytest.raises(FieldworkRefusedError, match="known of everybody; age is not"):
        weigh_survey(survey=closed, classes=["age"], actor=None, now=world.NOW)


def test_one_office_and_one_language_leave_nothing_to_compare(closed):
    sample = sample_of(closed)
    assert mixed(sample, sample.items[0], ("channel",)) is None
    assert across_languages(sample) == []
    assert driving(sample, "nothing") == []
