"""What an edition keeps besides its ranking: services, objections, corrections and the files it rests on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from surveys.core.text import localized

Names = Mapping[str, str]


@dataclass(frozen=True)
class ObjectionNote:
    """What a department objected to and what another body decided."""

    unit: str
    names: Names
    node: str
    text: str
    lodged_on: date
    is_upheld: bool
    decision: str


@dataclass(frozen=True)
class SourceFile:
    name: str
    digest: str
    n_rows: int | None
    kind: str
    origin: Names


@dataclass(frozen=True)
class Correction:
    """One figure that an edition changed against the one before: a unit's score, place, grade or raw value."""

    unit: str
    node: str
    measure: str
    before: float | str | None
    after: float | str | None


@dataclass(frozen=True)
class ServiceRecord:
    """What may be told of one service: the average in whole points, and between which bounds its answers number."""

    code: str
    names: Names
    unit: str
    points: int | None
    margin: int | None
    least: int | None
    most: int | None
    period: Names
    missing: Names

    @property
    def name(self) -> str:
        return localized(self.names)
