"""Working days: the plain week, changed by holidays and by working days moved to a weekend (调休).

A deadline that would need a year whose calendar is not known is refused, never guessed.
"""

import datetime as dt

from django.utils.translation import gettext as _

from surveys.core.models import CalendarDay, CalendarYear

ONE_DAY = dt.timedelta(days=1)
SATURDAY = 5


class UnknownYearError(Exception):
    """The holidays of a year are not in the calendar."""

    def __init__(self, year: int) -> None:
        self.year = year
        text = _("The working days of %(year)s are not known yet. Import that year's calendar first.")
        super().__init__(text % {"year": year})


class Calendar:
    """The years a question touches, read once each."""

    def __init__(self) -> None:
        self.years: dict[int, dict[dt.date, bool] | None] = {}

    def is_working(self, day: dt.date) -> bool:
        """Whether offices work on this day; raises UnknownYearError."""
        if day.year not in self.years:
            is_known = CalendarYear.objects.filter(year=day.year).exists()
            rows = CalendarDay.objects.filter(day__year=day.year).order_by("day")
            self.years[day.year] = dict(rows.values_list("day", "is_working")) if is_known else None
        known = self.years[day.year]
        if known is None:
            raise UnknownYearError(day.year)
        return known.get(day, day.weekday() < SATURDAY)


def is_working_day(day: dt.date) -> bool:
    """Whether offices work on this day; raises UnknownYearError."""
    return Calendar().is_working(day)


def add_working_days(start: dt.date, n: int) -> dt.date:
    """The n-th working day after `start` (before it when n < 0); the day itself is not counted.

    0 gives `start`, or the next working day if `start` is none. Raises UnknownYearError.
    """
    calendar = Calendar()
    day = start
    if n == 0:
        while not calendar.is_working(day):
            day += ONE_DAY
        return day
    step = ONE_DAY if n > 0 else -ONE_DAY
    left = abs(n)
    while left:
        day += step
        left -= calendar.is_working(day)
    return day


def working_days_between(a: dt.date, b: dt.date) -> int:
    """How many working days lie after `a` up to and including `b`; negative when b is before a."""
    if b < a:
        return -working_days_between(b, a)
    calendar = Calendar()
    return sum(calendar.is_working(a + ONE_DAY * k) for k in range(1, (b - a).days + 1))
