"""A page of a questionnaire as the templates get it: fields, choices, what was chosen, faults."""

from dataclasses import dataclass

from surveys.instruments.answering import AnswerFault

WRITTEN = frozenset({"number", "date", "line", "text"})
"""Shapes with one input to type into."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One option as it stands on the page; `face` 1-5 or `stars` where they are drawn."""

    value: str
    text: str
    chosen: bool = False
    face: int = 0
    stars: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A row of a grid or a place of a ranking: its own group of choices."""

    name: str
    label: str
    choices: tuple[Choice, ...]
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """One question as the page shows it; `shape` is how it is drawn.

    Shapes: levels, chips, stars, points, checks, grid, ranking, number, date, line, text, note.
    """

    name: str
    code: str
    shape: str
    label: str
    hint: str = ""
    is_required: bool = False
    choices: tuple[Choice, ...] = ()
    parts: tuple[Part, ...] = ()
    text: str = ""
    fault: str = ""
    limit: int | None = None
    ends: tuple[str, str] | tuple[()] = ()

    @property
    def described(self) -> str:
        """The ids of what describes the input: its message, then its hint."""
        ids = [f"{self.name}-e"] if self.fault else []
        return " ".join([*ids, f"{self.name}-h"] if self.hint else ids)

    @property
    def chosen(self) -> str:
        """The value chosen among single choices; empty where none is."""
        return next((choice.value for choice in self.choices if choice.chosen), "")

    @property
    def is_written(self) -> bool:
        """Whether the answer is typed into one input."""
        return self.shape in WRITTEN

    @property
    def takes_a_tap(self) -> bool:
        """Whether one choice is the whole answer, so that a button each can send it."""
        return self.shape in {"levels", "chips", "stars", "points"}


@dataclass(frozen=True, slots=True)
class PageForm:
    """Everything `instruments/_page.html` needs."""

    title: str
    hint: str
    fields: tuple[Field, ...]
    faults: tuple[AnswerFault, ...]
    language: str
    html_lang: str
