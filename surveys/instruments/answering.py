"""Checks what was sent for a page or a whole response, and says in the respondent's language what to mend."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from surveys.core.cleaning import clean_text
from surveys.core.text import localized
from surveys.instruments.enums import QuestionKind
from surveys.instruments.expressions.evaluation import as_day, as_number, holds, typed
from surveys.instruments.expressions.grammar import parse_condition
from surveys.instruments.flow import Answers, asking, is_empty, shown
from surveys.instruments.shapes import DONT_KNOW, Definition, Question

FIELD = "q-"
MAX_TEXT = {QuestionKind.SHORT_TEXT: 400, QuestionKind.LONG_TEXT: 2000}
MAX_DIGITS = 25
FULL_WIDTH = str.maketrans("０１２３４５６７８９．－，", "0123456789.-,")


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


class AnswerRefusedError(ValueError):
    """One answer that cannot be kept; carries the sentence and, for grids and rankings, the part."""

    def __init__(self, message: str, part: str = "") -> None:
        self.part = part
        super().__init__(message)


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
    definition: Definition, data: QueryDict, page: int, language: str, *, answers: Answers, today: date
) -> Cleaned:
    """The answers so far with those of a posted page; answers that cannot be kept are left out and named.

    `answers` are the earlier ones. Only questions that are to be asked are looked at.
    """
    found = _Gathering(dict(answers), language, today)
    with override(language):
        for question in shown(definition, answers, page):
            _keep(definition, question, sent(question, data), found)
    return Cleaned(found.answers, tuple(found.faults))


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


def _choice(question: Question, given: object) -> str:
    text = "" if given is None else str(given)
    if not text or text in question.answer_options or (question.allows_dont_know and text == DONT_KNOW):
        return text
    raise AnswerRefusedError(_("This answer is not among the choices"))


def _choices(question: Question, given: object) -> list[str]:
    chosen = {_choice(question, value) for value in _listed(given)} - {""}
    alone = [option for option in question.options if option.exclusive and option.value in chosen]
    if alone and len(chosen) > 1:
        raise AnswerRefusedError(
            _("“%(option)s” cannot be chosen together with others") % {"option": alone[0]}
        )
    if DONT_KNOW in chosen and len(chosen) > 1:
        raise AnswerRefusedError(_("“Don't know” cannot be chosen together with others"))
    if question.max_choices and len(chosen) > question.max_choices:
        raise AnswerRefusedError(_at_most(question.max_choices))
    if question.min_choices and chosen and not alone and len(chosen) < question.min_choices:
        raise AnswerRefusedError(_at_least(question.min_choices))
    return [value for value in (*question.values, DONT_KNOW) if value in chosen]


def _at_most(n: int) -> str:
    return ngettext("Choose at most %(n)d answer", "Choose at most %(n)d answers", n) % {"n": n}


def _at_least(n: int) -> str:
    return ngettext("Choose at least %(n)d answer", "Choose at least %(n)d answers", n) % {"n": n}


def _listed(given: object) -> Sequence[object]:
    if isinstance(given, list | tuple):
        return given
    return () if given is None else (given,)


def _grid(question: Question, given: object) -> dict[str, str]:
    if given is None or given == "":
        return {}
    if not isinstance(given, Mapping):
        raise AnswerRefusedError(_("This answer is not among the choices"))
    known = {row.value for row in question.rows}
    if set(map(str, given)) - known:
        raise AnswerRefusedError(_("This answer is not among the choices"))
    found: dict[str, str] = {}
    for row in question.rows:
        try:
            value = _choice(question, given.get(row.value))
        except AnswerRefusedError as error:
            raise AnswerRefusedError(str(error), row.value) from error
        if value:
            found[row.value] = value
    return found


def _ranking(question: Question, given: object) -> list[str]:
    places = [_choice(replace(question, allows_dont_know=False), value) for value in _listed(given)]
    if len(places) > question.n_places:
        raise AnswerRefusedError(_at_most(question.n_places))
    found: list[str] = []
    for number, value in enumerate(places, 1):
        if value and value in found:
            raise AnswerRefusedError(_("The same answer stands in two places; choose another"), str(number))
        if value and len(found) < number - 1:
            raise AnswerRefusedError(_("Fill the places from the first on"), str(len(found) + 1))
        if value:
            found.append(value)
    least = question.n_places if question.required else (question.min_choices or 0)
    if found and len(found) < least:
        raise AnswerRefusedError(_("Choose an answer for this place"), str(len(found) + 1))
    return found


def _number(question: Question, given: object) -> str:
    text = clean_text("" if given is None else str(given)[:200]).translate(FULL_WIDTH).replace(" ", "")
    if not text or (question.allows_dont_know and text == DONT_KNOW):
        return text
    plain = text.replace(",", "")
    number = as_number(plain) if len(plain) <= MAX_DIGITS and "e" not in plain.lower() else None
    if number is None:
        raise AnswerRefusedError(_("“%(text)s” is not a number; write digits only") % {"text": text[:20]})
    if question.whole and number != number.to_integral_value():
        raise AnswerRefusedError(_("Write a whole number"))
    if question.minimum is not None and number < question.minimum:
        raise AnswerRefusedError(_("Write a number from %(low)s on") % {"low": f"{question.minimum:f}"})
    if question.maximum is not None and number > question.maximum:
        raise AnswerRefusedError(_("Write a number up to %(high)s") % {"high": f"{question.maximum:f}"})
    return f"{number.normalize() + Decimal(0):f}"


def _day(question: Question, given: object) -> str:
    text = clean_text("" if given is None else str(given)[:200])
    if not text or (question.allows_dont_know and text == DONT_KNOW):
        return text
    found = as_day(text)
    if found is None:
        raise AnswerRefusedError(
            _("“%(text)s” is not a day; write it as in 2026-12-31") % {"text": text[:20]}
        )
    return found.isoformat()


def _text(question: Question, given: object) -> str:
    text = clean_text("" if given is None else str(given))
    limit = question.max_length or MAX_TEXT[QuestionKind(question.kind)]
    if question.kind == QuestionKind.SHORT_TEXT:
        text = " ".join(text.split())
    if len(text) > limit:
        over = len(text) - limit
        raise AnswerRefusedError(
            ngettext(
                "The answer is %(n)s character too long; shorten it to %(limit)s",
                "The answer is %(n)s characters too long; shorten it to %(limit)s",
                over,
            )
            % {"n": f"{over:,}", "limit": f"{limit:,}"}
        )
    return text


CLEANERS: Mapping[QuestionKind, Callable[[Question, object], object]] = {
    QuestionKind.RATING: _choice,
    QuestionKind.SINGLE: _choice,
    QuestionKind.NPS: _choice,
    QuestionKind.CES: _choice,
    QuestionKind.CONSENT: _choice,
    QuestionKind.MULTIPLE: _choices,
    QuestionKind.MATRIX: _grid,
    QuestionKind.RANKING: _ranking,
    QuestionKind.NUMBER: _number,
    QuestionKind.DATE: _day,
    QuestionKind.SHORT_TEXT: _text,
    QuestionKind.LONG_TEXT: _text,
}
