"""Reads the questions of a document: what each kind needs, may have and may not have."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from django.utils.translation import gettext as _

from surveys.core.cleaning import clean_text
from surveys.instruments.enums import QuestionKind
from surveys.instruments.expressions.nodes import WORDS
from surveys.instruments.reader import Reader
from surveys.instruments.shapes import DONT_KNOW, WITH_OPTIONS, Option, Question

QUESTION_KEYS = tuple(field.name for field in fields(Question))
OPTION_KEYS = tuple(field.name for field in fields(Option))
MAX_QUESTIONS = 500
MAX_OPTIONS = 500
MAX_POINTS = 11
APPEARANCES = ("", "faces", "stars", "likert")
FACED = (3, 5)
"""How many points a scale of faces may have."""
SHUFFLED = {QuestionKind.SINGLE, QuestionKind.MULTIPLE, QuestionKind.MATRIX, QuestionKind.RANKING}
COUNTED = {QuestionKind.MULTIPLE, QuestionKind.RANKING}


def read_questions(document: Mapping[str, Any], reader: Reader) -> tuple[Question, ...]:
    """Every question of the document; the faults stay with the reader."""
    seen: set[str] = set()
    items = reader.mappings(document.get("questions"), "questions", MAX_QUESTIONS)
    if not items:
        reader.fault("questions", _("A questionnaire needs at least one question."))
    return tuple(_question(item, place, reader, seen) for place, item in items)


def _question(item: Mapping[str, Any], place: str, reader: Reader, seen: set[str]) -> Question:
    reader.known(item, QUESTION_KEYS, place)
    kind = item.get("kind")
    if kind not in QuestionKind.values:
        reader.fault(f"{place}.kind", _("The kind “%(kind)s” is not known.") % {"kind": kind})
    question = Question(
        code=reader.code(item, place, seen),
        kind=str(kind),
        texts=reader.texts(item.get("texts"), f"{place}.texts", required=True),
        hints=reader.texts(item.get("hints"), f"{place}.hints", required=False),
        options=read_options(item, "options", place, reader),
        rows=read_options(item, "rows", place, reader),
        scale=str(item.get("scale", "")),
        dimension=str(item.get("dimension", "")),
        required=reader.flag(item, "required", place),
        allows_dont_know=reader.flag(item, "allows_dont_know", place),
        relevant=str(item.get("relevant", "")),
        constraint=str(item.get("constraint", "")),
        constraint_texts=reader.texts(
            item.get("constraint_texts"), f"{place}.constraint_texts", required=False
        ),
        randomised=reader.flag(item, "randomised", place),
        minimum=reader.number(item, "minimum", place),
        maximum=reader.number(item, "maximum", place),
        max_length=reader.whole(item, "max_length", place),
        max_choices=reader.whole(item, "max_choices", place),
        min_choices=reader.whole(item, "min_choices", place),
        appearance=str(item.get("appearance", "")),
        section=str(item.get("section", "")),
        whole=reader.flag(item, "whole", place),
    )
    _fits(question, place, reader)
    return question


def _fits(question: Question, place: str, reader: Reader) -> None:
    """What must hold between the parts of one question."""
    kind = question.kind
    if question.code in WORDS:
        reader.fault(f"{place}.code", _("This word belongs to the language of conditions; choose another."))
    if kind in WITH_OPTIONS and len(question.options) < 2:
        reader.fault(f"{place}.options", _("This kind of question needs at least two options."))
    if kind not in WITH_OPTIONS and question.options:
        reader.fault(f"{place}.options", _("This kind of question has no options."))
    if kind == QuestionKind.RATING and len(question.options) > MAX_POINTS:
        reader.fault(f"{place}.options", _("A rating has 2 to %(n)d points.") % {"n": MAX_POINTS})
    if (kind == QuestionKind.MATRIX) != bool(question.rows):
        reader.fault(f"{place}.rows", _("A grid has rows, other questions have none."))
    if question.allows_dont_know and DONT_KNOW in question.values:
        reader.fault(f"{place}.options", _("“dk” stands for “don't know” and cannot be an option as well."))
    if kind in {QuestionKind.MATRIX, QuestionKind.INFORMATION} and question.constraint:
        reader.fault(f"{place}.constraint", _("Grids and texts have no constraint."))
    if kind == QuestionKind.INFORMATION and question.required:
        reader.fault(f"{place}.required", _("A text has no answer that could be required."))
    if question.randomised and kind not in SHUFFLED:
        reader.fault(f"{place}.randomised", _("The order of this kind of question is part of its meaning."))
    _look_fits(question, place, reader)
    _limits_fit(question, place, reader)


def _look_fits(question: Question, place: str, reader: Reader) -> None:
    if question.appearance not in APPEARANCES or (
        question.appearance and question.kind != QuestionKind.RATING
    ):
        reader.fault(
            f"{place}.appearance", _("Ratings are shown as faces, stars or likert; leave it out else.")
        )
    if question.appearance == "faces" and len(question.options) not in FACED:
        reader.fault(f"{place}.appearance", _("Faces are drawn for three or five points."))


def _limits_fit(question: Question, place: str, reader: Reader) -> None:
    low, high = question.minimum, question.maximum
    if question.kind != QuestionKind.NUMBER and (low is not None or high is not None or question.whole):
        reader.fault(f"{place}.minimum", _("Only numbers have limits; write a constraint."))
    if low is not None and high is not None and low > high:
        reader.fault(f"{place}.maximum", _("The largest value is below the smallest."))
    few, many = question.min_choices, question.max_choices
    if (few or many) and question.kind not in COUNTED:
        reader.fault(f"{place}.max_choices", _("Only questions with several answers count them."))
    if few and few > (many or len(question.options)):
        reader.fault(f"{place}.min_choices", _("More answers are asked for than may be given."))


def read_options(item: Mapping[str, Any], key: str, place: str, reader: Reader) -> tuple[Option, ...]:
    """The options or rows of a question."""
    found: list[Option] = []
    seen: set[str] = set()
    for where, option in reader.mappings(item.get(key), f"{place}.{key}", MAX_OPTIONS):
        reader.known(option, OPTION_KEYS, where)
        value = option.get("value")
        if not isinstance(value, str) or not value or len(value) > 40 or value != clean_text(value):
            reader.fault(f"{where}.value", _("Write a value of up to 40 characters."))
            value = ""
        elif value in seen:
            reader.fault(f"{where}.value", _("The value “%(value)s” is used twice.") % {"value": value})
        seen.add(value)
        found.append(
            Option(
                value=value,
                texts=reader.texts(option.get("texts"), f"{where}.texts", required=True),
                points=reader.number(option, "points", where),
                exclusive=reader.flag(option, "exclusive", where),
                fixed=reader.flag(option, "fixed", where),
            )
        )
    return tuple(found)
