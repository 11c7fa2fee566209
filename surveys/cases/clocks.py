"""How long each step may take, in working days, and what that makes of a day."""

from dataclasses import dataclass
from datetime import date, timedelta

from surveys.cases.enums import Clock
from surveys.core.calendar import Calendar, UnknownYearError, add_working_days

WORKING_DAYS = {
    Clock.ACKNOWLEDGE: 1,
    Clock.VERIFY: 2,
    Clock.DECIDE: 5,
    Clock.FIX_SIMPLE: 5,
    Clock.FIX_COMPLEX: 15,
    Clock.CALL_BACK: 3,
}
SILENCE_DAYS = 7
"""Calendar days without an answer after which a case is closed, unconfirmed."""
APPEAL_DAYS = 3
"""Working days after the assignment within which a department may appeal."""
MAX_EXTENSION = 10
MAX_PAUSE = 20
ARCHIVE_DAYS = 60
"""Calendar days after the end for which a resident may reopen a case."""
RELAPSE_DAYS = 90
ESCALATE_AFTER = (1, 3)
"""Working days over the deadline at which the leads, and then the office too, are told."""
FIX_CLOCKS = frozenset({Clock.FIX_SIMPLE, Clock.FIX_COMPLEX})


@dataclass(frozen=True, slots=True)
class Reading:
    """What a clock shows on a day: working days used, left (negative: over), and of how many."""

    clock: Clock
    due_on: date
    n_days: int
    n_used: int
    n_left: int
    today: date

    @property
    def is_late(self) -> bool:
        """Past the day itself: on the weekend after a due Friday no working day is over yet."""
        return self.today > self.due_on

    @property
    def is_today(self) -> bool:
        return self.today == self.due_on

    @property
    def n_over(self) -> int:
        return max(0, -self.n_left)


def due_after(clock: Clock, start: date, extra: int = 0) -> date | None:
    """The last day of a clock that starts that day; None for no deadline, or where the year is not known."""
    if clock == Clock.NONE:
        return None
    if clock == Clock.SILENCE:
        return start + timedelta(days=SILENCE_DAYS)
    try:
        return add_working_days(start, WORKING_DAYS[clock] + extra)
    except UnknownYearError:
        return None


def lengthened(due_on: date | None, n: int) -> date | None:
    """A deadline so many working days later; None where the year is not known."""
    if due_on is None:
        return None
    try:
        return add_working_days(due_on, n)
    except UnknownYearError:
        return None


def days_between(calendar: Calendar, a: date, b: date) -> int:
    """Working days after `a` up to and including `b`, with a calendar read once for a whole list."""
    if b < a:
        return -days_between(calendar, b, a)
    return sum(calendar.is_working(a + timedelta(days=k)) for k in range(1, (b - a).days + 1))


def read(
    clock: Clock, started_on: date, due_on: date | None, today: date, calendar: Calendar | None = None
) -> Reading | None:
    """What the clock shows today; None where there is no deadline or the calendar does not know."""
    if due_on is None or clock == Clock.NONE:
        return None
    if clock == Clock.SILENCE:
        whole = (due_on - started_on).days
        return Reading(clock, due_on, whole, (today - started_on).days, (due_on - today).days, today)
    days = calendar or Calendar()
    try:
        whole = days_between(days, started_on, due_on)
        left = days_between(days, today, due_on)
    except UnknownYearError:
        return None
    return Reading(clock, due_on, whole, whole - left, left, today)
