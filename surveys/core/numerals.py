"""Numbers, dates and spans as readers see them in the page's language."""

import calendar
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.utils.translation import get_language

NBSP = "\u00a0"
MINUS = "\u2212"
DASH = "\u2013"
MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
WEEKDAYS_ZH = {"zh-hans": "周一周二周三周四周五周六周日", "zh-hant": "週一週二週三週四週五週六週日"}

Number = int | float | Decimal


def _language(language: str | None) -> str:
    found = (language or get_language() or "en").lower()
    return found if found in WEEKDAYS_ZH else "en"


def number(value: Number, decimals: int = 0) -> str:
    """1234.5 -> "1,234.5"; a true minus sign; minus zero is zero."""
    text = f"{value:,.{decimals}f}"
    if text.startswith("-"):
        text = text[1:] if not text.strip("-0.,") else MINUS + text[1:]
    return text


def signed(value: Number, decimals: int = 1) -> str:
    """A change, with its sign: "+3.2", "−0.4", "0.0"."""
    text = number(value, decimals)
    return text if text.startswith(MINUS) or not text.strip("0.,") else f"+{text}"


def share(value: Number, decimals: int = 1, language: str | None = None) -> str:
    """A share from 0 to 1 as a percentage: "59.0 %", in Chinese "59.0%"."""
    text = number(float(value) * 100, decimals)
    return f"{text}{NBSP}%" if _language(language) == "en" else f"{text}%"


def places(lower: float | None, upper: float | None) -> str:
    """The places a unit may hold: "8", "6–8"; a dash where none is known."""
    if lower is None or upper is None:
        return DASH
    low, high = int(lower), int(upper)
    return str(low) if low == high else f"{low}{DASH}{high}"


def place(value: float | None) -> str:
    """A place: whole, or half where ties share the average."""
    if value is None:
        return DASH
    return str(int(value)) if float(value).is_integer() else f"{value:.1f}"


def day(value: date, language: str | None = None, *, weekday: bool = False, year: bool = True) -> str:
    """20 November 2026 or 2026年11月20日; with the weekday where somebody has to act by it."""
    chosen = _language(language)
    if chosen == "en":
        text = f"{value.day} {MONTHS[value.month - 1]}" + (f" {value.year}" if year else "")
        return f"{WEEKDAYS[value.weekday()]} {text}" if weekday else text
    text = (f"{value.year}年" if year else "") + f"{value.month}月{value.day}日"
    at = 2 * value.weekday()
    return f"{text}（{WEEKDAYS_ZH[chosen][at : at + 2]}）" if weekday else text


def month(value: date, language: str | None = None) -> str:
    """November 2026 or 2026年11月."""
    return _months(value, value, _language(language))


def span(starts_on: date, ends_on: date, language: str | None = None) -> str:
    """A period in few words: whole months by month, else by day; a calendar year by its number."""
    chosen = _language(language)
    whole = starts_on.day == 1 and ends_on.day == calendar.monthrange(ends_on.year, ends_on.month)[1]
    if starts_on == ends_on:
        return day(starts_on, chosen)
    same_year = starts_on.year == ends_on.year
    if whole and same_year and (starts_on.month, ends_on.month) == (1, 12):
        return str(starts_on.year) if chosen == "en" else f"{starts_on.year}年"
    if whole:
        return _months(starts_on, ends_on, chosen)
    to = DASH if chosen == "en" else "至"
    first = day(starts_on, chosen, year=not same_year or chosen != "en")
    last = day(ends_on, chosen, year=not same_year or chosen == "en")
    return f"{first} {to} {last}" if chosen == "en" else f"{first}{to}{last}"


def _months(starts_on: date, ends_on: date, language: str) -> str:
    same_year = starts_on.year == ends_on.year
    one = same_year and starts_on.month == ends_on.month
    if language == "en":
        first, last = MONTHS[starts_on.month - 1], MONTHS[ends_on.month - 1]
        if one:
            return f"{last} {ends_on.year}"
        begin = first[:3] if same_year else f"{first[:3]} {starts_on.year}"
        return f"{begin}{DASH}{last[:3]} {ends_on.year}"
    begin = f"{starts_on.year}年{starts_on.month}月"
    if one:
        return begin
    return f"{begin}至" + ("" if same_year else f"{ends_on.year}年") + f"{ends_on.month}月"


def listed(names: list[str], language: str | None = None) -> str:
    """Names joined as people do: "A, B and C", "A、B和C"."""
    chosen = _language(language)
    if len(names) < 2:
        return "".join(names)
    comma, last = {"en": (", ", " and "), "zh-hans": ("、", "和"), "zh-hant": ("、", "和")}[chosen]
    return comma.join(names[:-1]) + last + names[-1]


def statements(parts: Iterable[str], language: str | None = None) -> str:
    """Statements one after the other in one sentence: "A; B", "A；B"."""
    return {"en": "; "}.get(_language(language), "；").join(parts)
