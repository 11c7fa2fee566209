"""A question of a document as the fields of its form, and back: texts by language, options one line each."""

from collections.abc import Mapping, Sequence
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

    An option whose value is known keeps its marks. A language with more lines than the first is refused.
    """
    lines = {code: _lines(fields.get(f"{name}s_{code}", "")) for code in languages}
    values = _lines(fields.get(f"{name}_values", ""))
    n = len(lines[languages[0]])
    for code in languages:
        if len(lines[code]) > n:
            raise DesignRefusedError(
                _("There are more lines in one language than in the first; write one line an option.")
            )
    known = {str(one.get("value")): one for one in before}
    found: list[Document] = []
    for place in range(n):
        value = values[place] if place < len(values) else _free_value(place + 1, values, found)
        marks = {
            key: known[value][key] for key in ("exclusive", "fixed", "points") if key in known.get(value, {})
        }
        texts = {
            code: lines[code][place] for code in languages if place < len(lines[code]) and lines[code][place]
        }
        found.append({"value": value, "texts": texts, **marks})
    alone = set(_lines(fields.get("exclusive", "").replace(",", "\n")))
    for option in found if name == "option" else ():
        option.pop("exclusive", None)
        if option["value"] in alone:
            option["exclusive"] = True
    return found


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
    alone = [str(one["value"]) for one in question.get("options", ()) if one.get("exclusive")]
    return fields | {"exclusive": ", ".join(alone)}
