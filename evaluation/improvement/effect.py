"""Did it help? The change of one organisation before and after, less the change of its peers, with an interval.

Difference in differences whose error holds three parts: sampling of the own answers, sampling of the peers'
answers, and how differently organisations drift anyway (the spread between peers' changes), because an
organisation without any measure drifts too. With k peers the interval uses Student's t with k - 1 degrees.
A measure opened because its figures were low would rise by itself (regression to the mean, Galton 1886); where
"before" lies is therefore chosen in `baselines.py`, and where no fair baseline exists nothing is claimed.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from evaluation.improvement import observed
from evaluation.improvement.baselines import after_of, baselines
from evaluation.improvement.enums import EffectVerdict
from evaluation.improvement.models import Measure
from evaluation.improvement.observed import ENOUGH, Sample, Samples
from scoring.special import beta_ppf

FEWEST_PEERS = 3
COVERAGE = 0.95


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
    """What the figures say about a measure in force; where they cannot tell, that is what is said."""
    if measure.starts_on is None or measure.starts_on >= today:
        return Estimate(EffectVerdict.UNCLEAR, cautions=("not_in_force",))
    peers = observed.peers_of(measure.organisation)
    everyone = [measure.organisation_id, *peers]
    if measure.metric in observed.FROM_RATINGS:
        after = observed.from_ratings(measure.metric, after_of(measure.starts_on, today), everyone)
        found = _first_known(measure, today, everyone)
    else:
        found, after = observed.from_cycles(measure, everyone)
    return judge(measure, found, after, peers)


def _first_known(
    measure: Measure, today: dt.date, everyone: Sequence[int]
) -> tuple[Samples, tuple[str, ...]]:
    """The fairest baseline for which there are enough own answers, else the last one looked at."""
    samples: Samples = {}
    cautions: tuple[str, ...] = ()
    for baseline in baselines(measure, today):
        samples = observed.from_ratings(measure.metric, baseline.days, everyone)
        cautions = (baseline.kind,) if baseline.kind else ()
        own = samples.get(measure.organisation_id)
        if own is not None and own.n >= ENOUGH:
            break
    return samples, cautions


def judge(
    measure: Measure, before: tuple[Samples, tuple[str, ...]], after: Samples, peers: Sequence[int]
) -> Estimate:
    """Own change against the peers' from samples by organisation; cautions of the baseline come along."""
    told, cautions = before
    own = told.get(measure.organisation_id), after.get(measure.organisation_id)
    if own[0] is None or own[1] is None or min(own[0].n, own[1].n) < ENOUGH:
        n_before, n_after = (sample.n if sample else 0 for sample in own)
        return Estimate(
            EffectVerdict.UNCLEAR, n_before=n_before, n_after=n_after, cautions=(*cautions, "too_few")
        )
    alike = [
        (told[pk], after[pk])
        for pk in peers
        if pk in told and pk in after and min(told[pk].n, after[pk].n) >= ENOUGH
    ]
    known: dict[str, Any] = {
        "before": own[0].mean, "after": own[1].mean, "n_before": own[0].n, "n_after": own[1].n,
        "n_peers": len(alike),
    }  # fmt: skip
    if len(alike) < FEWEST_PEERS:
        return Estimate(EffectVerdict.UNCLEAR, cautions=(*cautions, "few_peers"), **known)
    change, lower, upper = difference((own[0], own[1]), alike)
    verdict = _verdict(observed.is_less_better(measure), lower, upper)
    if "regression" in cautions and verdict == EffectVerdict.HELPED:
        verdict = EffectVerdict.UNCLEAR
    return Estimate(verdict, change=change, lower=lower, upper=upper, cautions=cautions, **known)


def _verdict(less_is_better: bool, lower: float, upper: float) -> EffectVerdict:  # noqa: FBT001
    good, bad = (upper < 0, lower > 0) if less_is_better else (lower > 0, upper < 0)
    if good:
        return EffectVerdict.HELPED
    return EffectVerdict.WORSE if bad else EffectVerdict.NO_EFFECT
