"""What the scheduler does with cases; each finds its own work and can be run again."""

from datetime import datetime

from surveys.cases.actions import contacts, opening, telling, upkeep
from surveys.core.jobs import periodic


@periodic("cases.open", seconds=20)
def open_cases(now: datetime) -> None:
    """Open cases of kept bad ratings; reopen those rated badly after the fix."""
    opening.open_cases(now=now)
    opening.reopen_after_bad_supplements(now=now)


@periodic("cases.upkeep", seconds=300)
def keep_up(now: datetime) -> None:
    """Silence, lateness, pauses, unknown deadlines, archive, numbers, and the day's entry in the log."""
    upkeep.close_silent(now=now)
    upkeep.end_pauses(now=now)
    upkeep.escalate_late(now=now)
    upkeep.fill_deadlines(now=now)
    upkeep.archive_old(now=now)
    contacts.forget_closed(now=now)
    opening.close_opening_days(now=now)


@periodic("cases.remind", seconds=900)
def remind(now: datetime) -> None:
    """Once each working morning: what is late, due today or in nobody's hands."""
    telling.remind(now=now)
