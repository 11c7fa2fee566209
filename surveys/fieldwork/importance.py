"""What matters to people: what they name as important, what goes with their overall answer, and how it performs."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scoring.drivers import drivers
from scoring.estimation import means, shares
from scoring.types import Floats, ScoringError
from surveys.fieldwork.estimates import FEWEST, Sample, points
from surveys.fieldwork.items import CHOSEN, Item, naming
from surveys.instruments.queries import definition_of
from surveys.instruments.shapes import Question

MOST_DRIVERS = 20
DRAWS = 200


@dataclass(frozen=True)
class Placed:
    """One item on the importance-performance chart: both values with bounds, and the corner it stands in.

    importance is a share 0-1 (of people naming it, or of explained variance); performance is 0-100. place:
    priority (important, weak), strength, maintain (less important, strong), later; `certain` when neither
    interval crosses the average.
    """

    item: Item
    importance: float
    importance_lower: float
    importance_upper: float
    performance: float
    performance_lower: float
    performance_upper: float
    place: str
    certain: bool
    n: int


def picking_questions(sample: Sample) -> list[Question]:
    """Questions in which people name what matters: their options are items of the questionnaire."""
    codes = {item.code for item in sample.items}
    return [
        question
        for question in definition_of(sample.survey.version_id).questions
        if question.kind in CHOSEN and len({option.value for option in question.options} & codes) > 1
    ]


def named(sample: Sample, question: Question) -> list[Placed]:
    """Items by the share of all respondents who named them, the most named first."""
    codes, table = naming(question, sample.answers)
    known = {item.code: item for item in sample.items}
    found = shares(sample.weighted, table)
    kept = [at for at, code in enumerate(codes) if code in known]
    return _placed(
        sample,
        [known[codes[at]] for at in kept],
        (found.value[kept], found.lower[kept], found.upper[kept]),
    )


def driving(sample: Sample, overall: str) -> list[Placed]:
    """Items by their share of what the overall answer's variance goes with: association, not cause."""
    by_code = {item.code: item for item in sample.items}
    if overall not in by_code:
        return []
    whole = points(sample, by_code[overall], "linear100")
    items = [item for item in sample.items if item.code != overall][:MOST_DRIVERS]
    columns = [points(sample, item, "linear100") for item in items]
    told = [at for at, column in enumerate(columns) if np.sum(~np.isnan(column) & ~np.isnan(whole)) >= FEWEST]
    items = [items[at] for at in told]
    if len(items) < 2:
        return []
    table = np.stack([columns[at] for at in told], axis=1)
    try:
        found = drivers(table, whole, [item.code for item in items], draws=DRAWS, seed=0)
    except ScoringError:
        return []
    return _placed(sample, items, (found.importance, found.lower, found.upper))


def _placed(sample: Sample, items: Sequence[Item], importance: tuple[Floats, Floats, Floats]) -> list[Placed]:
    value, lower, upper = importance
    table = np.stack([points(sample, item, "linear100") for item in items], axis=1)
    level = means(sample.weighted, table, bounds=(0.0, 100.0))
    even, average = float(np.mean(value)), float(np.nanmean(level.value))
    rows = []
    for at, item in enumerate(items):
        strong = bool(level.value[at] >= average)
        corner = {
            (True, False): "priority", (True, True): "strength",
            (False, True): "maintain", (False, False): "later",
        }[bool(value[at] >= even), strong]  # fmt: skip
        clear = not lower[at] < even < upper[at] and not level.lower[at] < average < level.upper[at]
        rows.append(
            Placed(
                item,
                float(value[at]),
                float(lower[at]),
                float(upper[at]),
                float(level.value[at]),
                float(level.lower[at]),
                float(level.upper[at]),
                corner,
                bool(clear),
                int(level.n[at]),
            )
        )
    return sorted(rows, key=lambda row: (-row.importance, row.item.code))
