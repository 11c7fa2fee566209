"""The simulated world: seeded, as large as asked for, labelled, and ready to be scored."""

import io

import pytest
from django.core.management import CommandError, call_command

from evaluation.cycles.models import Cycle
from surveys.catalogue.models import Organisation, Service
from surveys.ratings.models import DirtyPeriod, Rating
from surveys.tallies.models import Tally

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _demo(settings):
    settings.DEMO = True


def simulate(seed, *, services=20, ratings=3000):
    out = io.StringIO()
    call_command("simulate", services=services, ratings=ratings, seed=seed, stdout=out)
    return out.getvalue()


def said():
    columns = ("pk", "service__code", "level", "tags", "comment", "rated_on", "channel")
    return list(Rating.objects.order_by("pk").values_list(*columns))


def test_a_world_has_what_was_asked_for_and_says_that_it_is_synthetic():
    told = simulate(5)
    assert "cycle simulated-5 is locked" in told
    assert (Service.objects.count(), Rating.objects.count()) == (20, 3000)
    assert sum(Tally.objects.filter(question="overall").values_list("n", flat=True)) == 3000
    assert not DirtyPeriod.objects.exists()
    assert all("synthetic" in unit.names["en"] for unit in Organisation.objects.without_tree_fields())
    comments = Rating.objects.exclude(comment="")
    assert comments.count() == comments.filter(comment__startswith="【模拟】").count() > 30
    cycle = Cycle.objects.get(code="simulated-5")
    assert (cycle.is_synthetic, cycle.state) == (True, "locked")


@pytest.mark.django_db(transaction=True)
def test_the_same_seed_gives_the_same_ratings_and_another_seed_others():
    simulate(5, ratings=400)
    first = said()
    call_command("flush", interactive=False, verbosity=0)
    simulate(5, ratings=400)
    assert said() == first
    simulate(6, ratings=400)
    assert len({row[0] for row in said()}) == 800


def test_a_simulated_cycle_is_scored():
    simulate(5)
    out = io.StringIO()
    call_command("evaluate", "simulated-5", stdout=out)
    assert out.getvalue().count("SIM5-") == 2


def test_a_second_run_of_a_seed_and_a_real_installation_are_refused(settings):
    simulate(5, ratings=10)
    with pytest.raises(CommandError, match="choose another"):
        simulate(5, ratings=10)
    with pytest.raises(CommandError, match="services"):
        simulate(6, services=0)
    settings.DEMO = False
    with pytest.raises(CommandError, match="DEMO=1"):
        simulate(6)
