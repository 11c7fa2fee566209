"""Count the coverage ledger, and write down what organisations' own systems say they finished."""

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Any

from django.db import transaction
from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import TruncMonth
from django.utils import timezone
from django.utils.translation import gettext as _

from surveys.catalogue.models import Organisation
from surveys.core.log import record
from surveys.core.models import User
from surveys.ratings.enums import InvitationState, Origin, Screening
from surveys.ratings.models import Matter, Rating
from surveys.tallies.models import FeedTotal, Funnel
from surveys.tallies.periods import month_end, month_start

Row = dict[str, Any]
IN_FORCE = Q(service__retired_on=None) | Q(service__retired_on__gt=F("finished_at__date"))
"""A finished case may be rated when its service was in force on the day it was finished."""


class TotalRefusedError(ValueError):
    """A stated total that cannot be; carries the sentence why."""


@transaction.atomic
def recount_funnel(
    *,
    organisation_ids: Collection[int] | None,
    months: Collection[dt.date] | None,
    given: Iterable[Row] | None = None,
) -> int:
    """Count the coverage ledger of these organisations and months again.

    `given` holds the rows of the ratings, where somebody has counted them already.
    """
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
    cells: dict[tuple[dt.date, int, int, str], Row] = {}
    for found in (*_cases(matters), *(_given(ratings) if given is None else given)):
        row = dict(found)
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


def _cases(matters: QuerySet[Matter]) -> Iterable[Row]:
    """Cases by month, organisation, service and channel: finished, eligible, invited, answered."""
    rows: Iterable[Any] = (
        matters.order_by()
        .annotate(month=TruncMonth("finished_at", tzinfo=timezone.get_default_timezone()))
        .values("month", "organisation_id", "service_id", "channel")
        .annotate(
            n_finished=Count("id"),
            n_eligible=Count("id", filter=IN_FORCE),
            n_invited=Count("id", filter=~Q(invitation__state=InvitationState.REVOKED)),
            n_answered=Count("id", filter=Q(invitation__n_ratings__gt=0)),
        )
    )
    return rows


def _given(ratings: QuerySet[Rating]) -> Iterable[Row]:
    """Ratings by the same: valid, set aside, counted by default."""
    rows: Iterable[Any] = (
        ratings.order_by()
        .annotate(month=TruncMonth("rated_on"))
        .values("month", "organisation_id", "service_id", "channel")
        .annotate(
            n_valid=Count("id", filter=Q(screening=Screening.KEPT, origin=Origin.ACTIVE)),
            n_set_aside=Count("id", filter=Q(screening=Screening.SET_ASIDE)),
            n_default=Count("id", filter=Q(origin=Origin.DEFAULT)),
        )
    )
    return rows


def _bounds(month: dt.date) -> tuple[dt.datetime, dt.datetime]:
    zone = timezone.get_default_timezone()
    first = dt.datetime.combine(month_start(month), dt.time(), zone)
    last = dt.datetime.combine(month_end(month) + dt.timedelta(days=1), dt.time(), zone)
    return first, last


@transaction.atomic
def state_total(
    *, organisation: Organisation, month: dt.date, n: int, source: str, actor: User, now: dt.datetime
) -> FeedTotal:
    """Write down how many cases an organisation's system says it finished; a later word replaces the earlier."""
    if not source.strip():
        raise TotalRefusedError(_("Say where the number comes from."))
    if month_start(month) > timezone.localdate(now):
        raise TotalRefusedError(_("This month has not begun yet."))
    told = {"n": n, "source": source.strip(), "stated_by": actor, "stated_at": now}
    before = FeedTotal.objects.filter(organisation=organisation, month=month_start(month)).first()
    total, _made = FeedTotal.objects.update_or_create(
        organisation=organisation, month=month_start(month), defaults=told
    )
    record(
        actor=actor, verb="ledger.state", obj=f"{organisation.code} {month:%Y-%m}", now=now,
        before=before.n if before else None, after=n, detail={"source": source.strip()},
    )  # fmt: skip
    return total
