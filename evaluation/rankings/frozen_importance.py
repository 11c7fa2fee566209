"""What matters to people and how it goes, from the sampled survey a scheme reads: frozen with the edition."""

from collections import Counter
from typing import Any

from evaluation.cycles.enums import BindingSource
from evaluation.rankings import wording
from evaluation.rankings.disclosure import LEAST
from evaluation.rankings.queries import RunView
from surveys.fieldwork.estimates import sample_of
from surveys.fieldwork.importance import Placed, driving, named, picking_questions
from surveys.fieldwork.models import Survey

JSON = dict[str, Any]
OVERALL = "overall"
FEWEST_ITEMS = 2


def importance_of(view: RunView) -> JSON | None:
    """Items by importance and performance; None without a survey in the scheme, or with too few answers.

    Importance is the weighted share who named the item, else its share of what goes with the overall answer;
    both are told in whole percent and performance in whole points, so that no single answer can be worked out.
    """
    survey = _survey_of(view)
    sample = sample_of(survey) if survey is not None else None
    if survey is None or sample is None:
        return None
    asked = picking_questions(sample)
    placed = named(sample, asked[0]) if asked else driving(sample, OVERALL)
    told = [item for item in placed if item.n >= LEAST]
    if len(told) < FEWEST_ITEMS:
        return None
    return {
        "names": survey.names,
        "question": dict(asked[0].texts) if asked else {},
        "n": len(sample.responses),
        "period": wording.period(survey.opens_on, survey.closes_on),
        "items": [_item(item) for item in told],
    }


def _survey_of(view: RunView) -> Survey | None:
    """The survey that most figures of the run rest on."""
    codes = Counter(
        origin.name
        for column in view.cells.values()
        for cell in column.values()
        if cell.source == BindingSource.SURVEY
        for origin in cell.origins
    )
    code = max(sorted(codes), key=lambda one: codes[one], default=None)
    return Survey.objects.filter(code=code).first() if code else None


def _item(item: Placed) -> JSON:
    return {
        "code": item.item.code,
        "names": dict(item.item.texts),
        "importance": round(item.importance, 2),
        "importance_lower": round(item.importance_lower, 2),
        "importance_upper": round(item.importance_upper, 2),
        "performance": round(item.performance),
        "performance_lower": round(item.performance_lower),
        "performance_upper": round(item.performance_upper),
    }
