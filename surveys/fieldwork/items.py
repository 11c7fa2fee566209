"""What of a questionnaire is measured on a scale, and the answers as numbers: the bridge to the estimates."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from scoring.types import Floats
from surveys.core.text import localized
from surveys.instruments.enums import QuestionKind
from surveys.instruments.shapes import DONT_KNOW, Definition, Question

SCALED = {QuestionKind.RATING, QuestionKind.MATRIX, QuestionKind.NPS, QuestionKind.CES}
CHOSEN = {QuestionKind.SINGLE, QuestionKind.MULTIPLE, QuestionKind.RANKING}


@dataclass(frozen=True)
class Item:
    """One thing measured: a scaled question, or one row of a grid; `code` is question or question.row."""

    code: str
    texts: Mapping[str, str]
    values: tuple[str, ...]
    question: str
    row: str = ""
    dimension: str = ""

    @property
    def n_levels(self) -> int:
        return len(self.values)

    @property
    def text(self) -> str:
        return localized(self.texts)

    def answer(self, answers: Mapping[str, Any]) -> Any:
        given = answers.get(self.question)
        return given.get(self.row) if self.row and isinstance(given, Mapping) else given


def items_of(definition: Definition) -> tuple[Item, ...]:
    """Every item on a scale, in the questionnaire's order."""
    return tuple(
        item for question in definition.questions if question.kind in SCALED for item in _items(question)
    )


def _items(question: Question) -> list[Item]:
    values = tuple(question.answer_options)
    if question.kind != QuestionKind.MATRIX:
        return [Item(question.code, question.texts, values, question.code, dimension=question.dimension)]
    return [
        Item(f"{question.code}.{row.value}", row.texts, values, question.code, row.value, question.dimension)
        for row in question.rows
    ]


def item_of(definition: Definition, code: str) -> Item:
    """The item of that code; KeyError when there is none."""
    for item in items_of(definition):
        if item.code == code:
            return item
    raise KeyError(code)


def same_wording(first: Definition, second: Definition, code: str) -> bool:
    """Whether an item was asked in the same words on the same scale in two versions."""
    try:
        one, other = item_of(first, code), item_of(second, code)
        asked = first.question(one.question), second.question(other.question)
    except KeyError:
        return False
    return (
        one.values == other.values
        and dict(one.texts) == dict(other.texts)
        and dict(asked[0].texts) == dict(asked[1].texts)
        and [dict(o.texts) for o in asked[0].options] == [dict(o.texts) for o in asked[1].options]
    )


@dataclass(frozen=True, eq=False)
class Levels:
    """Answers to items as levels 1..k [n, K], NaN where there is none; `dont_know` [K] counts who said so."""

    items: tuple[Item, ...]
    values: Floats
    dont_know: np.ndarray


def levels(items: Sequence[Item], answers: Iterable[Mapping[str, Any]]) -> Levels:
    """The answers of respondents on these items; don't-know stays out and is counted."""
    rows = list(answers)
    places = [{value: float(place) for place, value in enumerate(item.values, 1)} for item in items]
    table = np.full((len(rows), len(items)), np.nan)
    unsure = np.zeros(len(items), dtype=int)
    for at, given in enumerate(rows):
        for column, item in enumerate(items):
            value = item.answer(given)
            if value == DONT_KNOW:
                unsure[column] += 1
            elif value is not None:
                table[at, column] = places[column].get(str(value), np.nan)
    return Levels(tuple(items), table, unsure)


def naming(question: Question, answers: Iterable[Mapping[str, Any]]) -> tuple[tuple[str, ...], Floats]:
    """Who named each option [n, options] as 0/1 among all respondents, whether they were chosen once or ranked.

    The base is everybody: not naming something is an answer too.
    """
    codes = tuple(option.value for option in question.options)
    table = []
    for given in answers:
        value = given.get(question.code)
        chosen = set(value) if isinstance(value, list) else {value}
        table.append([1.0 if code in chosen else 0.0 for code in codes])
    return codes, np.array(table, dtype=np.float64).reshape(len(table), len(codes))
