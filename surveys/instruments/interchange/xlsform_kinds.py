"""One row of an XLSForm survey as a question of a document."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, DecimalException
from typing import Any, Protocol

from django.utils.translation import gettext as _

from surveys.instruments.enums import QuestionKind
from surveys.instruments.interchange.reports import Line
from surveys.instruments.interchange.words import OTHER
from surveys.instruments.interchange.xlsform_columns import Columns
from surveys.instruments.interchange.xlsform_lists import YES, ChoiceLists, number_of
from surveys.instruments.interchange.xlsform_types import FITTING, REASONS, Type
from surveys.instruments.questions import MAX_POINTS
from surveys.instruments.shapes import DONT_KNOW

NO = {"", "no", "false", "false()", "0"}
COUNTS = ("max_length", "min_choices", "max_choices")


@dataclass
class Asked:
    """A question as it stands in a document, with the conditions it came with as XPath."""

    line: Line
    question: dict[str, Any]
    relevants: list[str]
    constraint: str = ""
    section: str = ""
    list_name: str = ""
    rows: list[Line] = field(default_factory=list)

    def refuse(self, reason: str) -> None:
        """Refuse the question with the rows of its grid."""
        for line in (self.line, *self.rows):
            line.refuse(reason)


class Surroundings(Protocol):
    """What a row is read with."""

    columns: Columns
    lists: ChoiceLists
    languages: Sequence[str]

    @property
    def found(self) -> Any: ...


def question_of(
    kind: Type, row: Mapping[str, str], name: str, line: Line, around: Surroundings
) -> Asked | None:
    """The question of a row; None where it is refused, with the reason on its line."""
    columns = around.columns
    ours = _kind(kind, row, columns, line)
    if ours is None:
        return None
    options = _options(kind, ours, row, line, around)
    if options is None:
        return None
    texts = columns.texts(row, "label", around.languages)
    hints = columns.texts(row, "hint", around.languages)
    if not texts:
        texts, hints = hints or dict.fromkeys(around.languages, name), {}
        line.change(_("It has no label; its hint or name is shown."))
    question: dict[str, Any] = {"code": around.found.names.take(name), "kind": ours, "texts": texts}
    if question["code"] != name:
        line.change(_("It is called “%(code)s” here.") % {"code": question["code"]})
    question |= {key: value for key, value in {"hints": hints, "options": options}.items() if value}
    question |= _details(kind, ours, row, columns, line)
    if messages := columns.texts(row, "constraint_message", around.languages):
        question["constraint_texts"] = messages
    relevant = columns.value(row, "relevant")
    conditions = [relevant] if relevant else []
    return Asked(line, question, conditions, columns.value(row, "constraint"), list_name=kind.list_name)


def _kind(kind: Type, row: Mapping[str, str], columns: Columns, line: Line) -> str | None:
    """Our kind for a type: the one our own column names where it fits, else the nearest."""
    said = columns.value(row, "eval_kind")
    if kind.edge and said == QuestionKind.MATRIX:
        return said
    if kind.name not in FITTING:
        reason = REASONS.get(kind.name)
        line.refuse(str(reason) if reason else _("The type “%(type)s” is not known.") % {"type": kind.name})
        return None
    if said in FITTING[kind.name]:
        return said
    appearance = columns.value(row, "appearance").lower()
    if kind.name == "text" and "multiline" in appearance:
        return QuestionKind.LONG_TEXT.value
    if kind.name == "select_one" and "likert" in appearance:
        line.change(_("A likert scale becomes a rating."))
        return QuestionKind.RATING.value
    if kind.name == "acknowledge":
        line.change(_("A tick becomes a choice between agreeing and not agreeing."))
    if kind.name == "range" and _points(row, columns) is not None:
        line.change(_("A range becomes a rating of so many points."))
        return QuestionKind.RATING.value
    if kind.name == "range":
        line.change(_("A range becomes a number with limits."))
    return str(FITTING[kind.name][0])


def parameters(row: Mapping[str, str], columns: Columns) -> dict[str, str]:
    """The parameters of a row: name -> value."""
    cell = columns.value(row, "parameters").replace(",", " ").replace(";", " ")
    return {key: value for key, sign, value in (part.partition("=") for part in cell.split()) if sign}


def _points(row: Mapping[str, str], columns: Columns) -> list[int] | None:
    """The points of a range that can be a rating; None for others."""
    given = parameters(row, columns)
    try:
        low, high, step = (
            Decimal(given.get(key, default))
            for key, default in (("start", "1"), ("end", "10"), ("step", "1"))
        )
    except DecimalException:
        return None
    if step <= 0 or not all(number == number.to_integral_value() for number in (low, high, step)):
        return None
    points = (high - low) / step + 1
    return [int(low + step * place) for place in range(int(points))] if 2 <= points <= MAX_POINTS else None


def _options(
    kind: Type, ours: str, row: Mapping[str, str], line: Line, around: Surroundings
) -> list[dict[str, Any]] | None:
    """The options of a question; None where they are missing."""
    if ours == QuestionKind.RATING and kind.name == "range":
        return [
            {"value": str(point), "texts": dict.fromkeys(around.languages, str(point))}
            for point in _points(row, around.columns) or ()
        ]
    if not kind.list_name:
        return []
    options = around.lists.take(kind.list_name)
    if options is None:
        line.refuse(_("There is no list “%(name)s” on the choices sheet.") % {"name": kind.list_name})
        return None
    if around.columns.value(row, "eval_dont_know") in YES:
        options = [option for option in options if option["value"] != DONT_KNOW]
    if kind.has_other and all(option["value"] != "other" for option in options):
        words = {language: OTHER[language] for language in around.languages}
        options.append({"value": "other", "texts": words, "fixed": True})
    if ours == QuestionKind.CONSENT:
        return []
    if len(options) < 2:
        line.refuse(_("The list “%(name)s” has fewer than two options.") % {"name": kind.list_name})
        return None
    return options


def _details(kind: Type, ours: str, row: Mapping[str, str], columns: Columns, line: Line) -> dict[str, Any]:
    """Everything of a question beside its texts, options and conditions."""
    found: dict[str, Any] = {}
    if ours == QuestionKind.MATRIX:
        found |= {"rows": [], "options": []}
    for key, column in (
        ("scale", "eval_scale"),
        ("dimension", "eval_dimension"),
        ("appearance", "eval_look"),
    ):
        if value := columns.value(row, column):
            found[key] = value
    is_likert = "likert" in columns.value(row, "appearance").lower()
    if ours == QuestionKind.RATING and is_likert:
        found.setdefault("appearance", "likert")
    if columns.value(row, "eval_dont_know") in YES:
        found["allows_dont_know"] = True
    for key in ("minimum", "maximum", *COUNTS):
        if value := columns.value(row, f"eval_{key}"):
            found[key] = number_of(value)
    found |= _required(row, columns, line)
    given = parameters(row, columns)
    if given.get("randomize") == "true" or columns.value(row, "eval_randomised") in YES:
        found["randomised"] = True
    if kind.name == "integer":
        found["whole"] = True
    if kind.name == "range" and ours == QuestionKind.NUMBER:
        found |= {
            key: number_of(given[name])
            for key, name in (("minimum", "start"), ("maximum", "end"))
            if name in given
        }
    return found


def _required(row: Mapping[str, str], columns: Columns, line: Line) -> dict[str, bool]:
    text = columns.value(row, "required").lower()
    if text in YES:
        return {"required": True}
    if text not in NO:
        line.change(_("It is needed only under a condition there; here it is optional."))
    return {}
