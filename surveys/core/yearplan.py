"""A year as its page shows it: twelve months of days, worked, off or made up, and what is not known."""

import calendar as months
import datetime as dt
from dataclasses import dataclass
from functools import cached_property

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.formats import date_format
from django.utils.translation import get_language

from surveys.core.models import CalendarDay, CalendarYear

SATURDAY = 5
MONTHS = range(1, 13)


@dataclass(frozen=True, slots=True)
class Cell:
    """One day of the picture; `kind`: "" worked, "off" weekend, "rest" holiday, "moved" worked on a weekend."""

    number: int
    kind: str
    is_today: bool


@dataclass(frozen=True, slots=True)
class Month:
    name: str
    weeks: list[list[Cell | None]]


@dataclass(frozen=True)
class YearPlan:
    """One year: known or not, its days that differ from the plain week, its picture."""

    year: int
    today: dt.date
    known: CalendarYear | None
    days: list[CalendarDay]

    @cached_property
    def by_day(self) -> dict[dt.date, bool]:
        return {row.day: row.is_working for row in self.days}

    def works(self, day: dt.date) -> bool:
        return self.by_day.get(day, day.weekday() < SATURDAY)

    @cached_property
    def n_working(self) -> int:
        first = dt.date(self.year, 1, 1)
        n = 366 if months.isleap(self.year) else 365
        return sum(self.works(first + dt.timedelta(days=k)) for k in range(n))

    @property
    def n_moved(self) -> int:
        """Weekend days on which offices work."""
        return sum(row.is_working and row.day.weekday() >= SATURDAY for row in self.days)

    @property
    def n_rest(self) -> int:
        """Weekdays that are off."""
        return sum(not row.is_working and row.day.weekday() < SATURDAY for row in self.days)

    @property
    def weekdays(self) -> list[str]:
        """Short names of the days; Chinese ones differ by their last character alone."""
        cut = slice(-1, None) if (get_language() or "").startswith("zh") else slice(0, 2)
        return [str(WEEKDAYS_ABBR[day])[cut] for day in range(7)]

    @cached_property
    def months(self) -> list[Month]:
        return [self._month(number) for number in MONTHS]

    def _month(self, number: int) -> Month:
        weeks = months.Calendar().monthdatescalendar(self.year, number)
        return Month(
            date_format(dt.date(self.year, number, 1), "F"),
            [[self._cell(day) if day.month == number else None for day in week] for week in weeks],
        )

    def _cell(self, day: dt.date) -> Cell:
        works, plain = self.works(day), day.weekday() < SATURDAY
        kind = "moved" if works and not plain else "rest" if plain and not works else "" if works else "off"
        return Cell(day.day, kind, day == self.today)


def year_plan(year: int, today: dt.date) -> YearPlan:
    """A year as the calendar has it."""
    return YearPlan(
        year,
        today,
        CalendarYear.objects.filter(year=year).first(),
        list(CalendarDay.objects.filter(day__year=year).order_by("day")),
    )


def years_shown(today: dt.date) -> list[int]:
    """The known years from the last one on, and this year and the next whether known or not."""
    known = CalendarYear.objects.filter(year__gte=today.year - 1).values_list("year", flat=True)
    return sorted({*known, today.year, today.year + 1})
