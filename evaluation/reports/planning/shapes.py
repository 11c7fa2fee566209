"""What the planning workbook is written from; everything is read already and in one language."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from evaluation.reports.book import Book
from scoring.normalise import span_to
from scoring.types import Indicator


@dataclass(frozen=True)
class PlannedMeasure:
    """A measure with cost, reach, expected and proven effect; `indicator` is a code of the scheme or empty.

    `gain`: expected points of the score under the official weights. `effect`, `lower`, `upper`: the proven change in
    the measure's own metric with its 95 % interval; `verdict` says it in a word.
    """

    title: str
    department: str
    owner: str
    opened_from: str
    indicator: str
    state: str
    due_on: dt.date
    metric: str
    target: float
    cost: float | None = None
    n_reached: int | None = None
    gain: float | None = None
    verdict: str = ""
    effect: float | None = None
    lower: float | None = None
    upper: float | None = None


@dataclass(frozen=True)
class PlannedDriver:
    """A question: importance 0-1 and level 0-100, each with its interval."""

    name: str
    importance: tuple[float, float, float]
    level: tuple[float, float, float]


@dataclass(frozen=True)
class Deadline:
    """A day by which something is to be done."""

    on_day: dt.date
    what: str
    department: str
    kind: str
    state: str


@dataclass(frozen=True)
class Plan:
    """The book of a run with what is planned on top.

    targets: by (indicator, unit), in the unit of the sheet of values. full: most points by indicator, where told.
    """

    book: Book
    as_of: dt.date
    measures: tuple[PlannedMeasure, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    drivers: tuple[PlannedDriver, ...] = ()
    targets: Mapping[tuple[str, str], float] = field(default_factory=dict)
    full: Mapping[str, float] = field(default_factory=dict)

    def full_of(self, indicator: Indicator) -> float:
        """The most points an indicator can give; values taken as they are count from 0 to 100."""
        plain = 100.0 if indicator.normalise.method == "none" else max(span_to(indicator.normalise))
        return self.full.get(indicator.code, plain)
