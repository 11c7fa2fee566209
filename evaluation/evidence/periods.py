"""Periods as evidence states them: a year, half, quarter, month or two days, always with a first and a last day."""

import calendar
import datetime as dt
import re

from django.utils.translation import gettext as _

YEAR = re.compile(r"(\d{4})")
PART = re.compile(r"(\d{4})-?(H[12]|Q[1-4])")
MONTH = re.compile(r"(\d{4})-(\d{2})")
SPAN = re.compile(r"(\d{4}-\d{2}-\d{2})/(\d{4}-\d{2}-\d{2})")


class PeriodError(ValueError):
    """A period that has no first and last day; carries the sentence how to write one."""

    def __init__(self, text: str) -> None:
        super().__init__(_("“{text}” is not a period.").format(text=text))


def how_to_write() -> str:
    """The remedy, as every refusal shows it."""
    return _("Write a period as 2026, 2026-H1, 2026-Q2, 2026-04 or 2026-04-01/2026-09-30.")


def parse_period(text: str) -> tuple[dt.date, dt.date]:
    """First and last day of 2026, 2026-H1, 2026-Q2, 2026-04 or 2026-04-01/2026-09-30."""
    wanted = text.strip().upper()
    try:
        if found := SPAN.fullmatch(wanted):
            days = dt.date.fromisoformat(found[1]), dt.date.fromisoformat(found[2])
            if days[0] > days[1]:
                raise PeriodError(text)
            return days
        if found := MONTH.fullmatch(wanted):
            return _months(int(found[1]), int(found[2]), 1)
        if found := PART.fullmatch(wanted):
            length = 6 if found[2][0] == "H" else 3
            return _months(int(found[1]), (int(found[2][1]) - 1) * length + 1, length)
        if found := YEAR.fullmatch(wanted):
            return _months(int(found[1]), 1, 12)
    except ValueError as error:
        raise PeriodError(text) from error
    raise PeriodError(text)


def _months(year: int, first: int, length: int) -> tuple[dt.date, dt.date]:
    last = first + length - 1
    return dt.date(year, first, 1), dt.date(year, last, calendar.monthrange(year, last)[1])
