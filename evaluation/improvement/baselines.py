"""Where "before" lies, so that figures chosen for being low do not make every measure look like a help.

Ashenfelter (1978) saw that those who are chosen stand in a passing dip. In a stationary series, whatever its
memory, the expected way out of the dip mirrors the way in: E[X(t+d) | X(t)] = E[X(t-d) | X(t)]. A baseline as long
before the figures that led to the measure as "after" lies behind them therefore carries the same regression to the
mean as "after" does, and the two cancel (symmetric difference in differences: Ashenfelter & Card 1985;
Chabe-Ferret 2015). Next best is a baseline between the opening and the day it came into force. Where neither has
data, the figures that led to it are compared and no help is claimed.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils import timezone

from evaluation.improvement.enums import Opened
from evaluation.improvement.models import Measure

WINDOW = dt.timedelta(days=183)
SHORTEST = dt.timedelta(days=28)
DAY = dt.timedelta(days=1)
CHOSEN_FOR_BEING_LOW = frozenset({Opened.INDICATOR, Opened.CASES, Opened.ALERT, Opened.THEME, Opened.FINDING})

Days = tuple[dt.date, dt.date]


@dataclass(frozen=True)
class Baseline:
    """A span of days and what it is: "" plain, "symmetric", "after_opening" or "regression"."""

    days: Days
    kind: str = ""


def after_of(starts_on: dt.date, today: dt.date) -> Days:
    """The days since a measure is in force, half a year at most."""
    return starts_on, min(today, starts_on + WINDOW - DAY)


def baselines(measure: Measure, today: dt.date) -> Iterator[Baseline]:
    """Spans to try, the fairest first."""
    assert measure.starts_on is not None
    starts_on, last = measure.starts_on, measure.starts_on - DAY
    plain = (starts_on - WINDOW, last)
    if measure.opened_from not in CHOSEN_FOR_BEING_LOW:
        yield Baseline(plain)
        return
    opened = timezone.localdate(measure.created_at)
    yield Baseline(mirrored(noticed_of(measure), after_of(starts_on, today)), "symmetric")
    if starts_on - opened >= SHORTEST:
        yield Baseline((max(opened, starts_on - WINDOW), last), "after_opening")
    yield Baseline(plain, "regression")


def noticed_of(measure: Measure) -> Days:
    """The days whose figures led to the measure: as told, else the half-year before it was opened."""
    opened = timezone.localdate(measure.created_at) - DAY
    first = measure.noticed_from or opened - WINDOW + DAY
    return min(first, opened), opened


def mirrored(noticed: Days, after: Days) -> Days:
    """The span as far before the noticed days as `after` lies behind them, and as long."""
    gap = after[0] - noticed[1]
    length = after[1] - after[0]
    last = noticed[0] - gap
    return last - length, last
