"""One element of a SurveyJS survey as a question of a document."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

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
    "showNoneItem", OWN,
}  # fmt: skip
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


@dataclass
class Texts:
    """How texts are written there: one for all, or one a locale with a default."""

    default: str
    languages: Sequence[str] = ()

    def read(self, value: object) -> dict[str, str]:
        """A text by our languages; languages that are not carried are left out."""
        if isinstance(value, str) and value.strip():
            return dict.fromkeys(self.languages or [self.default], value)
        if not isinstance(value, dict):
            return {}
        found = {
            (self.default if key == "default" else language_of(str(key))): str(text)
            for key, text in value.items()
            if text
        }
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
    question["texts"] = texts.read(item.get("html" if kind == "html" else "title")) or texts.read(name)
    if hints := texts.read(item.get("description")):
        question["hints"] = hints
    if item.get("isRequired") is True:
        question["required"] = True
    question |= {key: own[key] for key in (*OWN_FIELDS, "minimum", "maximum", "randomised") if key in own}
    _limits(item, question, own)
    _options(item, kind, question, line, texts)
    if left := sorted(set(item) - CARRIED):
        line.change(_("Not carried: %(names)s.") % {"names": ", ".join(left)})
    visible = item.get("visibleIf")
    found = Element(
        line, question, [str(visible)] if visible else [], _validator(item, question, line, texts), own
    )
    if "constraint_texts" in own:
        question["constraint_texts"] = own["constraint_texts"]
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


def _limits(item: Mapping[str, Any], question: dict[str, Any], own: Mapping[str, Any]) -> None:
    """Limits, where our own are not there."""
    if question["kind"] == QuestionKind.NUMBER:
        for key, name in (("minimum", "min"), ("maximum", "max")):
            if key not in own and isinstance(item.get(name), int | float):
                question[key] = item[name]
    pairs = (
        ("max_length", "maxLength"),
        ("max_choices", "maxSelectedChoices"),
        ("min_choices", "minSelectedChoices"),
    )
    for key, name in pairs:
        value = item.get(name)
        if key not in own and isinstance(value, int) and value > 0:
            question[key] = value
    if "random" in {item.get("choicesOrder"), item.get("rowsOrder")}:
        question["randomised"] = True


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
            options.append({"value": "other", "texts": texts.say(OTHER), "fixed": True})
        if item.get("showNoneItem") or item.get("hasNone"):
            options.append({"value": "none", "texts": texts.say(NONE), "exclusive": True})
        question["options"] = options


def _choices(listed: Any, line: Line, texts: Texts) -> list[dict[str, Any]]:
    found = []
    for entry in listed if isinstance(listed, list) else []:
        given = entry if isinstance(entry, dict) else {"value": entry}
        value = str(given.get("value", ""))
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
