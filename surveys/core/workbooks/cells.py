"""Turns one cell into a clean value, or says in one sentence why it cannot."""

import datetime as dt
import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, NoReturn

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys.core.workbooks.columns import Column, folded

NUMBER = re.compile(r"[+-]?\d{1,30}(\.\d{1,30})?", re.ASCII)
STARTS_WITH_NUMBER = re.compile(r"\s*([+-]?\d+(?:\.\d+)?)(?![\d.,_eE])", re.ASCII)
DAY = re.compile(r"(\d{4})(?:-|/|\.|年)(\d{1,2})(?:-|/|\.|月)(\d{1,2})日?", re.ASCII)
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
SHEET_ERRORS = {"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#SPILL!", "#CALC!"}
YES = {"yes", "y", "true", "1", "是", "对", "對", "有"}
NO = {"no", "n", "false", "0", "否", "不", "无", "無"}
EXACT_DIGITS = 10**15
SHOWN = 60

LETTER_DIGITS = gettext_lazy("Write the number with the digits 0 to 9, for example 12 or 12.5.")


class CellProblemError(Exception):
    """One cell cannot be taken."""

    def __init__(self, code: str, message: str, fix: str) -> None:
        self.code, self.message, self.fix = code, message, fix
        super().__init__(message)


Convert = Callable[[Any], Any]


def shown(value: object) -> str:
    """A cell's content as quoted in a message: short, and without control characters."""
    text = CONTROL.sub("?", str(value))
    return text if len(text) <= SHOWN else text[:SHOWN] + "…"


def _refuse(code: str, message: str, fix: str) -> NoReturn:
    raise CellProblemError(code, message, fix)


def to_text(value: object) -> str:
    """Text as written; a number only where no digit can have been lost."""
    if isinstance(value, str):
        text = value.strip()
        if text in SHEET_ERRORS:
            _refuse(
                "cell_error",
                _("The cell shows the error %(found)s.") % {"found": text},
                _("Write the value."),
            )
        if CONTROL.search(text):
            _refuse(
                "control_character",
                _("“%(found)s” holds an invisible control character.") % {"found": shown(text)},
                _("Type the text again."),
            )
        return unicodedata.normalize("NFC", text)
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        if abs(value) >= EXACT_DIGITS:
            _refuse(
                "digits_lost",
                _("The code was stored as a number and has lost digits."),
                _("Format the column as text and paste the code again."),
            )
        return str(int(value)) if value == int(value) else repr(value)
    _refuse(
        "turned_into_date",
        _("The spreadsheet turned this text into a date: %(found)s.") % {"found": shown(value)},
        _("Format the column as text and write it again."),
    )


def to_decimal(value: object) -> Decimal:
    """A plain decimal number; full-width digits count as digits, other scripts and exponents do not."""
    if isinstance(value, bool):
        _refuse("not_a_number", _("“%(found)s” is not a number.") % {"found": value}, str(LETTER_DIGITS))
    if isinstance(value, int | float):
        number = Decimal(repr(value))
        if not number.is_finite():
            _refuse("not_a_number", _("“%(found)s” is not a number.") % {"found": value}, str(LETTER_DIGITS))
        return number
    if not isinstance(value, str):
        _refuse(
            "not_a_number",
            _("%(found)s is a date, not a number.") % {"found": shown(value)},
            _("Format the cell as a number and write it again."),
        )
    text = value.strip().translate(FULL_WIDTH)
    if NUMBER.fullmatch(text):
        return Decimal(text)
    start = STARTS_WITH_NUMBER.match(text)
    fix = _("Write only %(number)s.") % {"number": start[1]} if start else str(LETTER_DIGITS)
    _refuse("not_a_number", _("“%(found)s” is not a number.") % {"found": shown(value)}, fix)


def to_integer(value: object) -> int:
    number = to_decimal(value)
    if number != number.to_integral_value():
        _refuse(
            "not_a_whole_number",
            _("%(found)s is not a whole number.") % {"found": shown(value)},
            _("Write a whole number, for example %(number)s.") % {"number": int(number)},
        )
    return int(number)


def _day(value: object) -> dt.date | None:
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    if isinstance(value, str) and (match := DAY.fullmatch(value.strip().translate(FULL_WIDTH))):
        year, month, day = (int(part) for part in match.groups())
        if not 1 <= month <= 12:
            _refuse(
                "no_such_date",
                _("There is no month %(month)s.") % {"month": month},
                _("Write the date as year-month-day, for example 2026-02-13."),
            )
        try:
            return dt.date(year, month, day)
        except ValueError:
            _refuse(
                "no_such_date",
                _("There is no day %(found)s.") % {"found": shown(value)},
                _("Write the date as year-month-day, for example 2026-02-13."),
            )
    return None


def to_date(value: object) -> dt.date:
    day = _day(value)
    if day is None:
        _refuse(
            "not_a_date",
            _("“%(found)s” is not a date.") % {"found": shown(value)},
            _("Write the date as year-month-day, for example 2026-02-13."),
        )
    if isinstance(value, dt.datetime) and value.time() != dt.time():
        _refuse(
            "date_with_time",
            _("%(found)s has a time of day; only a date belongs here.") % {"found": shown(value)},
            _("Write %(day)s.") % {"day": day.isoformat()},
        )
    if not 1900 <= day.year <= 2199:
        _refuse(
            "no_such_date",
            _("The year %(year)s is not plausible.") % {"year": day.year},
            _("Write a year from 1900 to 2199."),
        )
    return day


def to_datetime(value: object) -> dt.datetime:
    """A moment; without an offset it is in the system's time zone."""
    moment: dt.datetime | None = None
    if isinstance(value, dt.datetime):
        moment = value
    elif isinstance(value, str):
        text = value.strip().translate(FULL_WIDTH).replace("/", "-")
        try:
            moment = dt.datetime.fromisoformat(text) if text.isascii() else None
        except ValueError:
            moment = None
    if moment is None and (day := _day(value)):
        moment = dt.datetime.combine(day, dt.time())
    if moment is None or not 1900 <= moment.year <= 2199:
        _refuse(
            "not_a_time",
            _("“%(found)s” is not a date with a time.") % {"found": shown(value)},
            _("Write it as year-month-day hour:minute, for example 2026-02-13 14:05."),
        )
    return moment if moment.tzinfo else timezone.make_aware(moment)


def to_yesno(value: object) -> bool:
    word = folded(int(value) if isinstance(value, bool | float) and value in {0, 1} else value)
    if word in YES:
        return True
    if word in NO:
        return False
    _refuse(
        "not_yes_or_no",
        _("“%(found)s” is neither yes nor no.") % {"found": shown(value)},
        _("Write yes or no."),
    )


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def to_json(value: object) -> Any:
    try:
        return json.loads(to_text(value), parse_constant=_no_constant)
    except (ValueError, RecursionError):
        _refuse(
            "not_json",
            _("“%(found)s” is not valid JSON.") % {"found": shown(value)},
            _('Write a JSON value, for example {"a": 1}.'),
        )


def _choice(column: Column) -> Convert:
    codes: dict[str, Any] = {}
    for choice in column.choices:
        code, name = choice if isinstance(choice, tuple) else (choice, choice)
        names = name.values() if isinstance(name, Mapping) else [name]
        for known in (code, *names):
            codes.setdefault(folded(known), code)
    listed = ", ".join(str(c[0] if isinstance(c, tuple) else c) for c in column.choices)

    def convert(value: object) -> Any:
        word = folded(to_text(value))
        if word not in codes:
            _refuse(
                "not_a_choice",
                _("“%(found)s” is not one of the choices.") % {"found": shown(value)},
                _("Write one of: %(choices)s.") % {"choices": listed},
            )
        return codes[word]

    return convert


PLAIN: dict[str, Convert] = {
    "text": to_text,
    "integer": to_integer,
    "decimal": to_decimal,
    "date": to_date,
    "datetime": to_datetime,
    "yesno": to_yesno,
    "json": to_json,
}


def converter(column: Column) -> Convert:
    """The function from a filled cell to the column's value; raises CellProblemError."""
    plain = _choice(column) if column.kind == "choice" else PLAIN[column.kind]
    low, high, longest = column.minimum, column.maximum, column.max_length

    def convert(value: object) -> Any:
        clean = plain(value)
        if longest is not None and isinstance(clean, str) and len(clean) > longest:
            _refuse(
                "too_long",
                _("The text has %(n)s characters; at most %(most)s fit.")
                % {"n": len(clean), "most": longest},
                _("Shorten it to %(most)s characters.") % {"most": longest},
            )
        if low is not None and clean < low:
            _refuse(
                "too_small",
                _("%(found)s is below %(least)s.") % {"found": shown(value), "least": low},
                _("Write %(least)s or more.") % {"least": low},
            )
        if high is not None and clean > high:
            _refuse(
                "too_large",
                _("%(found)s is above %(most)s.") % {"found": shown(value), "most": high},
                _("Write %(most)s or less.") % {"most": high},
            )
        return clean

    return convert
