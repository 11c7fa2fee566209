"""Answers as the cells of a data file and back: one cell for each variable of the questionnaire."""

from collections.abc import Mapping, Sequence
from typing import Any

from surveys.instruments.enums import QuestionKind
from surveys.instruments.flow import is_empty
from surveys.instruments.interchange.variables import Variable

CHOSEN, NOT_CHOSEN = "1", "0"


def cells_of(found: Sequence[Variable], answers: Mapping[str, Any]) -> list[str]:
    """One cell a variable, in their order; empty where nothing was answered."""
    return [_cell(variable, answers.get(variable.question.code)) for variable in found]


def _cell(variable: Variable, value: Any) -> str:
    kind = variable.question.kind
    if is_empty(value):
        return ""
    if kind == QuestionKind.MULTIPLE:
        return CHOSEN if variable.part in value else NOT_CHOSEN
    if kind == QuestionKind.MATRIX:
        return str(value.get(variable.part, ""))
    if kind == QuestionKind.RANKING:
        place = int(variable.part) - 1
        return str(value[place]) if place < len(value) else ""
    return str(value)


def answers_of(found: Sequence[Variable], cells: Mapping[str, str]) -> dict[str, Any]:
    """The answers that cells by name of variable stand for, unchecked, in the shape in which they are stored."""
    answers: dict[str, Any] = {}
    for variable in found:
        cell, code = cells.get(variable.name, ""), variable.question.code
        if cell == "":
            continue
        kind = variable.question.kind
        if kind == QuestionKind.MULTIPLE:
            if cell == CHOSEN:
                answers.setdefault(code, []).append(variable.part)
        elif kind == QuestionKind.MATRIX:
            answers.setdefault(code, {})[variable.part] = cell
        elif kind == QuestionKind.RANKING:
            places = answers.setdefault(code, [])
            places += [""] * (int(variable.part) - 1 - len(places)) + [cell]
        else:
            answers[code] = cell
    return answers
