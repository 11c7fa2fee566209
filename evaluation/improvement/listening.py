"""Reads of what residents write: themes by month with trend and interval, quotes, tone on own ratings."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from evaluation.improvement.feedback.alike import Said, grouped
from evaluation.improvement.feedback.tone import Accuracy, measured_on
from evaluation.improvement.models import Theme, ThemeTally
from scoring.intervals import newcombe, wilson
from surveys.catalogue.models import Organisation
from surveys.core.masking import mask_personal
from surveys.ratings.enums import Origin, Screening
from surveys.ratings.models import Rating
from surveys.tallies.periods import month_start

FEW = 10
"""Themes with fewer comments are not shown."""
MONTHS = 6
MOST_QUOTES = 300
MOST_CHECKED = 500


def counted_comments() -> QuerySet[Rating]:
    """Comments that count: kept by screening, given by residents, not erased."""
    rows = Rating.objects.filter(screening=Screening.KEPT, origin=Origin.ACTIVE, erased_on=None)
    return rows.exclude(comment="")


def months_back(day: dt.date, n: int) -> dt.date:
    """The first day of the month n months before that of a day."""
    at = day.year * 12 + day.month - 1 - n
    return dt.date(at // 12, at % 12 + 1, 1)


@dataclass(frozen=True)
class Window:
    """Six whole or running months up to today, and the six before them."""

    middle: dt.date
    first: dt.date
    last: dt.date

    @classmethod
    def until(cls, today: dt.date) -> "Window":
        return cls(months_back(today, MONTHS - 1), months_back(today, 2 * MONTHS - 1), month_start(today))

    @property
    def months(self) -> list[dt.date]:
        return [months_back(self.last, k) for k in reversed(range(2 * MONTHS))]


@dataclass(frozen=True)
class Change:
    """A theme's share of all comments now less before, with Newcombe's 95 % interval."""

    now: float
    before: float
    lower: float
    upper: float

    @property
    def direction(self) -> str:
        """more, less, or unclear where the interval holds zero."""
        return "more" if self.lower > 0 else "less" if self.upper < 0 else "unclear"


def change_of(n_now: int, all_now: int, n_before: int, all_before: int) -> Change | None:
    """None where too few comments were written in one of the two halves."""
    if min(all_now, all_before) < FEW:
        return None
    lower, upper = newcombe([n_now], [all_now], [n_before], [all_before])
    return Change(n_now / all_now, n_before / all_before, float(lower[0]), float(upper[0]))


def _tallies(codes: Collection[str] | None, window: Window) -> QuerySet[ThemeTally]:
    rows = ThemeTally.objects.filter(month__gte=window.first, month__lte=window.last)
    return rows if codes is None else rows.filter(organisation__code__in=codes)


def first_with_comments(places: Sequence[Organisation], window: Window) -> Organisation | None:
    """The first of these organisations at or below which somebody wrote in the last six months."""
    rows = ThemeTally.objects.filter(theme="", month__gte=window.middle, month__lte=window.last)
    written = set(rows.values_list("organisation__code", flat=True).distinct())
    above = {place.pk: place.parent_id for place in places}
    heard: set[int] = set()
    for place in places:
        at: int | None = place.pk if place.code in written else None
        while at is not None and at not in heard:
            heard.add(at)
            at = above.get(at)
    return next((place for place in places if place.pk in heard), None)


def themes_at(codes: Collection[str] | None, window: Window) -> QuerySet[ThemeTally, Any]:
    """One row a theme with at least ten comments in the last six months: counts by level, now and before."""
    recent = Q(month__gte=window.middle)

    def total(column: str, among: Q) -> Coalesce:
        return Coalesce(Sum(column, filter=among), 0)

    every = F("n_good") + F("n_mixed") + F("n_bad")
    return (
        _tallies(codes, window)
        .exclude(theme="")
        .order_by()
        .values("theme")
        .annotate(
            n=Coalesce(Sum(every, filter=recent), 0),
            n_before=Coalesce(Sum(every, filter=~recent), 0),
            bad=total("n_bad", recent),
            good=total("n_good", recent),
        )
        .filter(n__gte=FEW)
        .order_by("-bad", "-n", "theme")
    )


@dataclass(frozen=True)
class Totals:
    """All comments of the last six months and the six before, and those whose words contradict their level."""

    n: int
    n_before: int
    n_disagree: int


def totals_at(codes: Collection[str] | None, window: Window) -> Totals:
    recent = Q(month__gte=window.middle)
    every = F("n_good") + F("n_mixed") + F("n_bad")
    found = _tallies(codes, window).filter(theme="").aggregate(
        n=Sum(every, filter=recent), before=Sum(every, filter=~recent), odd=Sum("n_disagree", filter=recent)
    )  # fmt: skip
    return Totals(found["n"] or 0, found["before"] or 0, found["odd"] or 0)


@dataclass(frozen=True)
class Month:
    """A theme in one month; counts are None where fewer than ten comments touched it."""

    month: dt.date
    n: int | None
    n_bad: int | None


def months_of(theme: str, codes: Collection[str] | None, window: Window) -> list[Month]:
    """Twelve months of one theme, months without comments included."""
    rows = _tallies(codes, window).filter(theme=theme).order_by("month").values_list("month")
    found = {
        month: (good + mixed + bad, bad)
        for month, good, mixed, bad in rows.annotate(Sum("n_good"), Sum("n_mixed"), Sum("n_bad"))
    }
    return [
        Month(month, *(pair if pair[0] >= FEW or not pair[0] else (None, None)))
        for month in window.months
        for pair in [found.get(month, (0, 0))]
    ]


@dataclass(frozen=True)
class Quote:
    """What somebody wrote, personal numbers masked, and how many wrote nearly the same."""

    text: str
    level: int
    on_day: dt.date
    service: str
    n: int


def latest_comments(codes: Collection[str] | None, most: int = MOST_QUOTES) -> list[Said]:
    """The newest comments of these organisations."""
    rows = counted_comments()
    if codes is not None:
        rows = rows.filter(organisation__code__in=codes)
    return [
        Said(row.rated_on, row.service.name, row.level, row.comment)
        for row in rows.select_related("service").order_by("-rated_on", "pk")[:most]
    ]


def quotes(comments: Sequence[Said], most: int = 8) -> list[Quote]:
    """One of each group of like comments, masked, the most frequent first."""
    found = [
        Quote(mask_personal(said.text), said.level, said.on_day, said.service, n)
        for said, n in grouped(comments)
    ]
    return sorted(found, key=lambda quote: -quote.n)[:most]


def share_bounds(x: int, n: int) -> tuple[float, float]:
    lower, upper = wilson([x], [n])
    return float(lower[0]), float(upper[0])


def own_accuracy(codes: Collection[str] | None) -> tuple[Accuracy, ...]:
    """The model against the levels of the newest ratings with comments, taken as the truth."""
    rows = counted_comments()
    if codes is not None:
        rows = rows.filter(organisation__code__in=codes)
    newest = rows.order_by("-rated_on", "pk").values_list("comment", "level")[:MOST_CHECKED]
    return measured_on(newest)


def theme_names() -> dict[str, str]:
    """Names of all themes by code in the page's language."""
    return {theme.code: theme.name for theme in Theme.objects.order_by("code")}


def drawn(codes: Collection[str] | None, n: int) -> list[str]:
    """Comments drawn by their random keys, so that nobody chooses which are checked."""
    rows = counted_comments()
    if codes is not None:
        rows = rows.filter(organisation__code__in=codes)
    return list(rows.order_by("pk").values_list("comment", flat=True)[:n])
