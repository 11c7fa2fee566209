"""One answer checked by its kind: what is kept of it, or the sentence that says what to mend."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from surveys.core.cleaning import clean_text
from surveys.instruments.enums import QuestionKind
from surveys.instruments.expressions.evaluation import as_day, as_number
from surveys.instruments.shapes import DONT_KNOW, Question

MAX_TEXT = {QuestionKind.SHORT_TEXT: 400, QuestionKind.LONG_TEXT: 2000}
MAX_DIGITS = 25
FULL_WIDTH = str.maketrans("０１２３４５６７８９．－，", "0123456789.-,")


class AnswerRefusedError(ValueError):
    """One answer that cannot be kept; carries the sentence and, for grids and rankings, the part."""

    def __init__(self, message: str, part: str = "") -> None:
        self.part = part
        super().__init__(message)


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
