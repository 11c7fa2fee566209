"""Writes a questionnaire as SurveyJS JSON; what SurveyJS has no word for travels under "evaluation"."""

from contextlib import suppress
from decimal import Decimal
from html import escape
from typing import Any

from surveys.instruments.enums import QuestionKind
from surveys.instruments.expressions.grammar import parse_condition
from surveys.instruments.expressions.nodes import ExpressionError
from surveys.instruments.interchange.surveyjs_conditions import write_surveyjs
from surveys.instruments.interchange.xlsform_parts import HEADER_KEYS
from surveys.instruments.shapes import Definition, Option, Question, ReasonTag, Section, Texts

OWN = "evaluation"
LOCALES = {"en": "en", "zh-hans": "zh-cn", "zh-hant": "zh-tw"}
TYPES = {
    QuestionKind.RATING: "rating",
    QuestionKind.SINGLE: "radiogroup",
    QuestionKind.MULTIPLE: "checkbox",
    QuestionKind.MATRIX: "matrix",
    QuestionKind.RANKING: "ranking",
    QuestionKind.NUMBER: "text",
    QuestionKind.DATE: "text",
    QuestionKind.SHORT_TEXT: "text",
    QuestionKind.LONG_TEXT: "comment",
    QuestionKind.NPS: "rating",
    QuestionKind.CES: "rating",
    QuestionKind.CONSENT: "boolean",
    QuestionKind.INFORMATION: "html",
}
INPUTS = {QuestionKind.NUMBER: "number", QuestionKind.DATE: "date"}
RATES = {QuestionKind.NPS: (0, 10), QuestionKind.CES: (1, 7)}


OWN_FIELDS = (
    "scale", "dimension", "appearance", "allows_dont_know", "max_length",
    "min_choices", "max_choices", "whole",
)  # fmt: skip


def surveyjs(definition: Definition) -> dict[str, Any]:
    """The JSON of a questionnaire."""
    return _Writing(definition).whole()


class _Writing:
    """One run over a questionnaire; the first language is SurveyJS's default."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.default = definition.languages[0]

    def whole(self) -> dict[str, Any]:
        definition = self.definition
        pages: list[dict[str, Any]] = []
        here: str | None = None
        for question in definition.questions:
            if question.section != here:
                here = question.section
                pages.append(self.page(definition.section(here)))
            pages[-1]["elements"].append(self.element(question))
        return {
            "title": self.texts(definition.names),
            "locale": LOCALES[self.default],
            "pages": pages,
            OWN: self.about(),
        }

    def about(self) -> dict[str, Any]:
        """What belongs to the questionnaire as a whole, as our documents have it."""
        definition = self.definition
        found: dict[str, Any] = {"code": definition.code, "languages": list(definition.languages)}
        found |= {"source": definition.source, "date": definition.dated, "status": definition.status}
        if definition.warnings:
            found["warnings"] = dict(definition.warnings)
        if definition.scoring:
            found["scoring"] = dict(definition.scoring)
        if definition.header is not None:
            header = {key: getattr(definition.header, key) for key in HEADER_KEYS}
            found["header"] = {key: str(value) for key, value in header.items() if value}
        if definition.tags:
            found["tags"] = [self.tag(tag) for tag in definition.tags]
        return found

    def tag(self, tag: ReasonTag) -> dict[str, Any]:
        return {
            "code": tag.code, "group": tag.group, "levels": list(tag.levels), "modes": list(tag.modes),
            "texts": dict(tag.texts), "dimension": tag.dimension, "mirrors": tag.mirrors,
        }  # fmt: skip

    def texts(self, texts: Texts) -> dict[str, str]:
        return {"default" if code == self.default else LOCALES[code]: text for code, text in texts.items()}

    def page(self, section: Section | None) -> dict[str, Any]:
        if section is None:
            return {"name": "page", "elements": []}
        page: dict[str, Any] = {"name": section.code, "elements": [], OWN: {"kind": "section"}}
        if section.texts:
            page["title"] = self.texts(section.texts)
        if section.hints:
            page["description"] = self.texts(section.hints)
        return self.with_condition(page, section.relevant)

    def with_condition(self, found: dict[str, Any], text: str) -> dict[str, Any]:
        """The condition in both languages: theirs to be run there, ours where theirs has no word."""
        if text.strip():
            found[OWN]["relevant"] = text
            with suppress(ExpressionError):
                found["visibleIf"] = write_surveyjs(parse_condition(text))
        return found

    def element(self, question: Question) -> dict[str, Any]:
        kind = QuestionKind(question.kind)
        found: dict[str, Any] = {"type": TYPES[kind], "name": question.code}
        if kind == QuestionKind.INFORMATION:
            plain = {code: escape(text, quote=False) for code, text in question.texts.items()}
            found["html"] = self.texts(plain)
        else:
            found["title"] = self.texts(question.texts)
        if question.hints:
            found["description"] = self.texts(question.hints)
        if question.required:
            found["isRequired"] = True
        if kind in INPUTS:
            found["inputType"] = INPUTS[kind]
        found[OWN] = self.own(question)
        found |= self.limits(question) | self.choices(question)
        return self.with_condition(self.with_constraint(found, question), question.relevant)

    def own(self, question: Question) -> dict[str, Any]:
        """What SurveyJS has no word for, or another one."""
        found: dict[str, Any] = {"kind": question.kind}
        for name in OWN_FIELDS:
            value = getattr(question, name, None)
            if value:
                found[name] = str(value) if isinstance(value, Decimal) else value
        for name in ("minimum", "maximum"):
            if getattr(question, name) is not None:
                found[name] = str(getattr(question, name))
        if question.randomised:
            found["randomised"] = True
        return found

    def limits(self, question: Question) -> dict[str, Any]:
        found = {
            "min": None if question.minimum is None else float(question.minimum),
            "max": None if question.maximum is None else float(question.maximum),
            "maxLength": question.max_length,
            "maxSelectedChoices": question.max_choices,
            "minSelectedChoices": question.min_choices,
        }
        return {key: value for key, value in found.items() if value is not None}

    def with_constraint(self, found: dict[str, Any], question: Question) -> dict[str, Any]:
        if question.constraint.strip():
            found[OWN]["constraint"] = question.constraint
            validator: dict[str, Any] = {"type": "expression", "text": self.texts(question.constraint_texts)}
            with suppress(ExpressionError):
                validator["expression"] = write_surveyjs(parse_condition(question.constraint), question.code)
            found["validators"] = [validator]
        elif question.constraint_texts:
            found[OWN]["constraint_texts"] = dict(question.constraint_texts)
        return found

    def choices(self, question: Question) -> dict[str, Any]:
        kind = question.kind
        options = [self.choice(option) for option in question.options]
        if kind == QuestionKind.RATING:
            return {"rateValues": options}
        if kind in RATES:
            low, high = RATES[QuestionKind(kind)]
            return {"rateMin": low, "rateMax": high}
        if kind == QuestionKind.CONSENT:
            return {"valueTrue": "yes", "valueFalse": "no"}
        if kind == QuestionKind.MATRIX:
            rows = {"rowsOrder": "random"} if question.randomised else {}
            return {"columns": options, "rows": [self.choice(row) for row in question.rows], **rows}
        order = {"choicesOrder": "random"} if question.randomised else {}
        return {"choices": options, **order} if options else {}

    def choice(self, option: Option) -> dict[str, Any]:
        found: dict[str, Any] = {"value": option.value, "text": self.texts(option.texts)}
        marks = {name: True for name in ("exclusive", "fixed") if getattr(option, name)}
        points = {} if option.points is None else {"points": str(option.points)}
        return found | ({OWN: marks | points} if marks or points else {})
