"""Counts the effect of a measure again and keeps what was found; earlier findings stay."""

import datetime as dt

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone

from evaluation.improvement.effect import estimate_of
from evaluation.improvement.enums import MeasureState
from evaluation.improvement.models import Effect, Measure
from surveys.core.log import record
from surveys.core.models import User

AGAIN, LONGEST = dt.timedelta(days=7), dt.timedelta(days=365)
BATCH = 20
"""Measures counted in one turn."""


@transaction.atomic
def count_effect(*, measure: Measure, actor: User | None, now: dt.datetime) -> Effect:
    """Before and after against the peers, as known today."""
    found = estimate_of(measure, timezone.localdate(now))
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


def count_due_effects(*, now: dt.datetime) -> int:
    """Count again, a week after the last time, what has been in force for a year at most; returns how many."""
    today = timezone.localdate(now)
    rows = (
        Measure.objects.filter(
            state__in=(MeasureState.DONE, MeasureState.VERIFIED), starts_on__lt=today,
            starts_on__gte=today - LONGEST,
        )
        .annotate(counted_at=Max("effects__computed_at"))
        .filter(Q(counted_at=None) | Q(counted_at__lte=now - AGAIN))
        .select_related("organisation")
        .order_by("pk")
    )  # fmt: skip
    due = list(rows[:BATCH])
    for measure in due:
        count_effect(measure=measure, actor=None, now=now)
    return len(due)
