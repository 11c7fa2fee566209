"""A questionnaire as the columns of a data file: one variable for each number, text or tick that is stored."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from django.utils.translation import gettext as _
from django.utils.translation import override

from surveys.core.text import localized
from surveys.instruments.answerkinds import MAX_TEXT
from surveys.instruments.enums import QuestionKind
from surveys.instruments.flow import conditions
from surveys.instruments.interchange.names import Names
from surveys.instruments.pageforms import consent_words, dont_know_word
from surveys.instruments.shapes import DONT_KNOW, NUMBERED, Definition, Question


class Measure(Enum):
    """What a column holds."""

    CODED = "coded"
    TICK = "tick"
    NUMBER = "number"
    DAY = "date"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Variable:
    """One column: `codes` are value -> words; `part` is the option, row or place it stands for."""

    name: str
    question: Question
    label: str
    measure: Measure
    codes: Mapping[str, str]
    part: str = ""
    condition: str = ""
    width: int = 0

    @property
    def is_numeric(self) -> bool:
        """Whether every code is a number, so that statistics programs can keep it as one."""
        return bool(self.codes) and all(code.lstrip("-").isdigit() for code in self.codes)


def variables(definition: Definition, language: str) -> list[Variable]:
    """Every column of a data file in the order of the questionnaire, labelled in one language."""
    names = Names()
    for question in definition.questions:
        names.free(question.code)
    with override(language):
        return [
            variable
            for question in definition.questions
            for variable in _of(question, language, " and ".join(conditions(definition, question)), names)
        ]


def _of(question: Question, language: str, condition: str, names: Names) -> Iterator[Variable]:
    text = localized(question.texts, language)
    codes = codes_of(question, language)
    shared = {"question": question, "condition": condition}
    if question.kind == QuestionKind.MULTIPLE:
        for option, words in codes.items():
            label = f"{text}: {words}"
            name = names.take(f"{question.code}_{option}")
            yield Variable(name, label=label, measure=Measure.TICK, codes=_ticks(), part=option, **shared)  # type: ignore[arg-type]
    elif question.kind == QuestionKind.MATRIX:
        for row in question.rows:
            label = f"{text}: {localized(row.texts, language)}"
            name = names.take(f"{question.code}_{row.value}")
            yield Variable(name, label=label, measure=Measure.CODED, codes=codes, part=row.value, **shared)  # type: ignore[arg-type]
    elif question.kind == QuestionKind.RANKING:
        for place in range(1, question.n_places + 1):
            label = f"{text}: {_('Place %(n)d') % {'n': place}}"
            name = names.take(f"{question.code}_{place}")
            yield Variable(name, label=label, measure=Measure.CODED, codes=codes, part=str(place), **shared)  # type: ignore[arg-type]
    elif question.kind != QuestionKind.INFORMATION:
        yield Variable(
            question.code,
            question,
            text,
            measure_of(question),
            codes,
            condition=condition,
            width=_width(question),
        )


def measure_of(question: Question) -> Measure:
    """What the column of a question with one answer holds."""
    if question.kind == QuestionKind.NUMBER:
        return Measure.NUMBER
    if question.kind == QuestionKind.DATE:
        return Measure.DAY
    return Measure.CODED if question.answer_options else Measure.TEXT


def _width(question: Question) -> int:
    return question.max_length or MAX_TEXT.get(QuestionKind(question.kind), 0)


def _ticks() -> dict[str, str]:
    return {"0": _("not chosen"), "1": _("chosen")}


def codes_of(question: Question, language: str) -> dict[str, str]:
    """The values a question may have and their words, low to high, "don't know" last."""
    if question.kind == QuestionKind.CONSENT:
        found = consent_words()
    elif question.kind in NUMBERED:
        found = {number: number for number in question.answer_options}
    else:
        found = {option.value: localized(option.texts, language) for option in question.options}
    if question.allows_dont_know and found:
        found[DONT_KNOW] = dont_know_word()
    return found
