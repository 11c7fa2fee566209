"""A questionnaire version as frozen shapes: questions, options, tags, statutory header."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from surveys.core.text import localized
from surveys.instruments.enums import QuestionKind

GROUPS = ("good", "mid", "bad")
MODES = ("online", "offline", "assisted")
WITH_OPTIONS = {
    QuestionKind.RATING,
    QuestionKind.SINGLE,
    QuestionKind.MULTIPLE,
    QuestionKind.MATRIX,
    QuestionKind.RANKING,
}

NUMBERED: Mapping[str, tuple[str, ...]] = {
    QuestionKind.NPS: tuple(str(number) for number in range(11)),
    QuestionKind.CES: tuple(str(number) for number in range(1, 8)),
}
"""Kinds whose answers are fixed numbers."""
CONSENT_VALUES = ("yes", "no")
DONT_KNOW = "dk"

Texts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a document, and where."""

    place: str
    message: str


class DefinitionError(ValueError):
    """A document that cannot become a questionnaire; carries every fault with its place."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(f"{fault.place}: {fault.message}" for fault in faults))


@dataclass(frozen=True, slots=True)
class Option:
    """One choice; `points` is what it counts for where the set has its own map; `fixed` is never shuffled."""

    value: str
    texts: Texts
    points: Decimal | None = None
    exclusive: bool = False
    fixed: bool = False

    def __str__(self) -> str:
        return localized(self.texts)


@dataclass(frozen=True, slots=True)
class Question:
    """One question; options stand in the order low to high where the kind is a rating."""

    code: str
    kind: str
    texts: Texts
    hints: Texts = field(default_factory=dict)
    options: tuple[Option, ...] = ()
    rows: tuple[Option, ...] = ()
    scale: str = ""
    dimension: str = ""
    required: bool = False
    allows_dont_know: bool = False
    relevant: str = ""
    constraint: str = ""
    constraint_texts: Texts = field(default_factory=dict)
    randomised: bool = False
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    max_length: int | None = None
    max_choices: int | None = None
    appearance: str = ""
    section: str = ""
    min_choices: int | None = None
    whole: bool = False

    @property
    def values(self) -> tuple[str, ...]:
        return tuple(option.value for option in self.options)

    @property
    def answer_options(self) -> tuple[str, ...]:
        """What may be answered from a closed list, low to high, without "don't know"; empty where open."""
        if self.kind == QuestionKind.CONSENT:
            return CONSENT_VALUES
        return NUMBERED.get(self.kind, self.values)

    @property
    def n_places(self) -> int:
        """How many places a ranking asks for."""
        return min(self.max_choices or len(self.options), len(self.options))

    def __str__(self) -> str:
        return localized(self.texts)


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the questionnaire with its own heading and condition; its questions stand together."""

    code: str
    texts: Texts = field(default_factory=dict)
    hints: Texts = field(default_factory=dict)
    relevant: str = ""

    def __str__(self) -> str:
        return localized(self.texts)


@dataclass(frozen=True, slots=True)
class ReasonTag:
    """A reason a resident may tick, offered only with its levels and modes."""

    code: str
    group: str
    levels: tuple[int, ...]
    modes: tuple[str, ...]
    texts: Texts
    dimension: str = ""
    mirrors: str = ""

    def fits(self, level: int, mode: str) -> bool:
        return level in self.levels and mode in self.modes

    def __str__(self) -> str:
        return localized(self.texts)


@dataclass(frozen=True, slots=True)
class Header:
    """What a statutory survey must carry; nothing may be collected after `valid_until`."""

    form_number: str = ""
    making_body: str = ""
    approving_body: str = ""
    approval_number: str = ""
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class Definition:
    """A whole questionnaire."""

    code: str
    names: Texts
    languages: tuple[str, ...]
    questions: tuple[Question, ...]
    tags: tuple[ReasonTag, ...] = ()
    header: Header | None = None
    source: str = ""
    dated: str = ""
    status: str = "own"
    warnings: Texts = field(default_factory=dict)
    scoring: Mapping[str, Any] = field(default_factory=dict)
    sections: tuple[Section, ...] = ()

    def question(self, code: str) -> Question:
        """The question of that code; KeyError when there is none."""
        for question in self.questions:
            if question.code == code:
                return question
        raise KeyError(code)

    def section(self, code: str) -> Section | None:
        """The section of that code; None for questions outside every section."""
        return next((section for section in self.sections if section.code == code), None)

    def tag(self, code: str) -> ReasonTag:
        """The tag of that code; KeyError when there is none."""
        for tag in self.tags:
            if tag.code == code:
                return tag
        raise KeyError(code)

    def tags_for(self, level: int, mode: str) -> tuple[ReasonTag, ...]:
        """The tags a resident may tick with that level in that mode, in the codebook's order."""
        return tuple(tag for tag in self.tags if tag.fits(level, mode))

    def tag_codes(self, level: int, mode: str) -> frozenset[str]:
        return frozenset(tag.code for tag in self.tags_for(level, mode))

    @property
    def items(self) -> tuple[Question, ...]:
        """The questions besides the overall one."""
        return tuple(question for question in self.questions if question.code != "overall")
