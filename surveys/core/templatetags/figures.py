"""Filters that write numbers, shares, places, days and spans in the page's language."""

from datetime import date, datetime
from decimal import Decimal

from django import template
from django.utils import timezone

from surveys.core import numerals
from surveys.core.masking import mask_personal

register = template.Library()
Number = int | float | Decimal | None


@register.filter
def thousands(value: Number) -> str:
    """A count or any whole number; a dash where it is not known."""
    return numerals.DASH if value is None else numerals.number(value)


@register.filter
def points(value: Number, decimals: int = 2) -> str:
    """Points or any measure with decimals; a dash where there is none."""
    return numerals.DASH if value is None else numerals.number(value, decimals)


@register.filter
def share(value: Number, decimals: int = 1) -> str:
    """A share from 0 to 1 as a percentage; a dash where there is none."""
    return numerals.DASH if value is None else numerals.share(value, decimals)


@register.filter
def signed(value: Number, decimals: int = 1) -> str:
    """A change with its sign."""
    return numerals.DASH if value is None else numerals.signed(value, decimals)


@register.filter
def place(value: float | None) -> str:
    return numerals.place(value)


@register.filter
def day(value: date | datetime | None) -> str:
    """A calendar day, in the site's time zone."""
    return "" if value is None else numerals.day(_date(value))


@register.filter
def day_of_week(value: date | datetime | None) -> str:
    """A day with its weekday and without its year: for deadlines."""
    return "" if value is None else numerals.day(_date(value), weekday=True, year=False)


@register.filter
def moment(value: datetime | None) -> str:
    """A day and the time of day."""
    return "" if value is None else f"{day(value)} {timezone.localtime(value):%H:%M}"


@register.simple_tag
def span(starts_on: date, ends_on: date) -> str:
    return numerals.span(starts_on, ends_on)


@register.simple_tag
def places(lower: float | None, upper: float | None) -> str:
    return numerals.places(lower, upper)


@register.filter
def masked(text: str) -> str:
    """Residents' words without telephone or identity numbers."""
    return mask_personal(text)


@register.filter
def grouped_digest(value: str) -> str:
    """A fingerprint in groups of eight, so that people can compare it."""
    return " ".join(value[i : i + 8] for i in range(0, len(value), 8))


def _date(value: date | datetime) -> date:
    return timezone.localtime(value).date() if isinstance(value, datetime) else value
