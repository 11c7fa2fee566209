"""Did it help? The change of one organisation before and after, less the change of its peers, with an interval.

Difference in differences whose error holds three parts: sampling of the own answers, sampling of the peers'
answers, and how differently organisations drift anyway (the spread between peers' changes), because an
organisation without any measure drifts too. With k peers the interval uses Student's t with k - 1 degrees.
A measure opened because its indicator was low would rise by itself (regression to the mean, Galton 1886):
its baseline must come from after the opening, else nothing is claimed.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from evaluation.improvement.enums import LESS_IS_BETTER, EffectVerdict, Metric, Opened
from evaluation.improvement.models import Measure
from scoring.special import beta_ppf
from surveys.catalogue.models import Organisation
from surveys.ratings.scales import scale_of
from surveys.tallies.queries import LevelCounts, counts

WINDOW = dt.timedelta(days=183)
ENOUGH = 30
FEWEST_PEERS = 3
COVERAGE = 0.95
CHOSEN_FOR_BEING_LOW = frozenset({Opened.INDICATOR, Opened.CASES, Opened.ALERT, Opened.THEME})


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


@dataclass(frozen=True)
class Estimate:
    verdict: EffectVerdict
    before: float | None = None
    after: float | None = None
    change: float | None = None
    lower: float | None = None
    upper: float | None = None
    n_before: int = 0
    n_after: int = 0
    n_peers: int = 0
    cautions: tuple[str, ...] = ()


@lru_cache(maxsize=256)
def t_value(coverage: float, df: int) -> float:
    """Two-sided quantile of Student's t: t² = df (1 − x) / x with x the beta quantile at (df/2, 1/2)."""
    x = float(beta_ppf(1 - coverage, df / 2, 0.5))
    return float(np.sqrt(df * (1 - x) / x))


def difference(
    own: tuple[Sample, Sample], peers: Sequence[tuple[Sample, Sample]], *, coverage: float = COVERAGE
) -> tuple[float, float, float]:
    """Change of one's own less the mean change of the peers, with its interval; needs two peers at least."""
    changes = np.array([after.mean - before.mean for before, after in peers])
    errors = np.array([before.error2 + after.error2 for before, after in peers])
    k = len(peers)
    drift = max(0.0, float(changes.var(ddof=1)) - float(errors.mean()))
    own_error = own[0].error2 + own[1].error2
    variance = own_error + drift + (drift + float(errors.mean())) / k
    change = own[1].mean - own[0].mean - float(changes.mean())
    half = t_value(coverage, k - 1) * float(np.sqrt(variance))
    return change, change - half, change + half


def estimate_of(measure: Measure, today: dt.date) -> Estimate:
    """What the ratings say about a measure in force; where they cannot tell, that is what is said."""
    if measure.metric not in {Metric.BAD_SHARE, Metric.MEAN_POINTS}:
        return Estimate(EffectVerdict.UNCLEAR, cautions=("not_from_ratings",))
    if measure.starts_on is None or measure.starts_on >= today:
        return Estimate(EffectVerdict.UNCLEAR, cautions=("not_in_force",))
    before, cautions = _baseline(measure)
    after = (measure.starts_on, min(today, measure.starts_on + WINDOW))
    peers = _peers(measure.organisation)
    everyone = [measure.organisation_id, *peers]
    told = (_samples(measure.metric, before, everyone), _samples(measure.metric, after, everyone))
    own = told[0].get(measure.organisation_id), told[1].get(measure.organisation_id)
    if own[0] is None or own[1] is None or min(own[0].n, own[1].n) < ENOUGH:
        n_before, n_after = (sample.n if sample else 0 for sample in own)
        return Estimate(
            EffectVerdict.UNCLEAR, n_before=n_before, n_after=n_after, cautions=(*cautions, "too_few")
        )
    alike = [
        (told[0][pk], told[1][pk])
        for pk in peers
        if pk in told[0] and pk in told[1] and min(told[0][pk].n, told[1][pk].n) >= ENOUGH
    ]
    known = {
        "before": own[0].mean,
        "after": own[1].mean,
        "n_before": own[0].n,
        "n_after": own[1].n,
        "n_peers": len(alike),
    }
    if len(alike) < FEWEST_PEERS:
        return Estimate(EffectVerdict.UNCLEAR, cautions=(*cautions, "few_peers"), **known)  # type: ignore[arg-type]
    change, lower, upper = difference((own[0], own[1]), alike)
    verdict = _verdict(measure.metric, lower, upper)
    if "regression" in cautions and verdict == EffectVerdict.HELPED:
        verdict = EffectVerdict.UNCLEAR
    return Estimate(verdict, change=change, lower=lower, upper=upper, cautions=cautions, **known)  # type: ignore[arg-type]


def _verdict(metric: str, lower: float, upper: float) -> EffectVerdict:
    good, bad = (upper < 0, lower > 0) if metric in LESS_IS_BETTER else (lower > 0, upper < 0)
    if good:
        return EffectVerdict.HELPED
    return EffectVerdict.WORSE if bad else EffectVerdict.NO_EFFECT


def _baseline(measure: Measure) -> tuple[tuple[dt.date, dt.date], tuple[str, ...]]:
    """Where "before" lies; for a measure chosen because figures were low, after its opening if there is time."""
    assert measure.starts_on is not None
    last = measure.starts_on - dt.timedelta(days=1)
    opened = measure.created_at.date()
    if measure.opened_from not in CHOSEN_FOR_BEING_LOW:
        return (measure.starts_on - WINDOW, last), ()
    if last - opened >= dt.timedelta(days=28):
        return (max(opened, measure.starts_on - WINDOW), last), ()
    return (measure.starts_on - WINDOW, last), ("regression",)


def _peers(organisation: Organisation) -> list[int]:
    """Organisations of the same peer group, else all others that are current."""
    rows = Organisation.objects.current().without_tree_fields().exclude(pk=organisation.pk)
    if organisation.peer_group_id is not None:
        rows = rows.filter(peer_group=organisation.peer_group_id)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def _samples(metric: str, days: tuple[dt.date, dt.date], organisations: Sequence[int]) -> dict[int, Sample]:
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
