"""What is looked at before a questionnaire is put in force, as a list for people, and conditions to pick from."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from surveys.core.text import localized
from surveys.instruments.checks import can_be_followed, is_of_texts, publishing_faults
from surveys.instruments.definition import DefinitionError, read
from surveys.instruments.enums import QuestionKind
from surveys.instruments.pageforms import consent_words
from surveys.instruments.shapes import NUMBERED, Definition, Fault

PLACE = re.compile(r"^(questions|sections)\[(\d+)\]")


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault: the question it is about (empty for the whole), where in it, and the sentence.

    `part` is what it stands in, such as "sections.2", or empty; `section` the code of that section.
    """

    code: str
    place: str
    message: str
    part: str = ""
    section: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the list: what was looked at and what was found."""

    label: str
    findings: tuple[Finding, ...]

    @property
    def is_met(self) -> bool:
        return not self.findings


def checklist(document: Mapping[str, Any]) -> list[Check]:
    """Every check with its findings; the conditions are looked at once the rest can be read."""
    try:
        definition, faults = read(document)
    except DefinitionError as error:
        return [Check(_("The questionnaire can be read"), _findings(document, error.faults))]
    found = [fault for fault in faults if is_of_texts(fault)]
    rest = [fault for fault in faults if not is_of_texts(fault)]
    conditions = publishing_faults(definition) if can_be_followed(rest) else ()
    return [
        Check(_("Every question is complete"), _findings(document, rest)),
        Check(_("Every text is there in every language"), _findings(document, found)),
        Check(
            _("Conditions can be read, and every question can be reached"), _findings(document, conditions)
        ),
    ]


def _findings(document: Mapping[str, Any], faults: Sequence[Fault]) -> tuple[Finding, ...]:
    return tuple(_finding(document, fault) for fault in faults)


def _finding(document: Mapping[str, Any], fault: Fault) -> Finding:
    match = PLACE.match(fault.place)
    if match is None:
        return Finding("", fault.place, fault.message)
    part = document[match[1]][int(match[2])]
    code = str(part.get("code", "")) if match[1] == "questions" else ""
    rest = fault.place[match.end() :].strip(".")
    return Finding(
        code,
        rest or str(part.get("code", "")),
        fault.message,
        f"{match[1]}.{match[2]}",
        "" if code else str(part.get("code", "")),
    )


def simple_conditions(definition: Definition, before: str = "") -> list[tuple[str, list[tuple[str, str]]]]:
    """Conditions about the questions before one (or all), to be picked from a list: question -> conditions."""
    found = []
    for question in definition.questions:
        if question.code == before:
            break
        conditions = list(_of(question))
        if conditions:
            found.append((localized(question.texts)[:80] or question.code, conditions))
    return found


def _of(question: Any) -> Iterator[tuple[str, str]]:
    code = question.code
    is_many = question.kind in {QuestionKind.MULTIPLE, QuestionKind.RANKING}
    if question.kind in {QuestionKind.INFORMATION, QuestionKind.MATRIX} or not code:
        return
    for value, words in _values(question):
        condition = f"selected({code}, '{value}')" if is_many else f"{code} = '{value}'"
        if "'" not in value:
            yield condition, _("chosen: %(option)s") % {"option": words}
    if question.kind == QuestionKind.RATING and all(value.isdigit() for value in question.values):
        for option in question.options[1:-1]:
            named = {"option": localized(option.texts)}
            yield f"{code} <= {option.value}", _("%(option)s or lower") % named
            yield f"{code} >= {option.value}", _("%(option)s or higher") % named
    yield f"{code} != ''", _("answered")


def _values(question: Any) -> Iterator[tuple[str, str]]:
    if question.kind == QuestionKind.CONSENT:
        yield from list(consent_words().items())[: 1 if question.required else None]
    elif question.kind in NUMBERED:
        yield from ((number, number) for number in question.answer_options)
    else:
        yield from ((option.value, localized(option.texts)) for option in question.options)
