"""The way through a questionnaire: what is visible, which pages there are, which comes next. Pure."""

import hashlib
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from surveys.instruments.enums import QuestionKind
from surveys.instruments.expressions.evaluation import Lookup, Value, holds, typed
from surveys.instruments.expressions.grammar import parse_condition
from surveys.instruments.expressions.nodes import names
from surveys.instruments.shapes import Definition, Option, Question, Section

Answers = Mapping[str, Any]
"""One response: question code -> value as it is stored (docs/questionnaires.md); no key where unanswered."""


@dataclass(frozen=True, slots=True)
class Page:
    """The questions that stand together; `number` counts from 0."""

    number: int
    section: Section | None
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a respondent is among the pages that are visible with the answers so far; position from 1."""

    position: int
    total: int


def is_empty(value: object) -> bool:
    """Whether nothing was answered."""
    return value is None or value in ("", [], {}, ())


def visible(definition: Definition, answers: Answers) -> tuple[Question, ...]:
    """The questions to be asked, in order; an answer to a hidden question counts as none."""
    return tuple(asking(definition, answers))


def asking(definition: Definition, answers: Answers) -> Iterator[Question]:
    """The same one by one; each answer is read after its question was handed out, so it may be filled in then."""
    values: dict[str, Value] = {}
    for question in definition.questions:
        if _asked(definition, question, values.get):
            yield question
            values[question.code] = typed(question, answers.get(question.code))
            if is_refusal(question, answers):
                return


def is_refusal(question: Question, answers: Answers) -> bool:
    """Whether a consent that is required was refused: nothing is asked after it."""
    return question.kind == QuestionKind.CONSENT and question.required and answers.get(question.code) == "no"


def conditions(definition: Definition, question: Question) -> tuple[str, ...]:
    """Every condition a question stands under: its section's and its own."""
    section = definition.section(question.section)
    texts = (section.relevant if section else "", question.relevant)
    return tuple(text for text in texts if text.strip())


def _asked(definition: Definition, question: Question, lookup: Lookup) -> bool:
    return all(holds(parse_condition(text), lookup) for text in conditions(definition, question))


def governing(definition: Definition, question: Question) -> frozenset[str]:
    """The codes of the questions that decide whether this one is asked."""
    return frozenset(
        code for text in conditions(definition, question) for code in names(parse_condition(text))
    )


def pages(definition: Definition) -> tuple[Page, ...]:
    """Every page there can be.

    A section is a page, but a question never stands on the page of one that decides whether it is asked: the
    page is cut there, so branching needs no script and nothing has to be asked again. A consent stands alone.
    """
    groups: list[list[Question]] = []
    for question in definition.questions:
        group = groups[-1] if groups else []
        if not group or _cut(definition, group, question):
            groups.append([question])
        else:
            group.append(question)
    return tuple(
        Page(number, definition.section(group[0].section), tuple(group))
        for number, group in enumerate(groups)
    )


def _cut(definition: Definition, group: Sequence[Question], question: Question) -> bool:
    decided_here = governing(definition, question) & {earlier.code for earlier in group}
    after_consent = group[-1].kind == QuestionKind.CONSENT and group[-1].required
    return bool(decided_here) or after_consent or group[-1].section != question.section


def shown(definition: Definition, answers: Answers, page: int, only: str = "") -> tuple[Question, ...]:
    """The questions of a page that are to be asked now, or the one of the code `only` among them.

    IndexError for a page that is not there.
    """
    asked = {question.code for question in visible(definition, answers)}
    return tuple(
        question
        for question in pages(definition)[page].questions
        if question.code in asked and only in {"", question.code}
    )


def open_pages(definition: Definition, answers: Answers) -> list[int]:
    """The numbers of the pages with something to ask."""
    asked = {question.code for question in visible(definition, answers)}
    return [
        page.number
        for page in pages(definition)
        if any(question.code in asked for question in page.questions)
    ]


@dataclass(frozen=True, slots=True)
class Stop:
    """What stands before a respondent at once: a page, or in large print the one question `only` of it.

    `place` is that of its first question among all questions.
    """

    page: int
    place: int
    only: str = ""


def stops(definition: Definition, answers: Answers, *, one_each: bool) -> list[Stop]:
    """Every stop of the way with the answers so far: pages, or each question alone."""
    asked = {question.code for question in visible(definition, answers)}
    found: list[Stop] = []
    place = 0
    for page in pages(definition):
        here = [
            Stop(page.number, at, question.code if one_each else "")
            for at, question in enumerate(page.questions, place)
            if question.code in asked
        ]
        found += here if one_each else here[:1]
        place += len(page.questions)
    return found


def next_page(definition: Definition, answers: Answers, page: int | None) -> int | None:
    """The page after this one (None: the first); None when there is nothing more to ask."""
    here = -1 if page is None else page
    return next((number for number in open_pages(definition, answers) if number > here), None)


def previous_page(definition: Definition, answers: Answers, page: int) -> int | None:
    """The page before this one; None on the first."""
    return next((n for n in reversed(open_pages(definition, answers)) if n < page), None)


def progress(definition: Definition, answers: Answers, page: int) -> Progress:
    """Where this page stands among those that are to be shown with the answers so far."""
    found = open_pages(definition, answers)
    return Progress(sum(number <= page for number in found), len(found))


def declined(definition: Definition, answers: Answers) -> bool:
    """Whether a required consent was refused, which ends the survey."""
    return any(is_refusal(question, answers) for question in visible(definition, answers))


def settled(definition: Definition, answers: Answers) -> dict[str, Any]:
    """The answers to what was asked in the end; what branching hid is left out. Store this on finishing."""
    return {
        question.code: answers[question.code]
        for question in visible(definition, answers)
        if not is_empty(answers.get(question.code))
    }


def missing(definition: Definition, answers: Answers) -> tuple[Question, ...]:
    """Questions that need an answer, are asked and have none; a response is finished when there are none."""
    return tuple(
        question
        for question in visible(definition, answers)
        if question.required
        and question.kind != QuestionKind.INFORMATION
        and is_empty(answers.get(question.code))
    )


def may_collect(definition: Definition, today: date) -> bool:
    """False after the day to which the statutory header allows collection."""
    until = definition.header.valid_until if definition.header else None
    return until is None or today <= until


def option_orders(definition: Definition, seed: str) -> dict[str, list[str]]:
    """The shuffled order of options (of a grid: rows) of each randomised question, for one respondent.

    The same seed gives the same order. Draw it once a response and store it with the response, so that order
    effects can be studied and a page looks the same when it is opened again.
    """
    return {
        question.code: _shuffled(question, seed) for question in definition.questions if question.randomised
    }


def _shuffled(question: Question, seed: str) -> list[str]:
    listed = question.rows if question.kind == QuestionKind.MATRIX else question.options
    loose = [option.value for option in listed if not _stays(option)]
    key = hashlib.sha256(f"{seed}:{question.code}".encode()).digest()
    random.Random(key).shuffle(loose)
    rest = iter(loose)
    return [option.value if _stays(option) else next(rest) for option in listed]


def _stays(option: Option) -> bool:
    return option.fixed or option.exclusive


def ordered(options: Sequence[Option], order: Sequence[str] | None) -> tuple[Option, ...]:
    """Options in a stored order; any the order does not know keep their place at the end."""
    if not order:
        return tuple(options)
    rank = {value: place for place, value in enumerate(order)}
    return tuple(sorted(options, key=lambda option: rank.get(option.value, len(rank))))
