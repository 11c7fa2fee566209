"""Turns a questionnaire document (JSON) into a Definition, refusing with every fault and its place."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from surveys.core.text import LANGUAGES
from surveys.instruments.enums import QuestionKind
from surveys.instruments.reader import Reader
from surveys.instruments.shapes import (
    GROUPS,
    MODES,
    WITH_OPTIONS,
    Definition,
    DefinitionError,
    Fault,
    Header,
    Option,
    Question,
    ReasonTag,
)

__all__ = [
    "Definition",
    "DefinitionError",
    "Fault",
    "Header",
    "Option",
    "Question",
    "ReasonTag",
    "parse",
]

DOCUMENT_KEYS = (
    "instrument", "code", "names", "languages", "questions", "tags", "header", "source", "date", "status",
    "warnings", "scoring",
)  # fmt: skip
QUESTION_KEYS = tuple(field.name for field in fields(Question))
STATUSES = ("read", "unverified", "own")
"""Where a preset comes from: seen in a source, from general knowledge, or our own proposal."""
MAX_QUESTIONS = 500
MAX_OPTIONS = 500


def parse(document: object) -> Definition:
    """The Definition of a document; DefinitionError names every fault with its place."""
    if not isinstance(document, Mapping):
        raise DefinitionError([Fault("document", _("The document must be an object."))])
    reader = Reader(_languages(document))
    reader.known(document, DOCUMENT_KEYS, "document")
    if document.get("instrument") != 1:
        reader.fault("instrument", _("Only format 1 is known."))
    status = document.get("status", "own")
    if status not in STATUSES:
        reader.fault("status", _("Write one of: %(values)s.") % {"values": ", ".join(STATUSES)})
    definition = Definition(
        code=_document_code(document, reader),
        names=reader.texts(document.get("names"), "names", required=True),
        languages=tuple(reader.languages),
        questions=_questions(document, reader),
        tags=_tags(document, reader),
        header=_header(document, reader),
        source=str(document.get("source", "")),
        dated=str(document.get("date", "")),
        status=str(status),
        warnings=reader.texts(document.get("warnings"), "warnings", required=False),
        scoring=dict(document.get("scoring") or {}),
    )
    if reader.faults:
        raise DefinitionError(reader.faults)
    return definition


def _languages(document: Mapping[str, Any]) -> tuple[str, ...]:
    value = document.get("languages", list(LANGUAGES))
    if not isinstance(value, list) or not value or any(code not in LANGUAGES for code in value):
        raise DefinitionError(
            [Fault("languages", _("Write some of: %(values)s.") % {"values": ", ".join(LANGUAGES)})]
        )
    return tuple(value)


def _document_code(document: Mapping[str, Any], reader: Reader) -> str:
    code = document.get("code")
    if not isinstance(code, str) or not code or len(code) > 40:
        reader.fault("code", _("Write a code of up to 40 characters."))
        return ""
    return code


def _mappings(value: object, place: str, reader: Reader, limit: int) -> list[tuple[str, Mapping[str, Any]]]:
    """The objects of a list with their places."""
    if value is None:
        return []
    if not isinstance(value, list):
        reader.fault(place, _("Write a list."))
        return []
    if len(value) > limit:
        reader.fault(place, _("More than %(limit)d entries are not taken.") % {"limit": limit})
        return []
    found: list[tuple[str, Mapping[str, Any]]] = []
    for number, item in enumerate(value):
        where = f"{place}[{number}]"
        if isinstance(item, Mapping):
            found.append((where, item))
        else:
            reader.fault(where, _("Write an object."))
    return found


def _questions(document: Mapping[str, Any], reader: Reader) -> tuple[Question, ...]:
    seen: set[str] = set()
    items = _mappings(document.get("questions"), "questions", reader, MAX_QUESTIONS)
    if not items:
        reader.fault("questions", _("A questionnaire needs at least one question."))
    return tuple(_question(item, place, reader, seen) for place, item in items)


def _question(item: Mapping[str, Any], place: str, reader: Reader, seen: set[str]) -> Question:
    reader.known(item, QUESTION_KEYS, place)
    kind = item.get("kind")
    if kind not in QuestionKind.values:
        reader.fault(f"{place}.kind", _("The kind “%(kind)s” is not known.") % {"kind": kind})
    options = _options(item, "options", place, reader)
    rows = _options(item, "rows", place, reader)
    if kind in WITH_OPTIONS and len(options) < 2:
        reader.fault(f"{place}.options", _("This kind of question needs at least two options."))
    if kind not in WITH_OPTIONS and options:
        reader.fault(f"{place}.options", _("This kind of question has no options."))
    if (kind == QuestionKind.MATRIX) != bool(rows):
        reader.fault(f"{place}.rows", _("A grid has rows, other questions have none."))
    return Question(
        code=reader.code(item, place, seen),
        kind=str(kind),
        texts=reader.texts(item.get("texts"), f"{place}.texts", required=True),
        hints=reader.texts(item.get("hints"), f"{place}.hints", required=False),
        options=options,
        rows=rows,
        scale=str(item.get("scale", "")),
        dimension=str(item.get("dimension", "")),
        required=reader.flag(item, "required", place),
        allows_dont_know=reader.flag(item, "allows_dont_know", place),
        relevant=str(item.get("relevant", "")),
        constraint=str(item.get("constraint", "")),
        constraint_texts=reader.texts(
            item.get("constraint_texts"), f"{place}.constraint_texts", required=False
        ),
        randomised=reader.flag(item, "randomised", place),
        minimum=reader.number(item, "minimum", place),
        maximum=reader.number(item, "maximum", place),
        max_length=reader.whole(item, "max_length", place),
        max_choices=reader.whole(item, "max_choices", place),
        appearance=str(item.get("appearance", "")),
    )


def _options(item: Mapping[str, Any], key: str, place: str, reader: Reader) -> tuple[Option, ...]:
    found: list[Option] = []
    seen: set[str] = set()
    for where, option in _mappings(item.get(key), f"{place}.{key}", reader, MAX_OPTIONS):
        reader.known(option, ("value", "texts", "points", "exclusive"), where)
        value = option.get("value")
        if not isinstance(value, str) or not value or len(value) > 40 or value != value.strip():
            reader.fault(f"{where}.value", _("Write a value of up to 40 characters."))
            value = ""
        elif value in seen:
            reader.fault(f"{where}.value", _("The value “%(value)s” is used twice.") % {"value": value})
        seen.add(value)
        found.append(
            Option(
                value=value,
                texts=reader.texts(option.get("texts"), f"{where}.texts", required=True),
                points=reader.number(option, "points", where),
                exclusive=reader.flag(option, "exclusive", where),
            )
        )
    return tuple(found)


def _tags(document: Mapping[str, Any], reader: Reader) -> tuple[ReasonTag, ...]:
    seen: set[str] = set()
    tags = tuple(
        _tag(item, place, reader, seen)
        for place, item in _mappings(document.get("tags"), "tags", reader, MAX_OPTIONS)
    )
    for number, tag in enumerate(tags):
        if tag.mirrors and tag.mirrors not in seen:
            reader.fault(f"tags[{number}].mirrors", _("There is no tag of that code."))
    return tags


def _tag(item: Mapping[str, Any], place: str, reader: Reader, seen: set[str]) -> ReasonTag:
    reader.known(item, ("code", "group", "levels", "modes", "texts", "dimension", "mirrors"), place)
    levels, modes = item.get("levels"), item.get("modes")
    if not isinstance(levels, list) or not levels or any(level not in (1, 2, 3, 4, 5) for level in levels):
        reader.fault(f"{place}.levels", _("Write levels from 1 to 5."))
        levels = []
    if not isinstance(modes, list) or not modes or any(mode not in MODES for mode in modes):
        reader.fault(f"{place}.modes", _("Write some of: %(values)s.") % {"values": ", ".join(MODES)})
        modes = []
    if item.get("group") not in GROUPS:
        reader.fault(f"{place}.group", _("Write one of: %(values)s.") % {"values": ", ".join(GROUPS)})
    return ReasonTag(
        code=reader.code(item, place, seen),
        group=str(item.get("group")),
        levels=tuple(levels),
        modes=tuple(modes),
        texts=reader.texts(item.get("texts"), f"{place}.texts", required=True),
        dimension=str(item.get("dimension", "")),
        mirrors=str(item.get("mirrors", "")),
    )


def _header(document: Mapping[str, Any], reader: Reader) -> Header | None:
    value = document.get("header")
    if value is None:
        return None
    if not isinstance(value, Mapping):
        reader.fault("header", _("Write an object."))
        return None
    names = ("form_number", "making_body", "approving_body", "approval_number")
    reader.known(value, (*names, "valid_until"), "header")
    until = value.get("valid_until")
    day: date | None = None
    if until is not None:
        try:
            day = date.fromisoformat(str(until))
        except ValueError:
            reader.fault("header.valid_until", _("Write the day as in 2026-12-31."))
    return Header(**{name: str(value.get(name, "")) for name in names}, valid_until=day)
