"""Reads for workspaces: places, own ratings and comments, measures, replies, findings, commissions."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, F, FloatField, OuterRef, Prefetch, Q, QuerySet, Subquery, When

from evaluation.evidence.models import AuditFinding, KpiDefinition
from evaluation.improvement.enums import Metric
from evaluation.improvement.models import Commission, Effect, Measure, Reply
from scoring.intervals import wilson
from surveys.catalogue.models import Organisation
from surveys.catalogue.queries import codes_below
from surveys.catalogue.rules import organisations_in_scope
from surveys.core.enums import Role
from surveys.core.text import localized
from surveys.ratings.enums import Level
from surveys.ratings.models import Rating
from surveys.tallies.queries import counts

WORK_ROLES = (Role.HANDLER, Role.LEAD, Role.OFFICE, Role.LEADER)


@dataclass(frozen=True)
class LevelCount:
    level: int
    label: str
    n: int
    share: float


@dataclass(frozen=True)
class OwnRatings:
    """What residents said of an organisation and all below it in a span of days."""

    starts_on: dt.date
    ends_on: dt.date
    levels: tuple[LevelCount, ...]
    n: int
    n_bad: int
    n_top2: int
    points: float | None
    lower: float | None
    upper: float | None


def workplaces(user: Any) -> list[Organisation]:
    """The organisations whose workspace the person may open, those above others first."""
    held = organisations_in_scope(user, *WORK_ROLES).filter(retired_on=None)
    found = list(held.order_by("code"))
    above = {place.parent_id for place in found}
    inside = {place.pk for place in found}
    return sorted(found, key=lambda place: (place.pk not in above, place.parent_id in inside))


def workplace(user: Any, code: str = "") -> Organisation | None:
    """The one asked for, else the one of the person's own seat."""
    places = workplaces(user)
    if code:
        return next((place for place in places if place.code == code), None)
    own = {seat for role, seat in _held(user) if role in {Role.HANDLER, Role.LEAD}}
    return next((place for place in places if place.code in own), places[0] if places else None)


def _held(user: Any) -> Sequence[tuple[str, str]]:
    return tuple(user.seats.current().values_list("role", "organisation_code"))


def _newest_verdict() -> Subquery:
    newest = Effect.objects.filter(measure=OuterRef("pk")).order_by("-computed_at", "-pk")
    return Subquery(newest.values("verdict")[:1])


def measures() -> QuerySet[Measure]:
    """Measures with what their lists show."""
    newest = Prefetch("effects", Effect.objects.order_by("-computed_at", "-pk"), to_attr="history")
    return (
        Measure.objects.select_related("organisation", "owner")
        .prefetch_related(newest)
        .annotate(
            n_steps=Count("steps", distinct=True),
            n_done=Count("steps", filter=Q(steps__done_at__isnull=False), distinct=True),
            verdict=_newest_verdict(),
            gain_per_cost=Case(
                When(cost__gt=0, then=10_000 * F("expected_gain") / F("cost")), output_field=FloatField()
            ),
        )
        .order_by("due_on", "pk")
    )


def verdicts() -> list[str | None]:
    """The latest verdict of each measure; None where no effect was counted."""
    rows = Measure.objects.annotate(verdict=_newest_verdict()).order_by()
    return list(rows.values_list("verdict", flat=True))


def metric_name(measure: Measure) -> str:
    """What the KPI or the part of the result is called by which a measure is measured; its code where unknown."""
    if not measure.metric_code:
        return ""
    definition = KpiDefinition.objects.filter(code=measure.metric_code).first()
    if measure.metric == Metric.KPI and definition is not None:
        return definition.name
    document = measure.cycle.scheme.document if measure.cycle else {}
    parts = [*document.get("nodes", []), *document.get("indicators", [])]
    names = {part["code"]: part.get("name") or {} for part in parts}
    return text_of(names.get(measure.metric_code)) or measure.metric_code


def measures_at(code: str) -> QuerySet[Measure]:
    """Measures of an organisation and of all below it, open ones first."""
    return measures().filter(organisation__code__in=codes_below(code))


def public_replies(organisation_code: str) -> list[Reply]:
    """Replies everyone may read, the newest first, each with its measure's latest effect."""
    newest = Prefetch("measure__effects", Effect.objects.order_by("-computed_at", "-pk"), to_attr="history")
    return list(
        Reply.objects.filter(
            organisation__code__in=codes_below(organisation_code),
            published_at__isnull=False,
            withdrawn_at=None,
        )
        .select_related("measure", "service")
        .prefetch_related(newest)
        .order_by("-published_at", "-pk")
    )


def own_ratings(code: str, starts_on: dt.date, ends_on: dt.date) -> OwnRatings:
    """Levels of the five-level scale with the interval of the share of the two best."""
    pks = list(
        Organisation.objects.without_tree_fields()
        .filter(code__in=codes_below(code))
        .values_list("pk", flat=True)
    )
    totals = dict.fromkeys((5, 4, 3, 2, 1), 0)
    for row in counts(starts_on=starts_on, ends_on=ends_on, organisations=pks):
        if row.scale == "level5":
            for option, n in row.counts.items():
                totals[int(option)] += n
    n = sum(totals.values())
    top2 = totals[5] + totals[4]
    low, high = (float(x[0]) for x in wilson([top2], [n])) if n else (None, None)
    return OwnRatings(
        starts_on,
        ends_on,
        tuple(
            LevelCount(level, str(Level(level).label), count, count / n if n else 0.0)
            for level, count in totals.items()
        ),
        n,
        totals[2] + totals[1],
        top2,
        sum(25 * (level - 1) * count for level, count in totals.items()) / n if n else None,
        low,
        high,
    )


def comments_at(code: str, limit: int = 5) -> list[Rating]:
    """The latest comments, without anything that leads to a person."""
    return list(
        Rating.objects.filter(organisation__code__in=codes_below(code), erased_on=None)
        .exclude(comment="")
        .select_related("service")
        .order_by("-rated_on", "pk")[:limit]
    )


def commissions_of(user: Any) -> QuerySet[Commission]:
    return (
        Commission.objects.filter(auditor=user)
        .select_related("cycle__scheme", "sample")
        .annotate(
            n_visits=Count("sample__visits", distinct=True),
            n_recorded=Count(
                "sample__visits", filter=Q(sample__visits__recorded_at__isnull=False), distinct=True
            ),
        )
        .prefetch_related("organisations")
        .order_by("-expires_on", "pk")
    )


def findings_under(commission: Commission) -> QuerySet[AuditFinding]:
    """Findings of the commissioned audit at the commissioned organisations, and only those."""
    return (
        AuditFinding.objects.filter(
            score__cycle=commission.cycle_id,
            score__audit=commission.audit,
            score__organisation__in=commission.organisations.all(),
        )
        .select_related("score__organisation", "contested_by", "decided_by")
        .order_by("score__organisation__code", "code", "pk")
    )


def findings_at(organisation: Organisation) -> QuerySet[AuditFinding]:
    """Findings about an organisation, the newest cycle first."""
    return (
        AuditFinding.objects.filter(score__organisation__code__in=codes_below(organisation.code))
        .select_related("score__cycle", "score__organisation", "decided_by")
        .order_by("-score__cycle__starts_on", "code", "pk")
    )


def text_of(names: Any) -> str:
    """A three-language text in the page's language, empty where there is none."""
    return localized(names) if names else ""
