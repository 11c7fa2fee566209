"""Reads the entries of a questionnaire document and gathers faults with their places."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from surveys.core.cleaning import clean_text
from surveys.core.text import OWN_NAMES
from surveys.instruments.shapes import Fault

CODE = re.compile(r"^[a-z][a-z0-9_]{0,39}$")
DOCUMENT_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}")
"""A code that is an address as well."""


class Reader:
    """Walks a document and gathers faults with their places instead of stopping at the first."""

    def __init__(self, languages: Sequence[str]) -> None:
        self.languages = languages
        self.faults: list[Fault] = []

    def fault(self, place: str, message: str) -> None:
        self.faults.append(Fault(place, message))

    def mappings(self, value: object, place: str, limit: int) -> list[tuple[str, Mapping[str, Any]]]:
        """The objects of a list with their places."""
        if value is None:
            return []
        if not isinstance(value, list):
            self.fault(place, _("Write a list."))
            return []
        if len(value) > limit:
            self.fault(place, _("More than %(limit)d entries are not taken.") % {"limit": limit})
            return []
        found: list[tuple[str, Mapping[str, Any]]] = []
        for number, item in enumerate(value):
            where = f"{place}[{number}]"
            if isinstance(item, Mapping):
                found.append((where, item))
            else:
                self.fault(where, _("Write an object."))
        return found

    def mapping(self, value: object, place: str) -> dict[str, Any]:
        """One object, or nothing where it is left out."""
        if not value:
            return {}
        if not isinstance(value, Mapping):
            self.fault(place, _("Write an object."))
            return {}
        return dict(value)

    def texts(self, value: object, place: str, *, required: bool) -> dict[str, str]:
        """A text in every language of the document, or nothing where it may be left out."""
        if not isinstance(value, Mapping) or not all(isinstance(text, str) for text in value.values()):
            if value is None and not required:
                return {}
            self.fault(place, _("Write the text as one entry per language."))
            return {}
        found = {str(key): cleaned for key, text in value.items() if (cleaned := clean_text(text))}
        if not found and not required:
            return {}
        for language in self.languages:
            if language not in found:
                named = {"language": OWN_NAMES[language]}
                self.fault(f"{place}.{language}", _("The text in %(language)s is missing.") % named)
        for language in sorted(set(found) - set(self.languages)):
            self.fault(f"{place}.{language}", _("This language is not among the languages of the document."))
        return found

    def flag(self, item: Mapping[str, Any], key: str, place: str) -> bool:
        value = item.get(key, False)
        if not isinstance(value, bool):
            self.fault(f"{place}.{key}", _("Write true or false."))
            return False
        return value

    def number(self, item: Mapping[str, Any], key: str, place: str) -> Decimal | None:
        value = item.get(key)
        if value is None:
            return None
        try:
            number = Decimal(str(value))
        except InvalidOperation:
            number = Decimal("NaN")
        if isinstance(value, bool) or not number.is_finite():
            self.fault(f"{place}.{key}", _("Write a number."))
            return None
        return number

    def whole(self, item: Mapping[str, Any], key: str, place: str) -> int | None:
        number = self.number(item, key, place)
        if number is None:
            return None
        if number != number.to_integral_value() or number < 1:
            self.fault(f"{place}.{key}", _("Write a whole number from 1."))
            return None
        return int(number)

    def known(self, item: Mapping[str, Any], allowed: Sequence[str], place: str) -> None:
        """An unknown key is a fault: a misspelt one would otherwise be dropped in silence."""
        for key in item:
            if key not in allowed:
                self.fault(f"{place}.{key}", _("This entry is not known here."))

    def code(self, item: Mapping[str, Any], place: str, seen: set[str]) -> str:
        value = item.get("code")
        if not isinstance(value, str) or not CODE.match(value):
            self.fault(
                f"{place}.code", _("Start with a small letter; use small letters, digits and _, up to 40.")
            )
            return ""
        if value in seen:
            self.fault(f"{place}.code", _("The code “%(code)s” is used twice.") % {"code": value})
        seen.add(value)
        return value
