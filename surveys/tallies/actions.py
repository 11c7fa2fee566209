"""Count ratings into tallies: the touched months, or everything; the database does the counting."""

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, Q
from django.db.models.functions import TruncMonth
from django.utils import timezone

from surveys.core.log import record
from surveys.core.models import User
from surveys.instruments.enums import QuestionKind, VersionState
from surveys.instruments.models import QuestionnaireVersion
from surveys.instruments.queries import definition_of
from surveys.ratings.enums import InvitationState, Origin, Screening
from surveys.ratings.models import DirtyPeriod, Matter, Rating
from surveys.tallies import statements
from surveys.tallies.enums import TallySource
from surveys.tallies.models import Funnel, Tally
from surveys.tallies.periods import month_end, month_start

COUNTED = (TallySource.RATINGS, TallySource.DEFAULT, TallySource.HELD)
SCALED = {QuestionKind.RATING, QuestionKind.SINGLE, QuestionKind.NPS, QuestionKind.CES}
MANY = 400
"""From so many touched months on, whole months are counted for all organisations at once."""


@transaction.atomic
def recount(
    *,
    organisation_ids: Collection[int] | None = None,
    months: Collection[dt.date] | None = None,
    now: dt.datetime,  # noqa: ARG001 - every verb is told the time
) -> int:
    """Count the ratings of these organisations and months again; returns how many cells there are now.

    None means all. Months are named by any of their days.
    """
    firsts = None if months is None else sorted({month_start(month) for month in months})
    old = Tally.objects.filter(source__in=COUNTED)
    if organisation_ids is not None:
        old = old.filter(organisation__in=organisation_ids)
    if firsts is not None:
        old = old.filter(starts_on__in=firsts)
    old._raw_delete(old.db)
    n = 0
    with connection.cursor() as cursor:
        for statement in statements.counting(_scaled_questions()):
            for where, values in _slices(organisation_ids, firsts):
                cursor.execute(statement.replace("{where}", where), values)
                n += max(cursor.rowcount, 0)
    recount_funnel(organisation_ids=organisation_ids, months=firsts)
    return n


def _slices(
    organisation_ids: Collection[int] | None, firsts: list[dt.date] | None
) -> list[tuple[str, list[Any]]]:
    """Conditions on the ratings, one a month, so that each walks one index range."""
    among, ids = "", list(organisation_ids or ())
    if organisation_ids is not None:
        among = f" AND organisation_id IN ({', '.join(['%s'] * len(ids)) or 'NULL'})"
    if firsts is None:
        return [(f"1 = 1{among}", [*ids])]
    return [(f"rated_on BETWEEN %s AND %s{among}", [month, month_end(month), *ids]) for month in firsts]


def _scaled_questions() -> list[tuple[int, str, str]]:
    """(version, question, scale) of every question whose answers are options."""
    versions = QuestionnaireVersion.objects.exclude(state=VersionState.DRAFT).order_by("pk")
    return [
        (version.pk, question.code, question.scale or "choice")
        for version in versions
        for question in definition_of(version.pk).items
        if question.kind in SCALED
    ]


@transaction.atomic
def recount_funnel(*, organisation_ids: Collection[int] | None, months: Collection[dt.date] | None) -> int:
    """Count the coverage ledger of these organisations and months again."""
    matters, ratings, old = Matter.objects.all(), Rating.objects.all(), Funnel.objects.all()
    if organisation_ids is not None:
        matters = matters.filter(organisation__in=organisation_ids)
        ratings = ratings.filter(organisation__in=organisation_ids)
        old = old.filter(organisation__in=organisation_ids)
    if months is not None:
        wanted, spans = Q(pk__in=[]), Q(pk__in=[])
        for month in months:
            begin, end = _bounds(month)
            wanted |= Q(finished_at__gte=begin, finished_at__lt=end)
            spans |= Q(rated_on__range=(month_start(month), month_end(month)))
        matters, ratings = matters.filter(wanted), ratings.filter(spans)
        old = old.filter(starts_on__in=[month_start(month) for month in months])
    cells: dict[tuple[dt.date, int, int, str], dict[str, int]] = {}
    zone = timezone.get_default_timezone()
    cases = (
        matters.order_by()
        .annotate(month=TruncMonth("finished_at", tzinfo=zone))
        .values("month", "organisation_id", "service_id", "channel")
        .annotate(
            n_finished=Count("id"),
            n_invited=Count("id", filter=~Q(invitation__state=InvitationState.REVOKED)),
            n_answered=Count("id", filter=Q(invitation__n_ratings__gt=0)),
        )
    )
    given = (
        ratings.order_by()
        .annotate(month=TruncMonth("rated_on"))
        .values("month", "organisation_id", "service_id", "channel")
        .annotate(
            n_valid=Count("id", filter=Q(screening=Screening.KEPT, origin=Origin.ACTIVE)),
            n_set_aside=Count("id", filter=Q(screening=Screening.SET_ASIDE)),
            n_default=Count("id", filter=Q(origin=Origin.DEFAULT)),
        )
    )
    for found in (*cases, *given):
        row: dict[str, Any] = dict(found)
        month = row.pop("month")
        day = month.date() if isinstance(month, dt.datetime) else month
        key = (day, row.pop("organisation_id"), row.pop("service_id"), row.pop("channel"))
        cells.setdefault(key, {}).update(row)
    old.delete()
    made = Funnel.objects.bulk_create(
        (
            Funnel(
                starts_on=day,
                ends_on=month_end(day),
                organisation_id=organisation_id,
                service_id=service_id,
                channel=channel,
                **numbers,
            )
            for (day, organisation_id, service_id, channel), numbers in cells.items()
        ),
        batch_size=2000,
    )
    return len(made)


def _bounds(month: dt.date) -> tuple[dt.datetime, dt.datetime]:
    zone = timezone.get_default_timezone()
    first = dt.datetime.combine(month_start(month), dt.time(), zone)
    last = dt.datetime.combine(month_end(month) + dt.timedelta(days=1), dt.time(), zone)
    return first, last


def recount_dirty(*, now: dt.datetime) -> int:
    """Count the months that changed since they were last counted; returns how many there were."""
    with transaction.atomic():
        dirty = list(DirtyPeriod.objects.select_for_update().order_by("month", "organisation"))
        if not dirty:
            return 0
        DirtyPeriod.objects.filter(pk__in=[row.pk for row in dirty]).delete()
        months = sorted({row.month for row in dirty})
        if len(dirty) > MANY:
            recount(months=months, now=now)
            return len(dirty)
        for month in months:
            recount(
                organisation_ids=[row.organisation_id for row in dirty if row.month == month],
                months=[month],
                now=now,
            )
    return len(dirty)


@transaction.atomic
def rebuild_all(*, now: dt.datetime, actor: User | None = None) -> int:
    """Count everything again from the ratings; the result does not depend on what was there."""
    DirtyPeriod.objects.all().delete()
    n = recount(now=now)
    record(actor=actor, verb="tallies.rebuild", obj="tallies", now=now, detail={"cells": n})
    return n
