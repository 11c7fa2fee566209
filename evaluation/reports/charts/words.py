"""Numbers, places and lists of names in the words of a language."""

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext, ngettext


def fixed(value: float, decimals: int = 0) -> str:
    """Half up, with a thousands comma and a true minus sign."""
    step = Decimal(1).scaleb(-decimals)
    rounded = Decimal(repr(float(value))).quantize(step, rounding=ROUND_HALF_UP)
    return f"{rounded + 0:,.{decimals}f}".replace("-", "−")


def count(value: float) -> str:
    return fixed(value)


def percent(share: float, decimals: int = 0) -> str:
    """A share between 0 and 1 in per cent."""
    return fixed(share * 100, decimals) + "%"


def signed(value: float, decimals: int = 1) -> str:
    text = fixed(value, decimals)
    return text if text.startswith("−") or not any(digit in "123456789" for digit in text) else f"+{text}"


def place(rank: float, language: str) -> str:
    """The place inside a sentence: 8th in English; a bare number where the sentence itself says "place"."""
    if rank != int(rank):
        return fixed(rank, 1)
    number = int(rank)
    if language != "en":
        return str(number)
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def span(low: float, high: float) -> str:
    """From low to high; one number where they are the same."""
    first, last = count(low), count(high)
    if first == last:
        return first
    return gettext("%(first)s–%(last)s") % {"first": first, "last": last}


def names(items: Sequence[str]) -> str:
    """Up to three names as a list; more are counted."""
    if len(items) == 1:
        return items[0]
    if len(items) == 2:
        return gettext("%(a)s and %(b)s") % {"a": items[0], "b": items[1]}
    if len(items) == 3:
        return gettext("%(a)s, %(b)s and %(c)s") % {"a": items[0], "b": items[1], "c": items[2]}
    return ngettext("%(n)s unit", "%(n)s units", len(items)) % {"n": len(items)}


def sentences(*parts: str, language: str) -> str:
    """Whole sentences one after the other, with a space where the language writes one."""
    return ("" if language.startswith("zh") else " ").join(part for part in parts if part)


def listed(*parts: str, language: str) -> str:
    """Statements one after the other, parted as the language parts them."""
    return ("；" if language.startswith("zh") else "; ").join(part for part in parts if part)


def commas(parts: Iterable[str], *, language: str) -> str:
    return ("，" if language.startswith("zh") else ", ").join(parts)
