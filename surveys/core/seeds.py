"""The Chinese calendar that ships: the years whose holidays and make-up days the State Council has announced."""

import datetime as dt
from importlib.metadata import version
from typing import Any

from django.db import transaction
from holidays.countries.china import China

from surveys.core.models import CalendarDay, CalendarYear

FIRST_YEAR = 2015
LIBRARY_LANGUAGES = {"en": "en_US", "zh-hans": "zh_CN", "zh-hant": "zh_TW"}
MAKE_UP = {"en": "Make-up working day", "zh-hans": "调休上班", "zh-hant": "調休上班"}


def _china(year: int, language: str) -> China:
    return China(years=year, language=language)  # type: ignore[no-untyped-call]


def announced(year: int) -> dict[dt.date, tuple[bool, dict[str, str]]]:
    """Days of a year that differ from the plain week; empty when the year's arrangement is not known.

    A year counts as announced when the `holidays` package knows its make-up working days.
    """
    calendar: Any = China
    by_language = {code: calendar(years=year, language=name) for code, name in LIBRARY_LANGUAGES.items()}
    moved = {day for day in by_language["en"].weekend_workdays if day.year == year}
    if not moved:
        return {}
    days = {
        day: (False, {code: names.get(day, "") for code, names in by_language.items()})
        for day in by_language["en"]
        if day.year == year
    }
    return dict(sorted((days | dict.fromkeys(moved, (True, MAKE_UP))).items()))


@transaction.atomic
def seed(now: dt.datetime) -> None:
    """Write every announced year that the calendar does not have yet; an edited year stays as it is."""
    known = set(CalendarYear.objects.values_list("year", flat=True))
    source = f"holidays {version('holidays')}: China"
    for year in range(FIRST_YEAR, now.year + 3):
        days = {} if year in known else announced(year)
        if not days:
            continue
        CalendarYear.objects.create(year=year, source=source, confirmed=True)
        CalendarDay.objects.bulk_create(
            CalendarDay(day=day, is_working=works, names=names, source=source)
            for day, (works, names) in days.items()
        )
