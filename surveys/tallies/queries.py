"""Reads of tallies: the only source of figures about residents.

Ratings counted one by one, counts a publisher gave, and sampled surveys come out in one shape. What nobody
rated (counted by default elsewhere), what is held back and what was rated at a posted code come out only
when asked for.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Max, Min, QuerySet, Sum

from surveys.catalogue.enums import Channel
from surveys.ratings.enums import Origin, RatingKind, Screening
from surveys.ratings.models import Rating, RatingBatch
from surveys.ratings.scales import DONT_KNOW, scale_of
from surveys.tallies.enums import TallySource
from surveys.tallies.models import Funnel, Tally
from surveys.tallies.periods import month_end, split

OVERALL = "overall"
AFTER_FIX = "overall_after_fix"
TAG = "tag"
LEVEL_SCALE = "level5"
GROUPINGS = ("organisation", "service", "channel", "mode", "month")
Row = dict[str, Any]
Key = tuple[Any, ...]


@dataclass(frozen=True)
class LevelCounts:
    """How often each option was chosen by one unit's residents, on one scale, in one period.

    `counts` holds every option of the scale from low to high; `n` is their sum, without don't-knows.
    `starts_on` and `ends_on` are the days the counts stand for; `sources` names where they come from.
    """

    organisation_id: int
    service_id: int | None
    channel: str
    scale: str
    counts: dict[str, int]
    n: int
    starts_on: dt.date
    ends_on: dt.date
    sources: tuple[str, ...]
    n_dont_know: int = 0
    mode: str = ""

    @property
    def vector(self) -> tuple[int, ...]:
        """The counts from low to high."""
        return tuple(self.counts.values())

    @property
    def n_bad(self) -> int:
        bad = scale_of(self.scale).bad
        return sum(n for option, n in self.counts.items() if option in bad)


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
    sources = [TallySource.RATINGS, TallySource.SURVEY]
    sources += [TallySource.DEFAULT] * with_default + [TallySource.HELD] * with_held
    span = split(starts_on, ends_on)
    rows: list[Row] = []
    if span.months is not None:
        rows += _of_tallies(span.months, question, organisations, sources, by=by, with_posted=with_posted)
    for first, last in span.edges:
        rows += _of_ratings((first, last), question, organisations, sources, by=by, with_posted=with_posted)
    if with_batches:
        rows += _of_batches(starts_on, ends_on, question, organisations, with_posted=with_posted)
    return _gathered((row for row in rows if among is None or row["source"] in among), by)


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
    rows = Tally.objects.filter(
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


def _key(row: Row, by: Sequence[str]) -> Key:
    return (
        row["organisation_id"],
        row["service_id"] if "service" in by else None,
        row["channel"] if "channel" in by else "",
        row["mode"] if "mode" in by else "",
        row["first"] if "month" in by else None,
        row["scale"],
    )


def _gathered(rows: Iterable[Row], by: Sequence[str]) -> list[LevelCounts]:
    if unknown := set(by) - set(GROUPINGS):
        raise ValueError(f"counts cannot be grouped by {', '.join(sorted(unknown))}")
    cells: dict[Key, list[Row]] = defaultdict(list)
    for row in rows:
        cells[_key(row, by)].append(row)
    ordered = sorted(cells.items(), key=lambda cell: tuple(_sortable(part) for part in cell[0]))
    return [_counted(key, members) for key, members in ordered]


def _sortable(part: Any) -> tuple[int, str]:
    if part is None:
        return (0, "")
    return (1, f"{part:020d}" if isinstance(part, int) else str(part))


def _counted(key: Key, members: list[Row]) -> LevelCounts:
    organisation_id, service_id, channel, mode, _month, scale = key
    found: dict[str, int] = dict.fromkeys(_options(scale, members), 0)
    n_dont_know = 0
    for row in members:
        if row["option"] == DONT_KNOW:
            n_dont_know += row["total"]
        else:
            found[row["option"]] += row["total"]
    return LevelCounts(
        organisation_id=organisation_id,
        service_id=service_id,
        channel=channel,
        scale=scale,
        counts=found,
        n=sum(found.values()),
        starts_on=min(row["first"] for row in members),
        ends_on=max(row["last"] for row in members),
        sources=tuple(sorted({str(row["source"]) for row in members})),
        n_dont_know=n_dont_know,
        mode=mode,
    )


def _options(scale: str, members: list[Row]) -> Sequence[str]:
    if scale in {TAG, "choice"}:
        return sorted({row["option"] for row in members})
    return scale_of(scale).options


@dataclass(frozen=True)
class Coverage:
    """The ledger of one unit: finished, invited, answered, valid. `participation` is answered ÷ finished."""

    organisation_id: int
    service_id: int | None
    channel: str
    n_finished: int
    n_invited: int
    n_answered: int
    n_valid: int
    n_set_aside: int
    n_default: int

    @property
    def participation(self) -> float | None:
        return self.n_answered / self.n_finished if self.n_finished else None


def coverage(
    *,
    starts_on: dt.date,
    ends_on: dt.date,
    organisations: Collection[int] | None = None,
    by: Sequence[str] = ("organisation",),
) -> list[Coverage]:
    """The coverage ledger of whole months within a span, and what batches say of their eligible cases.

    Finished, invited and answered count cases finished in the span; valid, set aside and default count
    ratings given in it: an unlinked rating cannot be led back to its case.
    """
    rows = Funnel.objects.filter(starts_on__gte=starts_on, ends_on__lte=ends_on)
    if organisations is not None:
        rows = rows.filter(organisation__in=organisations)
    keys = [
        "organisation_id",
        *(["service_id"] if "service" in by else []),
        *(["channel"] if "channel" in by else []),
    ]
    names = ("n_finished", "n_invited", "n_answered", "n_valid", "n_set_aside", "n_default")
    grouped = rows.order_by().values(*keys).annotate(**{f"{name}_total": Sum(name) for name in names})
    return [
        Coverage(
            row["organisation_id"],
            row.get("service_id"),
            row.get("channel", ""),
            *(row[f"{name}_total"] for name in names),
        )
        for row in grouped.order_by(*keys)
    ]


def last_month_counted() -> dt.date | None:
    """The end of the latest month with tallies."""
    first = Tally.objects.order_by("-starts_on").values_list("starts_on", flat=True).first()
    return month_end(first) if first else None
