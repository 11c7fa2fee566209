"""What a respondent answered, in words: for their own look, and for the office's."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from surveys.core.numerals import listed
from surveys.core.text import localized
from surveys.instruments.enums import QuestionKind
from surveys.instruments.shapes import DONT_KNOW, Definition, Option, Question


@dataclass(frozen=True)
class Answered:
    """One question and the answer kept."""

    question: str
    answer: str


def answered(definition: Definition, answers: Mapping[str, Any]) -> list[Answered]:
    """Every kept answer in the order of the questionnaire."""
    return [
        Answered(localized(question.texts), in_words(question, answers[question.code]))
        for question in definition.questions
        if question.code in answers
    ]


def in_words(question: Question, value: Any) -> str:
    """One answer as a person reads it."""
    if isinstance(value, Mapping):
        rows = {row.value: localized(row.texts) for row in question.rows}
        return "; ".join(
            f"{rows.get(row, row)}: {_word(question.options, chosen)}" for row, chosen in value.items()
        )
    if isinstance(value, list):
        return listed([_word(question.options, part) for part in value])
    if question.kind == QuestionKind.CONSENT:
        return _("Yes") if value == "yes" else _("No")
    return _word(question.options, str(value))


def _word(options: tuple[Option, ...], value: str) -> str:
    if value == DONT_KNOW:
        return _("Don't know")
    return next((localized(option.texts) for option in options if option.value == value), value)
