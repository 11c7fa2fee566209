"""Weighted figures of released sampled surveys, per organisation: with error and effective n, ready to be scored."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from surveys.fieldwork.enums import SurveyState
from surveys.fieldwork.models import Estimate, Survey

POINTS = ("linear100", "top_box", "top2", "net")
"""Figures offered on 0-100 (net: -100 to 100); a mean in levels is not comparable across scales."""


@dataclass(frozen=True)
class SurveyFigure:
    """One organisation's figure of an item: value, error and bounds in points, n with and without weighting."""

    organisation_id: int
    survey: str
    starts_on: dt.date
    ends_on: dt.date
    value: float
    se: float | None
    lower: float | None
    upper: float | None
    n: int
    n_eff: float
    n_dont_know: int
    digest: str


def survey_figures(
    *, starts_on: dt.date, ends_on: dt.date, item: str, figure: str, survey: str = ""
) -> list[SurveyFigure]:
    """The latest released figure of each organisation whose survey was in the field within these days.

    `survey` names one survey or a series; a survey named by its own code counts whatever its days.
    """
    rows = Estimate.objects.filter(
        item=item,
        figure=figure,
        organisation__isnull=False,
        survey__state=SurveyState.RELEASED,
        survey__in=_within(starts_on, ends_on, survey),
    ).select_related("survey")
    latest = {row.organisation_id: row for row in rows.order_by("survey__closes_on", "survey__pk", "pk")}
    return [_in_points(row) for owner, row in sorted(latest.items(), key=lambda pair: pair[0] or 0) if owner]


def _within(starts_on: dt.date, ends_on: dt.date, survey: str) -> QuerySet[Survey]:
    inside = Q(opens_on__gte=starts_on, closes_on__lte=ends_on)
    wanted = (Q(code=survey) | (Q(series=survey) & inside)) if survey else inside
    return Survey.objects.filter(wanted)


def _in_points(row: Estimate) -> SurveyFigure:
    scale = 1.0 if row.figure == "linear100" else 100.0
    assert row.organisation_id is not None
    return SurveyFigure(
        organisation_id=row.organisation_id,
        survey=row.survey.code,
        starts_on=row.survey.opens_on,
        ends_on=row.survey.closes_on,
        value=scale * row.value,
        se=None if row.se is None else scale * row.se,
        lower=None if row.lower is None else scale * row.lower,
        upper=None if row.upper is None else scale * row.upper,
        n=row.n,
        n_eff=row.n_eff,
        n_dont_know=row.n_dont_know,
        digest=row.survey.draw_digest,
    )
