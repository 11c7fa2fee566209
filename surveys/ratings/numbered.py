"""A frozen questionnaire with a number beside every choice: read aloud, printed, and keyed by number."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from surveys.core.text import localized
from surveys.instruments.definition import Definition, Question
from surveys.instruments.enums import QuestionKind
from surveys.instruments.queries import definition_of
from surveys.instruments.shapes import GROUPS

NUMBERED_KINDS = {QuestionKind.RATING, QuestionKind.SINGLE, QuestionKind.NPS, QuestionKind.CES}
MANY = QuestionKind.MULTIPLE
SEPARATORS = re.compile(r"[\s,;.，、；。]+")


class NumberUnknownError(LookupError):
    """What was keyed is not among the numbers on the form; carries the number."""


@dataclass(frozen=True)
class Line:
    """One choice: the number on the form, its code or value, and its words."""

    number: int
    code: str
    text: str


@dataclass(frozen=True)
class Block:
    """A question, or a group of reasons, with its numbered choices; no choices means words are written."""

    code: str
    text: str
    lines: tuple[Line, ...]
    many: bool = False


@dataclass(frozen=True)
class Sheet:
    """The whole form in one language; tags are numbered through, so that a number means one reason."""

    version_id: int
    question: Block
    items: tuple[Block, ...]
    reasons: Mapping[str, tuple[Line, ...]]

    @property
    def tags(self) -> dict[int, str]:
        """The code of each reason by its number."""
        return {line.number: line.code for lines in self.reasons.values() for line in lines}


def sheet_of(version_id: int, mode: str, language: str | None = None) -> Sheet:
    """The form of a frozen version for people served this way, in the language (default: the page's)."""
    definition = definition_of(version_id)
    overall = definition.question("overall")
    levels = tuple(
        Line(int(option.value), option.value, localized(option.texts, language))
        for option in reversed(overall.options)
    )
    question = Block("overall", localized(overall.texts, language), levels)
    items = tuple(_item(item, language) for item in definition.items)
    return Sheet(version_id, question, items, _reasons(definition, mode, language))


def _item(question: Question, language: str | None) -> Block:
    lines = tuple(
        Line(place, option.value, localized(option.texts, language))
        for place, option in enumerate(question.options, 1)
        if question.kind in NUMBERED_KINDS | {MANY}
    )
    if question.kind in {QuestionKind.NPS, QuestionKind.CES}:
        lines = tuple(Line(int(value), value, value) for value in question.answer_options)
    return Block(question.code, localized(question.texts, language), lines, many=question.kind == MANY)


def _reasons(definition: Definition, mode: str, language: str | None) -> dict[str, tuple[Line, ...]]:
    """The reasons by group, numbered through from the first good one to the last bad one."""
    fitting = [tag for group in GROUPS for tag in definition.tags if tag.group == group and mode in tag.modes]
    found: dict[str, tuple[Line, ...]] = {}
    for number, tag in enumerate(fitting, 1):
        line = Line(number, tag.code, localized(tag.texts, language))
        found[tag.group] = (*found.get(tag.group, ()), line)
    return found


def keyed_numbers(typed: str) -> tuple[int, ...]:
    """The numbers in what was typed, each once and in order; NumberUnknownError for anything else."""
    parts = [part for part in SEPARATORS.split(typed.strip()) if part]
    for part in parts:
        if not part.isdecimal() or len(part) > 3:
            raise NumberUnknownError(part)
    return tuple(sorted({int(part) for part in parts}))


def keyed_tags(sheet: Sheet, typed: str) -> tuple[str, ...]:
    """The codes of the reasons whose numbers were typed."""
    known = sheet.tags
    numbers = keyed_numbers(typed)
    for number in numbers:
        if number not in known:
            raise NumberUnknownError(str(number))
    return tuple(sorted(known[number] for number in numbers))


def keyed_answer(block: Block, typed: str) -> object:
    """The answer to one question: words as they are, a value by its number, values where many may be chosen."""
    if not block.lines:
        return typed
    known = {line.number: line.code for line in block.lines}
    numbers = keyed_numbers(typed)
    for number in numbers:
        if number not in known:
            raise NumberUnknownError(str(number))
    values = [known[number] for number in numbers]
    if block.many:
        return values
    if len(values) > 1:
        raise NumberUnknownError(typed)
    return values[0] if values else ""


def numbers_of(sheet: Sheet, tags: list[str]) -> str:
    """The numbers of reasons, as they would be keyed again."""
    return " ".join(str(number) for number, code in sheet.tags.items() if code in tags)
