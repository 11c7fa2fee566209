"""Plays honest and dishonest counters through screening, and counts what each rule found and flagged wrongly."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils import timezone

from scoring.intervals import wilson
from surveys.catalogue.enums import PointKind
from surveys.catalogue.models import Organisation, Service, ServicePoint
from surveys.instruments.actions import install_presets
from surveys.instruments.queries import current_version
from surveys.screening.actions import look_for_patterns, screen_new
from surveys.screening.behaviours import EVERY_ABUSE, HONEST_COUNTER, Behaviour
from surveys.screening.models import Flag, Signal
from surveys.screening.rulebook import RULES
from surveys.screening.simulator import Counter, draw, store
from tests.surveys.ratings.world import names

NOW = dt.datetime(2026, 11, 23, 2, 30, tzinfo=dt.UTC)
N_WORLDS = 5
N_HONEST = 20
N_DAYS = 30
OF_RATINGS = {
    "impossible": "early",
    "off_site": "elsewhere",
    "burst": "stuffing",
    "device": "stuffing",
    "network": "stuffing",
    "duplicate": "copied",
}
OF_DAYS = {"unbroken_run": "coerced", "quick": "coerced", "hasty": "hasty"}
OF_COUNTERS = {
    "bad_tap_loss": "taken_back",
    "raised_after_call": "raised",
    "counter_gap": "coerced",
    "selective_invitation": "cherry",
    "shift": "turned",
    "straight_line": "alike",
}
UNITS = {
    **dict.fromkeys(OF_RATINGS, "ratings"),
    **dict.fromkeys(OF_DAYS, "days"),
    **dict.fromkeys(OF_COUNTERS, "counters"),
}


@dataclass
class Tried:
    """(found, planted) of the abuse a rule looks for, and (flagged, all) of what was honest."""

    found: list[int] = field(default_factory=lambda: [0, 0])
    wrong: list[int] = field(default_factory=lambda: [0, 0])


@dataclass
class Played:
    """One world: each counter's organisation, behaviour and ratings."""

    behaviour: dict[int, Behaviour] = field(default_factory=dict)
    ratings: dict[int, set[object]] = field(default_factory=dict)
    guilty: dict[int, set[object]] = field(default_factory=dict)


def play(seed: int) -> Played:
    """Twenty honest counters and one of each abuse, thirty days, screened as the scheduler would."""
    install_presets(NOW)
    version, played = current_version("bench-5q"), Played()
    today = timezone.localdate(NOW)
    days = [today - dt.timedelta(days=back) for back in range(N_DAYS, 0, -1)]
    for number, behaviour in enumerate([HONEST_COUNTER] * N_HONEST + list(EVERY_ABUSE)):
        office = Organisation.objects.create(code=f"U{number}", names=names(f"Office {number}", "单位"))
        service = Service.objects.create(
            code=f"22{number:04d}", names=names("Service", "事项"), organisation=office
        )
        point = ServicePoint.objects.create(
            code=f"p{number}", names=names("Window", "窗口"), organisation=office, kind=PointKind.WINDOW,
            allowed_networks=["10.9.0.0/24"] if number % 4 == 3 else [],
        )  # fmt: skip
        counter = Counter(point, service, behaviour, is_walled=bool(point.allowed_networks))
        drawn = draw(counter, days=days, version=version, seed=seed)
        store(drawn)
        played.behaviour[office.pk] = behaviour
        played.ratings[office.pk] = {rating.pk for rating in drawn.ratings}
        played.guilty[office.pk] = drawn.guilty
    while screen_new(now=NOW):
        pass
    look_for_patterns(now=NOW)
    return played


def judge(played: Played, tried: dict[str, Tried]) -> None:
    """Add one world to the counts."""
    honest = [unit for unit, behaviour in played.behaviour.items() if behaviour is HONEST_COUNTER]
    unit_of = {behaviour.name: unit for unit, behaviour in played.behaviour.items()}
    for rule, planted in OF_RATINGS.items():
        flagged = set(Flag.objects.filter(rule=rule).values_list("rating_id", flat=True))
        guilty = played.guilty[unit_of[planted]]
        free = set().union(*(played.ratings[unit] for unit in honest))
        _add(tried[rule], (len(flagged & guilty), len(guilty)), (len(flagged & free), len(free)))
    for rule, planted in (OF_DAYS | OF_COUNTERS).items():
        units = list(Signal.objects.filter(rule=rule).values_list("organisation_id", flat=True))
        each = N_DAYS if rule in OF_DAYS else 1
        found = sum(unit == unit_of[planted] for unit in units)
        wrong = sum(unit in honest for unit in units)
        _add(tried[rule], (found, each), (wrong, each * len(honest)))


def _add(tried: Tried, found: Iterable[int], wrong: Iterable[int]) -> None:
    tried.found = [a + b for a, b in zip(tried.found, found, strict=True)]
    tried.wrong = [a + b for a, b in zip(tried.wrong, wrong, strict=True)]


def table_of(tried: dict[str, Tried]) -> str:
    """The table as docs/screening.md holds it."""
    lines = [
        "| rule | counted in | found | recall, 95 % interval | flagged wrongly | share, 95 % interval |",
        "|---|---|---|---|---|---|",
    ]
    for rule in RULES:
        one = tried[rule]
        lines.append(
            f"| `{rule}` | {UNITS[rule]} | {one.found[0]} of {one.found[1]} | {_share(*one.found)} "
            f"| {one.wrong[0]} of {one.wrong[1]} | {_share(*one.wrong)} |"
        )
    return "\n".join(lines)


def _share(x: int, n: int) -> str:
    lower, upper = wilson([x], [n])
    return f"{100 * x / n:.1f} % ({100 * lower[0]:.1f}–{100 * upper[0]:.1f})"
