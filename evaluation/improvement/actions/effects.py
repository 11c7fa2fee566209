"""Counts the effect of a measure again and keeps what was found; earlier findings stay."""

import datetime as dt

from django.db import transaction

from evaluation.improvement.effect import estimate_of
from evaluation.improvement.models import Effect, Measure
from surveys.core.log import record
from surveys.core.models import User


@transaction.atomic
def count_effect(*, measure: Measure, actor: User | None, now: dt.datetime) -> Effect:
    """Before and after against the peers, as known today."""
    found = estimate_of(measure, now.date())
    effect = Effect.objects.create(
        measure=measure,
        verdict=found.verdict,
        before=found.before,
        after=found.after,
        change=found.change,
        lower=found.lower,
        upper=found.upper,
        n_before=found.n_before,
        n_after=found.n_after,
        n_peers=found.n_peers,
        cautions=list(found.cautions),
        computed_at=now,
    )
    record(
        actor=actor,
        verb="measure.effect_counted",
        obj=f"measure:{measure.organisation.code}:{measure.pk}",
        now=now,
        after={"verdict": found.verdict, "change": found.change, "lower": found.lower, "upper": found.upper},
    )
    return effect
