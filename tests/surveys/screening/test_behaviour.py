"""Rules find what the simulator plants and leave honest residents alone."""

import datetime as dt
from collections import Counter as Tally
from dataclasses import dataclass

import pytest
from django.utils import timezone

from surveys.catalogue.enums import PointKind
from surveys.catalogue.models import Organisation, Service, ServicePoint
from surveys.instruments.actions import install_presets
from surveys.instruments.queries import current_version
from surveys.ratings.enums import Screening
from surveys.ratings.models import Rating, Trace
from surveys.screening.actions import look_for_patterns, screen_new
from surveys.screening.behaviours import (
    CHERRY_PICKED,
    COERCED_COUNTER,
    HONEST_COUNTER,
    STUFFING,
    Behaviour,
)
from surveys.screening.models import Flag, Signal
from surveys.screening.simulator import Counter, draw, store
from tests.surveys.ratings.world import names

NOW = dt.datetime(2026, 11, 23, 2, 30, tzinfo=dt.UTC)
N_DAYS = 6


@dataclass(frozen=True)
class Played:
    """What happened and what screening made of it, by counter's behaviour."""

    guilty: dict[str, set[object]]
    everybody: dict[str, set[object]]
    points: dict[str, set[int]]

    def flagged(self, behaviour: str, rule: str | None = None) -> set[object]:
        flags = Flag.objects.filter(rating__in=self.everybody[behaviour])
        if rule:
            flags = flags.filter(rule=rule)
        return set(flags.values_list("rating_id", flat=True))

    def signalled(self, behaviour: str, rule: str) -> set[int]:
        found = Signal.objects.filter(rule=rule, point__in=self.points[behaviour])
        return {number for number in found.values_list("point_id", flat=True) if number is not None}


def play(behaviours: list[Behaviour], *, n_days: int = N_DAYS, seed: int = 1) -> Played:
    """Offices with one counter of each behaviour, several days, screened as the scheduler would."""
    install_presets(NOW)
    version = current_version()
    today = timezone.localdate(NOW)
    days = [today - dt.timedelta(days=back) for back in range(n_days, 0, -1)]
    played = Played({}, {}, {})
    for number, behaviour in enumerate(behaviours):
        office = Organisation.objects.create(code=f"U{number}", names=names(f"Office {number}", "单位"))
        service = Service.objects.create(
            code=f"22{number:04d}", names=names("Service", "事项"), organisation=office
        )
        point = ServicePoint.objects.create(
            code=f"p{number}", names=names("Window", "窗口"), organisation=office, kind=PointKind.WINDOW
        )
        drawn = draw(Counter(point, service, behaviour), days=days, version=version, seed=seed)
        store(drawn)
        played.guilty.setdefault(behaviour.name, set()).update(drawn.guilty)
        played.everybody.setdefault(behaviour.name, set()).update(rating.pk for rating in drawn.ratings)
        played.points.setdefault(behaviour.name, set()).add(point.pk)
    while screen_new(now=NOW):
        pass
    look_for_patterns(now=NOW)
    return played


@pytest.mark.django_db
def test_honest_residents_are_left_alone() -> None:
    played = play([HONEST_COUNTER] * 8)
    n = len(played.everybody["honest"])
    by_rule = Tally(Flag.objects.values_list("rule", flat=True))
    assert n > 800
    assert {rule: count for rule, count in by_rule.items() if count > 0.01 * n} == {}
    assert list(Signal.objects.values_list("rule", flat=True)) == []
    assert not Rating.objects.filter(screening=Screening.UNSCREENED).exists()


@pytest.mark.django_db
def test_a_stuffing_script_is_found_and_held_back() -> None:
    played = play([STUFFING, *[HONEST_COUNTER] * 5])
    guilty = played.guilty["stuffing"]
    held = set(Rating.objects.filter(screening=Screening.REVIEW).values_list("pk", flat=True))
    assert len(guilty & held) >= 0.95 * len(guilty)
    assert len(held - guilty) <= 0.01 * Rating.objects.count()
    assert Signal.objects.filter(rule="burst", point__in=played.points["stuffing"]).count() >= N_DAYS
    assert played.flagged("honest") == set()


@pytest.mark.django_db
def test_a_coerced_counter_is_signalled() -> None:
    played = play([COERCED_COUNTER, *[HONEST_COUNTER] * 5])
    assert played.signalled("coerced", "counter_gap") == played.points["coerced"]
    assert played.signalled("coerced", "quick") == played.points["coerced"]
    assert played.signalled("honest", "counter_gap") == set()
    assert played.signalled("honest", "quick") == set()


@pytest.mark.django_db
def test_selective_invitation_is_signalled() -> None:
    play([CHERRY_PICKED, *[HONEST_COUNTER] * 5])
    found = Signal.objects.filter(rule="selective_invitation")
    assert [signal.organisation.code for signal in found] == ["U0"]
    assert "late or refused" in found[0].reasons["en"]


@pytest.mark.django_db
def test_traces_are_destroyed_after_screening() -> None:
    play([HONEST_COUNTER], n_days=2)
    today = timezone.localdate(NOW)
    assert not Trace.objects.filter(made_on__lt=today).exists()


@pytest.mark.django_db
def test_screening_twice_raises_nothing_twice() -> None:
    play([STUFFING], n_days=2)
    before = (Flag.objects.count(), Signal.objects.count())
    assert screen_new(now=NOW) == 0
    look_for_patterns(now=NOW)
    assert (Flag.objects.count(), Signal.objects.count()) == before
