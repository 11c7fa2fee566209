"""What a measure's metric was at each organisation: from ratings in a span of days, or from two cycles' evidence."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evaluation.cycles.models import Cycle
from evaluation.evidence.enums import ImportState
from evaluation.evidence.models import KpiDefinition, KpiValue
from evaluation.improvement.baselines import CHOSEN_FOR_BEING_LOW
from evaluation.improvement.enums import LESS_IS_BETTER, Metric
from evaluation.improvement.models import Measure
from evaluation.rankings.queries import latest_run, run_view
from surveys.catalogue.models import Organisation
from surveys.ratings.scales import scale_of
from surveys.tallies.queries import LevelCounts, counts

ENOUGH = 30
FULL_COUNT = 10**9
"""Stands for the size of a sample where a figure is a full count without sampling error."""
FROM_RATINGS = frozenset({Metric.BAD_SHARE, Metric.MEAN_POINTS})


@dataclass(frozen=True)
class Sample:
    """The mean of a metric over n answers with the variance of one answer; `spread` is the metric's range."""

    mean: float
    variance: float
    n: int
    spread: float = 1.0

    @property
    def error2(self) -> float:
        """The squared standard error; one pseudo-answer keeps a few answers alike from looking certain."""
        n = max(self.n, 1)
        return (self.variance * n + self.spread**2 / 4) / (n + 1) / n


Samples = Mapping[int, Sample]


def is_less_better(measure: Measure) -> bool:
    """Whether a smaller value is the better one; a KPI's definition says which."""
    if measure.metric != Metric.KPI:
        return measure.metric in LESS_IS_BETTER
    definition = KpiDefinition.objects.filter(code=measure.metric_code).first()
    return definition is not None and definition.direction < 0


def peers_of(organisation: Organisation) -> list[int]:
    """Organisations of the same peer group, else all others that are current."""
    rows = Organisation.objects.current().without_tree_fields().exclude(pk=organisation.pk)
    if organisation.peer_group_id is not None:
        rows = rows.filter(peer_group=organisation.peer_group_id)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def from_ratings(metric: str, days: tuple[dt.date, dt.date], organisations: Sequence[int]) -> Samples:
    """The metric of each organisation in a span of days, as share 0-1 or points 0-100."""
    found: dict[int, list[LevelCounts]] = {}
    for row in counts(starts_on=days[0], ends_on=days[1], organisations=organisations):
        found.setdefault(row.organisation_id, []).append(row)
    return {pk: sample for pk, rows in found.items() if (sample := _sample(metric, rows)).n}


def _sample(metric: str, rows: Sequence[LevelCounts]) -> Sample:
    values, weights = [], []
    for row in rows:
        scale = scale_of(row.scale)
        top = len(scale.options) - 1
        for at, (option, n) in enumerate(row.counts.items()):
            values.append(float(option in scale.bad) if metric == Metric.BAD_SHARE else 100 * at / top)
            weights.append(n)
    n = sum(weights)
    if not n:
        return Sample(0.0, 0.0, 0)
    mean = sum(v * w for v, w in zip(values, weights, strict=True)) / n
    variance = sum(w * (v - mean) ** 2 for v, w in zip(values, weights, strict=True)) / n
    return Sample(mean, variance, n, 1.0 if metric == Metric.BAD_SHARE else 100.0)


def from_cycles(
    measure: Measure, organisations: Sequence[int]
) -> tuple[tuple[Samples, tuple[str, ...]], Samples]:
    """A KPI or the points of an indicator in the cycle before and in the first one that lay wholly in force.

    Where it was chosen for being low, the cycle before the one that led to it is the baseline (symmetric).
    """
    assert measure.starts_on is not None
    later = Cycle.objects.filter(starts_on__gte=measure.starts_on).order_by("starts_on", "pk").first()
    earlier = list(Cycle.objects.filter(ends_on__lt=measure.starts_on).order_by("-ends_on", "-pk")[:2])
    if later is None or not earlier:
        return ({}, ("no_cycle",)), {}
    is_chosen = measure.opened_from in CHOSEN_FOR_BEING_LOW
    kind = ("symmetric",) if is_chosen and len(earlier) > 1 else ("regression",) if is_chosen else ()
    before = earlier[1] if is_chosen and len(earlier) > 1 else earlier[0]
    return (_of_cycle(measure, before, organisations), kind), _of_cycle(measure, later, organisations)


def _of_cycle(measure: Measure, cycle: Cycle, organisations: Sequence[int]) -> Samples:
    if measure.metric == Metric.KPI:
        rows = KpiValue.objects.filter(
            cycle=cycle, definition__code=measure.metric_code, organisation__in=organisations,
            value__isnull=False, brought_by__state=ImportState.ATTESTED,
        ).order_by("organisation", "period", "pk")  # fmt: skip
        values = {row.organisation_id: float(row.value or 0) for row in rows}
    else:
        run = latest_run(cycle)
        view = run_view(run) if run else None
        values = {
            row.organisation_id: points
            for row in (view.rows if view else ())
            if measure.metric_code in row.values
            and (points := row.values[measure.metric_code].points) is not None
        }
    wanted = set(organisations)
    return {pk: Sample(value, 0.0, FULL_COUNT) for pk, value in values.items() if pk in wanted}
