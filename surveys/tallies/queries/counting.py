"""Counts of residents' answers, from every source in one shape.

Ratings counted one by one and counts a publisher gave come out alike. What nobody rated (counted by default
elsewhere), what is held back and what was rated at a posted code come out only when asked for.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.db.models import Count, F, Max, Min, QuerySet, Sum

from surveys.catalogue.enums import Channel
from surveys.instruments.shapes import DONT_KNOW
from surveys.ratings.enums import Origin, RatingKind, Screening
from surveys.ratings.models import Rating, RatingBatch
from surveys.tallies.enums import TallySource
from surveys.tallies.models import Tally, UnitTally
from surveys.tallies.periods import split
from surveys.tallies.queries.levels import AFTER_FIX, LEVEL_SCALE, OVERALL, LevelCounts, Row, gathered


def counts(
    *,
    starts_on: dt.date,
    ends_on: dt.date,
    question: str = OVERALL,
    organisations: Collection[int] | None = None,
    by: Sequence[str] = ("organisation",),
    with_posted: bool = False,
    with_default: bool = False,
    with_held: bool = False,
    with_batches: bool = True,
    among: Collection[str] | None = None,
) -> list[LevelCounts]:
    """Counts per unit and scale within a span of days, ordered by organisation, service, channel, scale.

    `by` names what to keep apart: organisation always, and any of service, channel, mode, month. Whole months
    come from tallies, the days at the ends from the ratings themselves, batches when they lie inside.
    `among` narrows to these sources.
    """
    sources = [TallySource.RATINGS]
    sources += [TallySource.DEFAULT] * with_default + [TallySource.HELD] * with_held
    span = split(starts_on, ends_on)
    rows: list[Row] = []
    if span.months is not None:
        rows += _of_tallies(span.months, question, organisations, sources, by=by, with_posted=with_posted)
    for first, last in span.edges:
        rows += _of_ratings((first, last), question, organisations, sources, by=by, with_posted=with_posted)
    if with_batches:
        rows += _of_batches(starts_on, ends_on, question, organisations, with_posted=with_posted)
    return gathered((row for row in rows if among is None or row["source"] in among), by)


def _narrowed(
    rows: QuerySet[Any], organisations: Collection[int] | None, *, with_posted: bool
) -> QuerySet[Any]:
    if organisations is not None:
        rows = rows.filter(organisation__in=organisations)
    return rows if with_posted else rows.exclude(channel=Channel.QR_STATIC)


FIELDS = {"service": "service_id", "channel": "channel", "mode": "mode"}


def _columns(by: Sequence[str]) -> list[str]:
    return [column for name, column in FIELDS.items() if name in by]


def _of_tallies(
    months: tuple[dt.date, dt.date],
    question: str,
    organisations: Collection[int] | None,
    sources: Sequence[str],
    *,
    by: Sequence[str],
    with_posted: bool,
) -> Iterable[Row]:
    sums: type[Tally | UnitTally] = Tally if {"service", "mode"} & set(by) else UnitTally
    rows: QuerySet[Any] = sums.objects.filter(
        starts_on__gte=months[0], ends_on__lte=months[1], question=question, source__in=sources
    )
    keys = ["source", "organisation_id", "scale", "option", *_columns(by)]
    spans = {"first": F("starts_on"), "last": F("ends_on")}
    rows = _narrowed(rows, organisations, with_posted=with_posted).order_by()
    if "month" in by:
        monthly: Iterable[Row] = rows.values(*keys, **spans).annotate(total=Sum("n"))
        return monthly
    whole: Iterable[Row] = rows.values(*keys).annotate(
        total=Sum("n"), first=Min("starts_on"), last=Max("ends_on")
    )
    return whole


def _of_ratings(
    days: tuple[dt.date, dt.date],
    question: str,
    organisations: Collection[int] | None,
    sources: Sequence[str],
    *,
    by: Sequence[str],
    with_posted: bool,
) -> Iterable[Row]:
    """Days of a month that is only partly asked for: the overall question, counted from the ratings."""
    kind = {OVERALL: RatingKind.INITIAL, AFTER_FIX: RatingKind.SUPPLEMENTARY}.get(question)
    if kind is None:
        return
    rows = Rating.objects.filter(rated_on__range=days, kind=kind).exclude(screening=Screening.UNSCREENED)
    grouped = (
        _narrowed(rows, organisations, with_posted=with_posted)
        .order_by()
        .values("organisation_id", "origin", "screening", *_columns(by), option=F("level"))
        .annotate(total=Count("id"))
    )
    for row in grouped:
        source = source_of(row["origin"], row["screening"])
        if source in sources:
            yield row | {
                "source": source, "first": days[0], "last": days[1], "scale": LEVEL_SCALE,
                "option": str(row["option"]),
            }  # fmt: skip


def source_of(origin: str, screening: str) -> str:
    """Where a screened rating is counted."""
    if origin == Origin.DEFAULT:
        return TallySource.DEFAULT
    return TallySource.RATINGS if screening == Screening.KEPT else TallySource.HELD


def _of_batches(
    starts_on: dt.date,
    ends_on: dt.date,
    question: str,
    organisations: Collection[int] | None,
    *,
    with_posted: bool,
) -> Iterable[Row]:
    rows = RatingBatch.objects.filter(
        starts_on__gte=starts_on, ends_on__lte=ends_on, question=question, superseded_at=None
    )
    for batch in _narrowed(rows, organisations, with_posted=with_posted).order_by("pk"):
        shared = {
            "source": TallySource.BATCH, "first": batch.starts_on, "last": batch.ends_on,
            "organisation_id": batch.organisation_id, "service_id": batch.service_id, "channel": batch.channel,
            "mode": "", "scale": batch.scale,
        }  # fmt: skip
        for option, total in batch.counts.items():
            yield shared | {"option": option, "total": total}
        if batch.n_dont_know:
            yield shared | {"option": DONT_KNOW, "total": batch.n_dont_know}
