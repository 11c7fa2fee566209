"""Checks what was sent for a page or a whole response, and says in the respondent's language what to mend."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import override

from surveys.core.cleaning import clean_text
from surveys.core.text import localized
from surveys.instruments.answerkinds import CLEANERS, AnswerRefusedError
from surveys.instruments.enums import QuestionKind
from surveys.instruments.expressions.evaluation import holds, typed
from surveys.instruments.expressions.grammar import parse_condition
from surveys.instruments.flow import Answers, asking, is_empty, shown
from surveys.instruments.shapes import DONT_KNOW, Definition, Question

FIELD = "q-"


@dataclass(frozen=True, slots=True)
class AnswerFault:
    """What is to be mended: the question, the id of its field on the page, and the sentence."""

    code: str
    field: str
    message: str


@dataclass(frozen=True, slots=True)
class Cleaned:
    """The answers that can be kept, and what is wrong with the others."""

    answers: dict[str, Any]
    faults: tuple[AnswerFault, ...] = ()


@dataclass
class _Gathering:
    """What one run over questions has found so far."""

    answers: dict[str, Any]
    language: str
    today: date
    faults: list[AnswerFault] = field(default_factory=list)

    def fault(self, question: Question, message: str, part: str = "") -> None:
        place = f"{FIELD}{question.code}"
        if part:
            place = f"{place}-{part}"
        self.faults.append(AnswerFault(question.code, place, message))


def field_name(question: Question, part: str | int = "") -> str:
    """The name of a question's input; grids and rankings have one for each row or place."""
    return f"{FIELD}{question.code}-{part}" if part != "" else f"{FIELD}{question.code}"


def sent(question: Question, data: QueryDict) -> object:
    """What a page sent for a question, unchecked, in the shape in which answers are stored."""
    if question.kind == QuestionKind.MULTIPLE:
        return data.getlist(field_name(question))
    if question.kind == QuestionKind.MATRIX:
        given = {row.value: data.get(field_name(question, row.value), "") for row in question.rows}
        return {row: value for row, value in given.items() if value}
    if question.kind == QuestionKind.RANKING:
        return [data.get(field_name(question, place + 1), "") for place in range(question.n_places)]
    return data.get(field_name(question), "")


def clean(
    definition: Definition,
    data: QueryDict,
    page: int,
    language: str,
    *,
    answers: Answers,
    today: date,
    only: str = "",
) -> Cleaned:
    """The answers so far with those of a posted page; answers that cannot be kept are left out and named.

    `answers` are the earlier ones. Only questions that are to be asked are looked at, and of them only the one
    of the code `only` where it is given.
    """
    found = _Gathering(dict(answers), language, today)
    with override(language):
        for question in shown(definition, answers, page, only):
            _keep(definition, question, sent(question, data), found)
    return Cleaned(found.answers, tuple(found.faults))


def is_blank(question: Question, data: QueryDict) -> bool:
    """Whether a page sent nothing for a question."""
    found = sent(question, data)
    return is_empty(found) or (isinstance(found, list) and not any(found))


def clean_answers(
    definition: Definition, given: Mapping[str, object], language: str, *, today: date
) -> Cleaned:
    """A whole response at once, in the shape in which answers are stored (imports, interviewers, paper).

    Unknown codes and answers that are needed and missing are faults; what branching hides is left out.
    """
    found = _Gathering({}, language, today)
    with override(language):
        for question in asking(definition, found.answers):
            _keep(definition, question, given.get(question.code), found)
        for code in sorted(set(given) - {question.code for question in definition.questions}):
            message = _("There is no question “%(code)s” in this form.") % {"code": clean_text(code)[:40]}
            found.faults.append(AnswerFault(code, f"{FIELD}{code}", message))
    return Cleaned(found.answers, tuple(found.faults))


def _keep(definition: Definition, question: Question, given: object, found: _Gathering) -> None:
    """Put an answer among the others, or say why not."""
    found.answers.pop(question.code, None)
    if question.kind == QuestionKind.INFORMATION:
        return
    try:
        value = CLEANERS[QuestionKind(question.kind)](question, given)
        _demand_complete(question, value)
        if not is_empty(value):
            _demand_constraint(definition, question, value, found)
            found.answers[question.code] = value
    except AnswerRefusedError as error:
        found.fault(question, str(error), error.part)


def _demand_complete(question: Question, value: object) -> None:
    if not question.required:
        return
    if isinstance(value, dict):
        open_rows = [row for row in question.rows if row.value not in value]
        if open_rows:
            raise AnswerRefusedError(
                _("Choose an answer in the row “%(row)s”") % {"row": open_rows[0]}, open_rows[0].value
            )
    if is_empty(value):
        words = {
            QuestionKind.NUMBER: _("Write a number"),
            QuestionKind.DATE: _("Write a day"),
            QuestionKind.SHORT_TEXT: _("Write an answer"),
            QuestionKind.LONG_TEXT: _("Write an answer"),
            QuestionKind.CONSENT: _("Choose whether you agree"),
        }
        raise AnswerRefusedError(words.get(QuestionKind(question.kind), _("Choose an answer")))


def _demand_constraint(definition: Definition, question: Question, value: object, found: _Gathering) -> None:
    if not question.constraint.strip() or value == DONT_KNOW:
        return
    kinds = {other.code: other for other in definition.questions}
    met = holds(
        parse_condition(question.constraint),
        lambda code: typed(kinds[code], found.answers.get(code)),
        own=typed(question, value),
        today=found.today,
    )
    if not met:
        words = localized(question.constraint_texts, found.language)
        raise AnswerRefusedError(words or _("This answer does not fit; please look at it again"))
