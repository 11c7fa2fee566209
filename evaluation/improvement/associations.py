"""Which questions go with overall satisfaction (association, not cause), from answered questionnaires."""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from scoring.drivers import drivers, importance_performance
from scoring.types import ScoringError
from surveys.instruments.enums import QuestionKind
from surveys.instruments.queries import definition_of
from surveys.ratings.enums import Origin, Screening
from surveys.ratings.models import Rating

FEWEST = 100
MOST = 5000
SEED = 20260101


@dataclass(frozen=True)
class Driver:
    """One question: its share of what goes with satisfaction (0-1) and its own level (0-100), with intervals."""

    code: str
    texts: Mapping[str, str]
    importance: float
    importance_lower: float
    importance_upper: float
    level: float
    level_lower: float
    level_upper: float
    place: str
    is_certain: bool


def driver_document(codes: Collection[str], starts_on: dt.date, ends_on: dt.date) -> dict[str, Any]:
    """LMG shares over complete answers of the questionnaire used most; {} where fewer than a hundred are complete."""
    rows = (
        Rating.objects.filter(
            organisation__code__in=codes, rated_on__range=(starts_on, ends_on), screening=Screening.KEPT,
            origin=Origin.ACTIVE,
        )
        .exclude(answers={})
        .order_by("-rated_on", "pk")
        .values_list("version_id", "level", "answers")[:MOST]
    )  # fmt: skip
    found = list(rows)
    if len(found) < FEWEST:
        return {}
    version = Counter(row[0] for row in found).most_common(1)[0][0]
    questions = [
        q for q in definition_of(version).items if q.kind == QuestionKind.RATING and len(q.options) > 1
    ]
    points = {
        q.code: {option.value: 100 * i / (len(q.options) - 1) for i, option in enumerate(q.options)}
        for q in questions
    }
    complete = [
        ([points[q.code][str(answers[q.code])] for q in questions], 25.0 * (level - 1))
        for one, level, answers in found
        if one == version and all(str(answers.get(q.code)) in points[q.code] for q in questions)
    ]
    if len(complete) < FEWEST or len(questions) < 2:
        return {}
    try:
        result = drivers(
            [x for x, _y in complete], [y for _x, y in complete], [q.code for q in questions], seed=SEED
        )
    except ScoringError:  # everybody answered alike, so nothing can go with anything
        return {}
    texts = {q.code: dict(q.texts) for q in questions}
    listed = []
    for k, corner in enumerate(importance_performance(result)):
        half = 1.96 * float(result.performance_se[k])
        level = float(result.performance[k])
        listed.append(
            Driver(
                corner.name, texts[corner.name], float(result.importance[k]), float(result.lower[k]),
                float(result.upper[k]), level, max(0.0, level - half), min(100.0, level + half), corner.place,
                corner.certain,
            )
        )  # fmt: skip
    listed.sort(key=lambda driver: -driver.importance)
    return {
        "n": result.n, "r_squared": result.r_squared, "method": result.method, "draws": result.draws,
        "seed": result.seed, "drivers": [asdict(driver) for driver in listed],
    }  # fmt: skip
