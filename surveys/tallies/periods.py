"""Months and the days at the ends of a span."""

import calendar
import datetime as dt
from dataclasses import dataclass

ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """Whole months (first day, last day), and the stretches of days before and after them."""

    months: tuple[dt.date, dt.date] | None
    edges: tuple[tuple[dt.date, dt.date], ...]


def month_start(day: dt.date) -> dt.date:
    return day.replace(day=1)


def month_end(day: dt.date) -> dt.date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def next_month(day: dt.date) -> dt.date:
    return month_end(day) + ONE_DAY


def split(starts_on: dt.date, ends_on: dt.date) -> Span:
    """Cut a span into whole months and what is left of it."""
    if ends_on < starts_on:
        return Span(None, ())
    first = starts_on if starts_on.day == 1 else next_month(starts_on)
    last = ends_on if ends_on == month_end(ends_on) else month_start(ends_on) - ONE_DAY
    if last < first:
        return Span(None, ((starts_on, ends_on),))
    edges = []
    if first > starts_on:
        edges.append((starts_on, first - ONE_DAY))
    if last < ends_on:
        edges.append((last + ONE_DAY, ends_on))
    return Span((first, last), tuple(edges))


def months_between(starts_on: dt.date, ends_on: dt.date) -> list[dt.date]:
    """The first days of every month touched by a span."""
    found, month = [], month_start(starts_on)
    while month <= ends_on:
        found.append(month)
        month = next_month(month)
    return found
