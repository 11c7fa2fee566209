"""What the scheduler asks of screening."""

import datetime as dt

from surveys.core.jobs import periodic
from surveys.screening.actions import look_for_patterns, screen_new

TURNS = 20


@periodic("screening.new", seconds=15)
def screen_arrivals(now: dt.datetime) -> int:
    """Judge what came in; several turns when much did."""
    return sum(screen_new(now=now) for _turn in range(TURNS))


@periodic("screening.patterns", seconds=3600)
def screen_patterns(now: dt.datetime) -> int:
    """Look for patterns about units, and destroy the traces of closed days."""
    return look_for_patterns(now=now)
