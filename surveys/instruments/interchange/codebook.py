"""The codebook of a questionnaire: every variable with its labels, codes, condition and limits, as XLSX or CSV."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from surveys.core.workbooks import csv_lines, write_grids
from surveys.instruments.enums import QuestionKind
from surveys.instruments.interchange.variables import Variable, variables
from surveys.instruments.shapes import Definition


def headings() -> list[str]:
    """What the columns of a codebook are called in the active language."""
    return [
        _("Variable"), _("Question"), _("Part"), _("Kind"), _("Label"), _("Code"), _("Meaning"), _("Points"),
        _("Asked when"), _("Needed"), _("Dimension"),
    ]  # fmt: skip


def rows(definition: Definition, language: str) -> Iterator[list[Any]]:
    """One row a code of each variable; a variable without codes has one row."""
    for variable in variables(definition, language):
        for code, words in variable.codes.items() or [("", "")]:
            yield _row(variable, code, words)


def _row(variable: Variable, code: str, words: str) -> list[Any]:
    question = variable.question
    points = {option.value: option.points for option in question.options}
    return [
        variable.name, question.code, variable.part, QuestionKind(question.kind).label, variable.label, code, words,
        points.get(code), variable.condition, _("yes") if question.required else _("no"), question.dimension,
    ]  # fmt: skip


def codebook_xlsx(definition: Definition, language: str) -> bytes:
    """The codebook as a workbook."""
    return write_grids([(_("Codebook"), headings(), rows(definition, language))])


def codebook_csv(definition: Definition, language: str) -> str:
    """The codebook as CSV."""
    return "".join(csv_lines(headings(), rows(definition, language)))
