"""One element of a SurveyJS survey as a question of a document."""

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import isfinite
from typing import Any

from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from surveys.instruments.enums import QuestionKind
from surveys.instruments.interchange.languages import in_order, language_of
from surveys.instruments.interchange.names import Names
from surveys.instruments.interchange.reports import Line
from surveys.instruments.interchange.surveyjs_writing import OWN, OWN_FIELDS
from surveys.instruments.interchange.words import NONE, OTHER, OTHER_WHAT, YES_NO

FITTING: Mapping[str, tuple[str, ...]] = {
    "radiogroup": (QuestionKind.SINGLE,),
    "dropdown": (QuestionKind.SINGLE,),
    "checkbox": (QuestionKind.MULTIPLE,),
    "tagbox": (QuestionKind.MULTIPLE,),
    "rating": (QuestionKind.RATING, QuestionKind.NPS, QuestionKind.CES),
    "matrix": (QuestionKind.MATRIX,),
    "ranking": (QuestionKind.RANKING,),
    "comment": (QuestionKind.LONG_TEXT,),
    "boolean": (QuestionKind.SINGLE, QuestionKind.CONSENT),
    "html": (QuestionKind.INFORMATION,),
    "text": (QuestionKind.SHORT_TEXT, QuestionKind.NUMBER, QuestionKind.DATE),
}
INPUTS = {"number": QuestionKind.NUMBER, "range": QuestionKind.NUMBER, "date": QuestionKind.DATE}
CARRIED = {
    "type", "name", "title", "description", "html", "isRequired", "inputType", "min", "max", "maxLength", "visibleIf",
    "maxSelectedChoices", "minSelectedChoices", "validators", "choices", "columns", "rows", "rateValues", "rateMin",
    "rateMax", "valueTrue", "valueFalse", "choicesOrder", "rowsOrder", "hasOther", "showOtherItem", "hasNone",
    "showNoneItem", "labelTrue", "labelFalse", "rateCount", "otherText", "noneText", "isAllRowRequired",
    "eachRowRequired", OWN,
}  # fmt: skip
LIMITS = (
    ("minimum", "min", QuestionKind.NUMBER), ("maximum", "max", QuestionKind.NUMBER), ("max_length", "maxLength", ""),
    ("max_choices", "maxSelectedChoices", ""), ("min_choices", "minSelectedChoices", ""),
)  # fmt: skip
TEXTS = {"title", "description", "html", "text", "labelTrue", "labelFalse", "otherText", "noneText"}
"""Where texts stand that are carried."""
MAX_STEPS = 11


@dataclass
class Element:
    """A question as it stands in a document, with the conditions it came with."""

    line: Line
    question: dict[str, Any]
    conditions: list[str]
    constraint: str = ""
    own: Mapping[str, Any] = field(default_factory=dict)
    section: str = ""
    values: dict[object, str] = field(default_factory=dict)
    """How a switch calls its two values there, with ours."""


@dataclass
class Texts:
    """How texts are written there: one for all, or one a locale with a default."""

    default: str
    languages: Sequence[str] = ()
    left: set[str] = field(default_factory=set)

    def read(self, value: object) -> dict[str, str]:
        """A text by our languages; those that are not carried are left out and remembered."""
        if isinstance(value, str) and value.strip():
            return dict.fromkeys(self.languages or [self.default], value)
        if not isinstance(value, dict):
            return {}
        found = {
            (self.default if key == "default" else language_of(str(key))): str(text)
            for key, text in value.items()
            if text
        }
        self.left |= {str(key) for key in value if key != "default" and language_of(str(key)) is None}
        return {code: found[code] for code in in_order({code for code in found if code})}

    def say(self, words: Mapping[str, str]) -> dict[str, str]:
        """Words of ours in the languages of the questionnaire."""
        return {language: words[language] for language in self.languages}


def question_of(item: dict[str, Any], name: str, line: Line, texts: Texts, names: Names) -> list[Element]:
    """The question of an element, with the one for "other" behind it; none where it is refused."""
    kind = str(item.get("type", ""))
    if kind not in FITTING:
        line.refuse(_("There is no question of the type “%(type)s” here.") % {"type": kind or "?"})
        return []
    own = item[OWN] if isinstance(item.get(OWN), dict) else {}
    ours = _kind(item, kind, own, line)
    question: dict[str, Any] = {"code": names.take(name), "kind": str(ours)}
    if question["code"] != name:
        line.change(_("It is called “%(code)s” here.") % {"code": question["code"]})
    question["texts"] = _words(item, kind, name, line, texts)
    if hints := texts.read(item.get("description")):
        question["hints"] = hints
    if item.get("isRequired") is True or True in {item.get("isAllRowRequired"), item.get("eachRowRequired")}:
        question["required"] = True
    question |= {key: own[key] for key in (*OWN_FIELDS, "minimum", "maximum", "randomised") if key in own}
    _limits(item, question, own, line)
    _options(item, kind, question, line, texts)
    if left := sorted(set(item) - CARRIED):
        line.change(_("Not carried: %(names)s.") % {"names": ", ".join(left)})
    visible = item.get("visibleIf")
    found = Element(
        line, question, [str(visible)] if visible else [], _validator(item, question, line, texts), own
    )
    if "constraint_texts" in own:
        question["constraint_texts"] = own["constraint_texts"]
    if kind == "boolean":
        found.values = {True: "yes", False: "no", item.get("valueTrue", True): "yes"}
        found.values[item.get("valueFalse", False)] = "no"
    return [found, *_other(item, found, texts, names)]


def _kind(item: Mapping[str, Any], kind: str, own: Mapping[str, Any], line: Line) -> str:
    if own.get("kind") in FITTING[kind]:
        return str(own["kind"])
    if kind == "text":
        given = str(item.get("inputType", "text"))
        if given not in {"text", *INPUTS}:
            line.change(_("The input “%(type)s” becomes a text.") % {"type": given})
        return INPUTS.get(given, QuestionKind.SHORT_TEXT)
    if kind in {"dropdown", "tagbox"}:
        line.change(_("A drop-down list becomes a list of choices."))
    if kind == "boolean":
        line.change(_("A switch becomes a choice between yes and no."))
    return FITTING[kind][0]


def _words(item: Mapping[str, Any], kind: str, name: str, line: Line, texts: Texts) -> dict[str, str]:
    """The text of a question without markup; its name where there is none."""
    title = item.get("html" if kind == "html" else "title")
    found = texts.read(title)
    if kind == "html":
        if any(strip_tags(text) != text for text in found.values()):
            line.change(_("The markup of the text was taken off."))
        found = {code: html.unescape(strip_tags(text)).strip() for code, text in found.items()}
    if title and not found:
        line.change(_("It has no label; its name is shown."))
    return found or texts.read(name)


def _limits(item: Mapping[str, Any], question: dict[str, Any], own: Mapping[str, Any], line: Line) -> None:
    """Limits, where our own are not there; those that this kind of question does not have are named."""
    left = []
    for key, name, kind in LIMITS:
        value = item.get(name)
        fits = question["kind"] == kind if kind else isinstance(value, int) and value > 0
        if value is None or key in own:
            continue
        if question["kind"] == QuestionKind.DATE and _is_day(value) and "constraint" not in own:
            sign = ">=" if name == "min" else "<="
            rule = f". {sign} date('{value}')"
            question["constraint"] = " and ".join(filter(None, [question.get("constraint"), rule]))
        elif fits and isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value):
            question[key] = value
        elif question["kind"] != QuestionKind.DATE or "constraint" not in own:
            left.append(name)
    if left:
        line.change(_("Not carried: %(names)s.") % {"names": ", ".join(left)})
    if "random" in {item.get("choicesOrder"), item.get("rowsOrder")}:
        question["randomised"] = True


def _is_day(value: object) -> bool:
    try:
        return date.fromisoformat(str(value)).isoformat() == value
    except ValueError:
        return False


def _validator(item: Mapping[str, Any], question: dict[str, Any], line: Line, texts: Texts) -> str:
    """The expression a value must meet; validators of other sorts are named."""
    found = ""
    listed = item.get("validators")
    for validator in listed if isinstance(listed, list) else []:
        kind = validator.get("type") if isinstance(validator, dict) else "?"
        if kind == "expression" and not found:
            found = str(validator.get("expression") or "")
            if words := texts.read(validator.get("text")):
                question["constraint_texts"] = words
        else:
            line.change(_("Not carried: %(names)s.") % {"names": f"validators: {kind}"})
    return found


def _options(item: Mapping[str, Any], kind: str, question: dict[str, Any], line: Line, texts: Texts) -> None:
    ours = question["kind"]
    if ours == QuestionKind.RATING:
        question["options"] = _rates(item, line, texts)
    elif ours == QuestionKind.MATRIX:
        question["options"] = _choices(item.get("columns"), line, texts)
        question["rows"] = _choices(item.get("rows"), line, texts)
    elif kind == "boolean" and ours == QuestionKind.SINGLE:
        values = {"yes": item.get("labelTrue"), "no": item.get("labelFalse")}
        question["options"] = [
            {"value": value, "texts": texts.read(label) or texts.say(YES_NO[value])}
            for value, label in values.items()
        ]
    elif kind in {"radiogroup", "dropdown", "checkbox", "tagbox", "ranking"}:
        options = _choices(item.get("choices"), line, texts)
        if item.get("showOtherItem") or item.get("hasOther"):
            options.append(
                {
                    "value": "other",
                    "texts": texts.read(item.get("otherText")) or texts.say(OTHER),
                    "fixed": True,
                }
            )
        if item.get("showNoneItem") or item.get("hasNone"):
            options.append(
                {
                    "value": "none",
                    "texts": texts.read(item.get("noneText")) or texts.say(NONE),
                    "exclusive": True,
                }
            )
        question["options"] = options


def _choices(listed: Any, line: Line, texts: Texts) -> list[dict[str, Any]]:
    found = []
    for entry in listed if isinstance(listed, list) else []:
        given = entry if isinstance(entry, dict) else {"value": entry}
        if isinstance(given.get("value"), dict | list | None):
            line.change(_("An option without a value is not carried."))
            continue
        value = str(given["value"])
        option: dict[str, Any] = {
            "value": value.strip(),
            "texts": texts.read(given.get("text")) or texts.read(value),
        }
        marks = given.get(OWN)
        if isinstance(marks, dict):
            option |= {key: marks[key] for key in ("points", "exclusive", "fixed") if key in marks}
        if left := sorted(set(given) - {"value", "text", OWN}):
            line.change(_("Not carried: %(names)s.") % {"names": ", ".join(left)})
        found.append(option)
    return found


def _rates(item: Mapping[str, Any], line: Line, texts: Texts) -> list[dict[str, Any]]:
    """The points of a rating: those that are listed, else from the lowest to the highest."""
    if item.get("rateValues"):
        return _choices(item["rateValues"], line, texts)
    low, high = item.get("rateMin", 1), item.get("rateMax", item.get("rateCount", 5))
    if not isinstance(low, int) or not isinstance(high, int) or not 0 < high - low < MAX_STEPS:
        low, high = 1, 5
        line.change(_("Its points cannot be read; it gets five."))
    return [{"value": str(n), "texts": texts.read(str(n))} for n in range(low, high + 1)]


def _other(item: Mapping[str, Any], found: Element, texts: Texts, names: Names) -> list[Element]:
    """The text that follows a list with "other"."""
    if not (item.get("showOtherItem") or item.get("hasOther")):
        return []
    found.line.change(_("“Other” becomes an option, and what it is becomes a question of its own."))
    name = str(item["name"])
    question = {
        "code": names.take(f"{name}_other"),
        "kind": QuestionKind.SHORT_TEXT.value,
        "texts": texts.say(OTHER_WHAT),
    }
    return [Element(found.line, question, [*found.conditions, f"{{{name}}} contains 'other'"])]
