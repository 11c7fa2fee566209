"""Writes a questionnaire as an XLSForm workbook: survey, choices, settings, and our reasons on a sheet of their own."""

import json
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import override

from surveys.core.workbooks import write_grids
from surveys.instruments.enums import QuestionKind
from surveys.instruments.expressions.grammar import parse_condition
from surveys.instruments.interchange.languages import LABELS
from surveys.instruments.interchange.names import Names, plain_name
from surveys.instruments.interchange.xlsform_parts import (
    CHOICE_COLUMNS,
    CHOICES,
    CONSENT_LIST,
    HEADER_KEYS,
    QUESTION_COLUMNS,
    RANGES,
    REASON_COLUMNS,
    REASONS,
    SETTINGS,
    SURVEY,
    TYPES,
    guarded,
    implied,
    joined,
)
from surveys.instruments.interchange.xpath import write_xpath
from surveys.instruments.pageforms import consent_words, dont_know_word
from surveys.instruments.shapes import DONT_KNOW, Definition, Option, Question, ReasonTag, Section, Texts

Row = dict[str, Any]
YES = {True: "yes", False: ""}


def xlsform(definition: Definition, version: int = 1) -> bytes:
    """The workbook of a questionnaire; equal questionnaires give equal bytes."""
    return _Writing(definition).workbook(version)


def plain(number: Decimal | None) -> str:
    """A number as text, so that no digit is lost in a cell."""
    return "" if number is None else f"{number:f}"


class _Writing:
    """One run over a questionnaire."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.names = Names()
        for question in definition.questions:
            self.names.free(question.code)
        self.cells = {
            (question.code, row.value): self.names.take(f"{question.code}_{row.value}")
            for question in definition.questions
            for row in question.rows
        }
        self.safe = {
            option.value: plain_name(option.value)
            for question in definition.questions
            for option in question.options
            if any(sign.isspace() for sign in option.value)
        }
        self.list_names = Names()
        self.list_names.free(CONSENT_LIST)
        self.lists: dict[str, str] = {}
        self.choices: list[Row] = []

    def workbook(self, version: int) -> bytes:
        survey = list(self.survey())
        settings = self.settings(version)
        sheets = [
            (SURVEY, self.survey_headings(), survey),
            (CHOICES, ["list_name", "name", *self.translated("label"), *CHOICE_COLUMNS], self.choices),
            (SETTINGS, list(settings), [settings]),
        ]
        if self.definition.tags:
            reasons = [self.reason(tag) for tag in self.definition.tags]
            sheets.append((REASONS, [*REASON_COLUMNS, *self.translated("label")], reasons))
        return write_grids(
            (title, headings, [[row.get(heading) for heading in headings] for row in rows])
            for title, headings, rows in sheets
        )

    def translated(self, column: str) -> list[str]:
        return [f"{column}::{LABELS[language]}" for language in self.definition.languages]

    def texts(self, column: str, texts: Texts) -> Row:
        return {f"{column}::{LABELS[language]}": guarded(text) for language, text in texts.items()}

    def survey_headings(self) -> list[str]:
        words = ("label", "hint", "constraint_message")
        translated = [heading for column in words for heading in self.translated(column)]
        plain = ["required", "relevant", "constraint", "appearance", "parameters"]
        return ["type", "name", *translated, *plain, *QUESTION_COLUMNS]

    def survey(self) -> Iterator[Row]:
        here = ""
        for question in self.definition.questions:
            if question.section != here:
                if here:
                    yield {"type": "end_group"}
                here = question.section
                section = self.definition.section(here)
                if section:
                    yield self.group(section)
            if question.kind == QuestionKind.MATRIX:
                yield from self.grid(question)
            else:
                yield self.question(question)
        if here:
            yield {"type": "end_group"}

    def group(self, section: Section) -> Row:
        return {
            "type": "begin_group",
            "name": self.names.free(f"section_{section.code}"),
            "relevant": self.xpath(section.relevant),
            "eval_kind": "section",
            "eval_value": section.code,
            **self.texts("label", section.texts),
            **self.texts("hint", section.hints),
        }

    def xpath(self, condition: str) -> str:
        if not condition.strip():
            return ""
        return write_xpath(parse_condition(condition), self.cells, self.safe)

    def common(self, question: Question) -> Row:
        """What every question has, whatever its kind."""
        return {
            "name": question.code,
            "relevant": self.xpath(question.relevant),
            "eval_kind": question.kind,
            "eval_scale": question.scale,
            "eval_dimension": question.dimension,
            "eval_look": question.appearance,
            "eval_dont_know": YES[question.allows_dont_know],
            "eval_minimum": plain(question.minimum),
            "eval_maximum": plain(question.maximum),
            "eval_max_length": question.max_length,
            "eval_min_choices": question.min_choices,
            "eval_max_choices": question.max_choices,
            **self.texts("label", question.texts),
            **self.texts("hint", question.hints),
        }

    def question(self, question: Question) -> Row:
        return self.common(question) | {
            "type": self.type_of(question),
            "required": YES[question.required],
            "constraint": joined(implied(question, self.safe), self.xpath(question.constraint)),
            "appearance": self.appearance(question),
            "parameters": self.parameters(question),
            **self.texts("constraint_message", question.constraint_texts),
        }

    def type_of(self, question: Question) -> str:
        if question.kind == QuestionKind.NUMBER:
            return "integer" if question.whole else "decimal"
        name = TYPES[QuestionKind(question.kind)]
        if question.kind == QuestionKind.CONSENT:
            return f"{name} {self.consent()}"
        return f"{name} {self.listed(question)}" if question.options else name

    def appearance(self, question: Question) -> str:
        if question.kind == QuestionKind.LONG_TEXT:
            return "multiline"
        return "likert" if question.appearance == "likert" else ""

    def parameters(self, question: Question) -> str:
        if question.kind in RANGES:
            low, high = RANGES[QuestionKind(question.kind)]
            return f"start={low} end={high} step=1"
        return "randomize=true" if question.randomised else ""

    def grid(self, question: Question) -> Iterator[Row]:
        """A grid: a group with a question a row."""
        yield self.common(question) | {
            "type": "begin_group",
            "appearance": "field-list",
            "eval_randomised": YES[question.randomised],
        }
        for row in question.rows:
            yield {
                "type": f"select_one {self.listed(question)}",
                "name": self.cells[question.code, row.value],
                "required": YES[question.required],
                "eval_kind": "row",
                "eval_value": row.value,
                **self.marks(row),
                **self.texts("label", row.texts),
            }
        yield {"type": "end_group"}

    def marks(self, option: Option) -> Row:
        return {
            "eval_points": plain(option.points),
            "eval_exclusive": YES[option.exclusive],
            "eval_fixed": YES[option.fixed],
        }

    def listed(self, question: Question) -> str:
        """The name of the list of a question's options; equal lists are written once."""
        rows = [self.choice(option) for option in question.options]
        if question.allows_dont_know:
            rows.append({"name": DONT_KNOW} | self.fixed_texts(dont_know_word))
        return self.list_of(rows, question.code)

    def list_of(self, rows: Sequence[Row], name: str) -> str:
        key = json.dumps(rows, default=str, sort_keys=True)
        if key not in self.lists:
            self.lists[key] = name if name == CONSENT_LIST else self.list_names.take(name)
            self.choices += [row | {"list_name": self.lists[key]} for row in rows]
        return self.lists[key]

    def choice(self, option: Option) -> Row:
        name = self.safe.get(option.value, option.value)
        own = {"eval_value": option.value} if name != option.value else {}
        return {"name": name, **self.texts("label", option.texts), **self.marks(option), **own}

    def consent(self) -> str:
        rows = [
            {"name": value} | self.fixed_texts(lambda value=value: consent_words()[value])
            for value in consent_words()
        ]
        return self.list_of(rows, CONSENT_LIST)

    def fixed_texts(self, word: Any) -> Row:
        """A word of the system in every language of the questionnaire."""
        found: Row = {}
        for language in self.definition.languages:
            with override(language):
                found[f"label::{LABELS[language]}"] = word()
        return found

    def settings(self, version: int) -> Row:
        definition = self.definition
        first = definition.languages[0]
        header = definition.header
        found: Row = {
            "form_title": guarded(definition.names.get(first, definition.code)),
            "form_id": definition.code,
            "version": str(version),
            "default_language": LABELS[first],
            "eval_languages": " ".join(definition.languages),
            **{f"eval_title_{language}": guarded(text) for language, text in definition.names.items()},
            **{f"eval_warning_{language}": guarded(text) for language, text in definition.warnings.items()},
            "eval_source": guarded(definition.source),
            "eval_date": definition.dated,
            "eval_status": definition.status,
            "eval_scoring": guarded(json.dumps(definition.scoring, ensure_ascii=False))
            if definition.scoring
            else "",
        }
        if header is not None:
            values = {key: str(getattr(header, key) or "") for key in HEADER_KEYS}
            found |= {"eval_header": "yes", **{f"eval_{key}": value for key, value in values.items()}}
        return found

    def reason(self, tag: ReasonTag) -> Row:
        return {
            "name": tag.code,
            "group": tag.group,
            "levels": " ".join(map(str, tag.levels)),
            "modes": " ".join(tag.modes),
            "dimension": tag.dimension,
            "mirrors": tag.mirrors,
            **self.texts("label", tag.texts),
        }
