"""Turns a questionnaire document (JSON) into a Definition, refusing with every fault and its place."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from surveys.core.text import LANGUAGES
from surveys.instruments.questions import MAX_OPTIONS, read_questions
from surveys.instruments.reader import DOCUMENT_CODE, Reader
from surveys.instruments.shapes import (
    GROUPS,
    MODES,
    Definition,
    DefinitionError,
    Fault,
    Header,
    Option,
    Question,
    ReasonTag,
    Section,
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
    "warnings", "scoring", "sections",
)  # fmt: skip
STATUSES = ("read", "unverified", "own")
"""Where a preset comes from: seen in a source, from general knowledge, or our own proposal."""
MAX_SECTIONS = 100


def parse(document: object) -> Definition:
    """The Definition of a document; DefinitionError names every fault with its place."""
    definition, faults = read(document)
    if faults:
        raise DefinitionError(faults)
    return definition


def read(document: object) -> tuple[Definition, tuple[Fault, ...]]:
    """What can be read of a document, finished or not, and what is still wrong with it.

    DefinitionError where nothing can be read at all.
    """
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
        questions=read_questions(document, reader),
        tags=_tags(document, reader),
        header=_header(document, reader),
        source=str(document.get("source", "")),
        dated=str(document.get("date", "")),
        status=str(status),
        warnings=reader.texts(document.get("warnings"), "warnings", required=False),
        scoring=reader.mapping(document.get("scoring"), "scoring"),
        sections=_sections(document, reader),
    )
    _sections_fit(definition, reader)
    return definition, tuple(reader.faults)


def _languages(document: Mapping[str, Any]) -> tuple[str, ...]:
    value = document.get("languages", list(LANGUAGES))
    if not isinstance(value, list) or not value or any(code not in LANGUAGES for code in value):
        raise DefinitionError(
            [Fault("languages", _("Write some of: %(values)s.") % {"values": ", ".join(LANGUAGES)})]
        )
    return tuple(value)


def _document_code(document: Mapping[str, Any], reader: Reader) -> str:
    code = document.get("code")
    if not isinstance(code, str) or DOCUMENT_CODE.fullmatch(code) is None:
        reader.fault(
            "code", _("Start with a letter or digit; use letters of English, digits, _, . and -, up to 40.")
        )
        return ""
    return code


def _sections(document: Mapping[str, Any], reader: Reader) -> tuple[Section, ...]:
    seen: set[str] = set()
    return tuple(
        _section(item, place, reader, seen)
        for place, item in reader.mappings(document.get("sections"), "sections", MAX_SECTIONS)
    )


def _section(item: Mapping[str, Any], place: str, reader: Reader, seen: set[str]) -> Section:
    reader.known(item, ("code", "texts", "hints", "relevant"), place)
    return Section(
        code=reader.code(item, place, seen),
        texts=reader.texts(item.get("texts"), f"{place}.texts", required=False),
        hints=reader.texts(item.get("hints"), f"{place}.hints", required=False),
        relevant=str(item.get("relevant", "")),
    )


def _sections_fit(definition: Definition, reader: Reader) -> None:
    """Each section's questions stand together, in the order of the sections."""
    order = {section.code: number for number, section in enumerate(definition.sections)}
    reached = -1
    for number, question in enumerate(definition.questions):
        if not definition.sections and not question.section:
            continue
        place = f"questions[{number}].section"
        if question.section not in order:
            reader.fault(place, _("Name one of the sections of this questionnaire."))
        elif order[question.section] < reached:
            reader.fault(place, _("The questions of a section stand together, in the order of the sections."))
        else:
            reached = order[question.section]


def _tags(document: Mapping[str, Any], reader: Reader) -> tuple[ReasonTag, ...]:
    seen: set[str] = set()
    tags = tuple(
        _tag(item, place, reader, seen)
        for place, item in reader.mappings(document.get("tags"), "tags", MAX_OPTIONS)
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
