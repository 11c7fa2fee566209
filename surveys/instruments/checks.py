"""What must hold before a questionnaire is put in force: conditions that make sense and questions that can be met."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from surveys.instruments.enums import QuestionKind
from surveys.instruments.expressions.grammar import parse_condition
from surveys.instruments.expressions.nodes import ExpressionError, Node, names
from surveys.instruments.expressions.types import Typing
from surveys.instruments.reach import Reach
from surveys.instruments.shapes import Definition, Fault, Question

TEXTS = re.compile(r"\.?(?:texts|hints|constraint_texts|names)\.")


def is_of_texts(fault: Fault) -> bool:
    """Whether a fault is a text that is missing: the rest of the document can be looked at all the same."""
    return TEXTS.search(fault.place) is not None


def can_be_followed(faults: Sequence[Fault]) -> bool:
    """Whether conditions can be looked at beside these faults: every question has a code and a kind."""
    return not any(fault.place.endswith((".code", ".kind")) for fault in faults)


def publishing_faults(definition: Definition) -> tuple[Fault, ...]:
    """Every reason why this questionnaire cannot be put in force, with its place; empty when there is none.

    Conditions are read and typed; then each question may look at earlier ones only, which also rules out circles;
    then each question must be met by some answers, which is looked at only where the rest is right.
    """
    unread = tuple(_readable(definition))
    ordered = tuple(_in_order(_without(definition, unread)))
    return (*unread, *ordered) or tuple(_reachable(definition))


def _without(definition: Definition, faults: Sequence[Fault]) -> Definition:
    """The questionnaire without the conditions that could not be read."""
    if not faults:
        return definition
    places = {fault.place for fault in faults}

    def kept(text: str, place: str) -> str:
        return "" if place in places else text

    return replace(
        definition,
        sections=tuple(
            replace(one, relevant=kept(one.relevant, f"sections[{number}].relevant"))
            for number, one in enumerate(definition.sections)
        ),
        questions=tuple(
            replace(
                one,
                relevant=kept(one.relevant, f"questions[{number}].relevant"),
                constraint=kept(one.constraint, f"questions[{number}].constraint"),
            )
            for number, one in enumerate(definition.questions)
        ),
    )


def _readable(definition: Definition) -> Iterator[Fault]:
    questions = {question.code: question for question in definition.questions}
    for number, section in enumerate(definition.sections):
        yield from _condition(section.relevant, f"sections[{number}].relevant", Typing(questions))
        if not any(question.section == section.code for question in definition.questions):
            yield Fault(f"sections[{number}]", _("This section has no questions."))
    for number, question in enumerate(definition.questions):
        place = f"questions[{number}]"
        yield from _condition(question.relevant, f"{place}.relevant", Typing(questions))
        yield from _condition(question.constraint, f"{place}.constraint", Typing(questions, question))
    if all(question.kind == QuestionKind.INFORMATION for question in definition.questions):
        yield Fault("questions", _("There is nothing to answer in this questionnaire."))


def _condition(text: str, place: str, typing: Typing) -> Iterator[Fault]:
    if not text.strip():
        return
    try:
        typing.check(parse_condition(text))
    except ExpressionError as error:
        yield Fault(place, _("%(message)s (character %(at)d)") % {"message": error.message, "at": error.at})


def _in_order(definition: Definition) -> Iterator[Fault]:
    places = {question.code: number for number, question in enumerate(definition.questions)}
    links = {question.code: _looks_at(definition, question) for question in definition.questions}
    for number, question in enumerate(definition.questions):
        for code, place in _later(definition, question, number, places):
            circle = _circle(code, question.code, links)
            if circle:
                words = " → ".join([question.code, *circle])
                yield Fault(place, _("The conditions go round in a circle: %(words)s.") % {"words": words})
            else:
                yield Fault(
                    place,
                    _("“%(code)s” is asked only later; look at earlier questions.") % {"code": code},
                )


def _parsed(text: str) -> Node | None:
    return parse_condition(text) if text.strip() else None


def _looks_at(definition: Definition, question: Question) -> frozenset[str]:
    section = definition.section(question.section)
    trees = (_parsed(question.relevant), _parsed(section.relevant) if section else None)
    return frozenset(code for tree in trees if tree for code in names(tree))


def _later(
    definition: Definition, question: Question, number: int, places: Mapping[str, int]
) -> Iterator[tuple[str, str]]:
    """The questions asked at or after this one that its conditions look at, with the place of the condition."""
    section = definition.section(question.section)
    conditions = [
        (f"questions[{number}].relevant", question.relevant, number),
        (f"questions[{number}].constraint", question.constraint, number),
    ]
    if section is not None:
        first = next(place for place, q in enumerate(definition.questions) if q.section == section.code)
        if first == number:
            conditions.append(
                (f"sections[{definition.sections.index(section)}].relevant", section.relevant, first)
            )
    for place, text, start in conditions:
        tree = _parsed(text)
        for code in sorted(names(tree)) if tree else ():
            if places[code] >= start:
                yield code, place


def _circle(start: str, end: str, links: Mapping[str, frozenset[str]]) -> list[str]:
    """The way from one question to another along the conditions; empty when there is none."""
    ways, seen = [[start]], {start}
    while ways:
        way = ways.pop()
        if way[-1] == end:
            return way
        for code in sorted(links[way[-1]] - seen):
            seen.add(code)
            ways.append([*way, code])
    return []


def _reachable(definition: Definition) -> Iterator[Fault]:
    reach = Reach(definition)
    for number, question in enumerate(definition.questions):
        if not reach.can_be_asked(question):
            yield Fault(f"questions[{number}]", _("No answers lead to “%(code)s”.") % {"code": question.code})
