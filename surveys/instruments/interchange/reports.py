"""What an import did with each row of a file, and the document that came of it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from django.utils.translation import gettext_lazy as _

from surveys.core.text import localized
from surveys.instruments.checks import can_be_followed, publishing_faults
from surveys.instruments.definition import DefinitionError, read
from surveys.instruments.shapes import Fault

PART = re.compile(r"^questions\[(\d+)\]\.(options|rows)\[(\d+)\]")


class Outcome(Enum):
    """What became of a row."""

    TAKEN = "taken"
    CHANGED = "changed"
    REFUSED = "refused"

    @property
    def label(self) -> str:
        return str(WORDS[self])


WORDS = {
    Outcome.TAKEN: _("taken"),
    Outcome.CHANGED: _("changed"),
    Outcome.REFUSED: _("refused"),
}


class InterchangeError(ValueError):
    """A file that cannot be read at all; carries the sentence why."""


@dataclass
class Line:
    """One row of the file: where it stands, what it is called, what became of it, how or why."""

    place: str
    name: str
    outcome: Outcome = Outcome.TAKEN
    reasons: list[str] = field(default_factory=list)

    @property
    def message(self) -> str:
        return " ".join(self.reasons)

    def change(self, reason: str) -> None:
        """Taken, but not as it was."""
        if self.outcome != Outcome.REFUSED:
            self.outcome = Outcome.CHANGED
        self.reasons.append(reason)

    def refuse(self, reason: str) -> None:
        """Not taken."""
        self.outcome = Outcome.REFUSED
        self.reasons = [reason]


@dataclass
class Imported:
    """A document and the account of its rows; `faults` are what must be mended before it can be in force."""

    document: dict[str, Any]
    lines: list[Line]
    faults: tuple[Fault, ...] = ()

    def count(self, outcome: Outcome) -> int:
        return sum(line.outcome == outcome for line in self.lines)

    @property
    def counts(self) -> dict[str, int]:
        return {outcome.value: self.count(outcome) for outcome in Outcome}

    @property
    def name(self) -> str:
        return localized(self.document.get("names") or {}) or str(self.document.get("code", ""))


def finished(document: dict[str, Any], lines: list[Line], places: Mapping[str, Line]) -> Imported:
    """The import with everything noted that keeps the document from being in force.

    `places` are the lines of the questions and sections by their place in the document ("questions[3]").
    """
    try:
        definition, faults = read(document)
        if can_be_followed(faults):
            faults = (*faults, *publishing_faults(definition))
    except DefinitionError as error:
        faults = error.faults
    for fault in faults:
        line = places.get(fault.place.split(".")[0])
        reason = _reason(document, fault)
        if line is not None and reason not in line.reasons:
            line.change(reason)
    return Imported(document, lines, faults)


def _reason(document: Mapping[str, Any], fault: Fault) -> str:
    """The sentence of a fault; where it is of an option or a row of a grid, with its name before it."""
    match = PART.match(fault.place)
    if match is None:
        return fault.message
    part = document["questions"][int(match[1])][match[2]][int(match[3])]
    return f"{part.get('value', '')}: {fault.message}" if isinstance(part, Mapping) else fault.message
