"""A question of a document as the fields of its form, and back: texts by language, options one line each."""

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from surveys.instruments.designing import DesignRefusedError, Document
from surveys.instruments.enums import QuestionKind
from surveys.instruments.readymade import READY_MADE


def question_from(fields: Mapping[str, Any], languages: Sequence[str], before: Mapping[str, Any]) -> Document:
    """A question of a document from the fields of its form; what the form does not show stays as it was."""
    question: Document = {
        key: value
        for key, value in before.items()
        if key in {"code", "dimension", "scale", "appearance", "section"}
    }
    question["kind"] = fields["kind"]
    for key, field in (("texts", "text"), ("hints", "hint"), ("constraint_texts", "message")):
        texts = {code: fields[f"{field}_{code}"] for code in languages if fields.get(f"{field}_{code}")}
        if texts or key == "texts":
            question[key] = texts
    plain = (
        "minimum",
        "maximum",
        "max_length",
        "min_choices",
        "max_choices",
        "relevant",
        "constraint",
        "section",
    )
    for key in (*plain, "appearance"):
        value = fields.get(key)
        question.pop(key, None)
        if value not in (None, ""):
            question[key] = value if isinstance(value, str | int) else str(value)
    for key in ("required", "allows_dont_know", "randomised", "whole"):
        if fields.get(key):
            question[key] = True
    ready = READY_MADE.get(fields.get("ready", ""))
    if ready is not None:
        question |= {"kind": ready.kind, "scale": ready.scale, "options": ready.options(list(languages))}
    elif question["kind"] in LISTED:
        question["options"] = listed(fields, "option", languages, before.get("options", ()))
        if _values(question) != _values(before):
            question.pop("scale", None)
    if question["kind"] == QuestionKind.MATRIX:
        question["rows"] = listed(fields, "row", languages, before.get("rows", ()))
    return question


def _values(question: Mapping[str, Any]) -> list[str]:
    return [str(option.get("value")) for option in question.get("options", ())]


LISTED = {
    QuestionKind.RATING, QuestionKind.SINGLE, QuestionKind.MULTIPLE, QuestionKind.MATRIX, QuestionKind.RANKING,
}  # fmt: skip


def listed(
    fields: Mapping[str, Any], name: str, languages: Sequence[str], before: Sequence[Mapping[str, Any]]
) -> list[Document]:
    """Options or rows from one line each in every language; values and points have lines of their own.

    A row whose value is known keeps its marks; those of options stand in the form. A language with more lines
    than the first is refused, and so are points that are no numbers.
    """
    lines = {code: _lines(fields.get(f"{name}s_{code}", "")) for code in languages}
    values = _lines(fields.get(f"{name}_values", ""))
    n = len(lines[languages[0]])
    for code in languages:
        if len(lines[code]) > n:
            raise DesignRefusedError(
                _("There are more lines in one language than in the first; write one line an option.")
            )
    found: list[Document] = []
    for place in range(n):
        value = values[place] if place < len(values) else _free_value(place + 1, values, found)
        texts = {
            code: lines[code][place] for code in languages if place < len(lines[code]) and lines[code][place]
        }
        found.append({"value": value, "texts": texts})
    if name == "option":
        _mark(found, fields)
    else:
        known = {str(one.get("value")): one for one in before}
        for one in found:
            one |= {key: value for key, value in known.get(one["value"], {}).items() if key in MARKS}
    return found


MARKS = ("points", "exclusive", "fixed")
NO_POINTS = "-"


def _mark(options: Sequence[Document], fields: Mapping[str, Any]) -> None:
    """Points of options, one line each, and which of them stand alone or keep their place."""
    points = _lines(fields.get("option_points") or "")
    if len(points) > len(options):
        raise DesignRefusedError(_("There are more points than options; write one line an option."))
    for number, (option, told) in enumerate(zip(options, points, strict=False), 1):
        if told in {"", NO_POINTS}:
            continue
        try:
            option["points"] = _number(told)
        except InvalidOperation as error:
            raise DesignRefusedError(
                _("Points, line %(number)d: “%(text)s” is not a number.")
                % {"number": number, "text": told[:40]}
            ) from error
    for key in ("exclusive", "fixed"):
        named = set(_lines((fields.get(key) or "").replace(",", "\n").replace("，", "\n")))
        for option in options:
            if option["value"] in named:
                option[key] = True


def _number(text: str) -> int | float:
    number = Decimal(text)
    if not number.is_finite():
        raise InvalidOperation
    return int(number) if number == number.to_integral_value() else float(number)


def _free_value(number: int, values: Sequence[str], found: Sequence[Mapping[str, Any]]) -> str:
    taken = {*values, *(str(one["value"]) for one in found)}
    while str(number) in taken:
        number += 1
    return str(number)


def _lines(text: str) -> list[str]:
    """The lines of a text; empty ones at the end do not count."""
    return [line.strip() for line in text.strip("\r\n ").splitlines()] if text.strip() else []


def fields_from(question: Mapping[str, Any], languages: Sequence[str]) -> dict[str, Any]:
    """The fields of a question's form."""
    fields: dict[str, Any] = {
        key: question.get(key)
        for key in (
            "kind", "minimum", "maximum", "max_length", "min_choices", "max_choices", "relevant", "constraint",
            "section", "required", "allows_dont_know", "randomised", "whole", "appearance",
        )
    }  # fmt: skip
    for code in languages:
        for key, field in (("texts", "text"), ("hints", "hint"), ("constraint_texts", "message")):
            fields[f"{field}_{code}"] = (question.get(key) or {}).get(code, "")
        for key, field in (("options", "options"), ("rows", "rows")):
            fields[f"{field}_{code}"] = "\n".join(one["texts"].get(code, "") for one in question.get(key, ()))
    for key, field in (("options", "option_values"), ("rows", "row_values")):
        fields[field] = "\n".join(str(one["value"]) for one in question.get(key, ()))
    options = question.get("options", ())
    for key in ("exclusive", "fixed"):
        fields[key] = ", ".join(str(one["value"]) for one in options if one.get(key))
    points = [str(one.get("points", NO_POINTS)) for one in options]
    return fields | {"option_points": "\n".join(points) if set(points) != {NO_POINTS} else ""}
