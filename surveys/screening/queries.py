"""Reads of screening: what is usual at a place, comments nearby, the review queue, how rules have done."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from scoring.intervals import wilson
from surveys.ratings.enums import Screening
from surveys.ratings.models import Matter, Rating
from surveys.screening.enums import SignalState
from surveys.screening.facts import Fact, Place
from surveys.screening.models import Flag, Proposal, Signal, Verdict
from surveys.screening.rulebook import RULES

BINS_AN_HOUR = 12
OPEN_BINS_A_DAY = 120
HISTORY_DAYS = 30
PEAK = 3.0
DUPLICATE_DAYS = 30
MOST_COMMENTS = 20_000
BinKey = tuple[Place, dt.datetime]


def expected_counts(facts: Sequence[Fact]) -> dict[BinKey, float]:
    """Ratings one may expect in each five minutes.

    From the cases finished in that hour, or from the place's own last thirty days at three times their
    average, whichever is more.
    """
    if not facts:
        return {}
    bins = {(fact.place, fact.bin_at) for fact in facts}
    first = min(at for _place, at in bins) - dt.timedelta(hours=1)
    last = max(at for _place, at in bins) + dt.timedelta(minutes=5)
    finished: dict[tuple[Place, dt.datetime], int] = defaultdict(int)
    cases = Matter.objects.filter(finished_at__range=(first, last)).order_by()
    for point, service, at in cases.values_list("point_id", "service_id", "finished_at").iterator():
        hour = at.replace(minute=0, second=0, microsecond=0)
        finished[("service", service), hour] += 1
        if point is not None:
            finished[("point", point), hour] += 1
    usual = _usual({place for place, _at in bins}, min(fact.rated_on for fact in facts))
    return {
        (place, at): max(
            finished[place, at.replace(minute=0)] / BINS_AN_HOUR,
            PEAK * usual.get(place, 0) / (HISTORY_DAYS * OPEN_BINS_A_DAY),
        )
        for place, at in bins
    }


def _usual(places: Collection[Place], before: dt.date) -> dict[Place, int]:
    """Ratings kept at each place in the thirty days before."""
    rows = Rating.objects.filter(
        rated_on__range=(before - dt.timedelta(days=HISTORY_DAYS), before - dt.timedelta(days=1)),
        screening=Screening.KEPT,
    ).order_by()
    points = [number for kind, number in places if kind == "point"]
    services = [number for kind, number in places if kind == "service"]
    found: dict[Place, int] = {}
    for number, n in rows.filter(service__in=services).values_list("service_id").annotate(n=Count("id")):
        found["service", number] = n
    for number, n in rows.filter(point__in=points).values_list("point_id").annotate(n=Count("id")):
        found["point", number] = n
    return found


def comments_near(
    organisations: Collection[int], first: dt.date, last: dt.date
) -> list[tuple[uuid.UUID, int, dt.date, str]]:
    """Comments about these organisations within thirty days of the span, oldest first."""
    rows = (
        Rating.objects.filter(
            organisation__in=organisations,
            rated_on__range=(first - dt.timedelta(days=DUPLICATE_DAYS), last),
        )
        .exclude(comment="")
        .order_by("rated_on", "pk")
    )
    return list(rows.values_list("pk", "organisation_id", "rated_on", "comment")[:MOST_COMMENTS])


def waiting(organisations: Collection[str] | None = None) -> QuerySet[Rating]:
    """Ratings that wait for a person, oldest first; None means everywhere."""
    rows = (
        Rating.objects.filter(screening=Screening.REVIEW)
        .select_related("service", "organisation", "point")
        .prefetch_related("flags")
    )
    if organisations is not None:
        rows = rows.filter(organisation__code__in=organisations)
    return rows.order_by("rated_on", "pk")


def signals(organisations: Collection[str] | None = None) -> QuerySet[Signal]:
    """Signals about units, open ones first."""
    rows = Signal.objects.select_related("organisation", "service", "point", "decided_by")
    if organisations is not None:
        rows = rows.filter(organisation__code__in=organisations)
    return rows.order_by("-state", "-raised_on", "pk")


def open_signals() -> QuerySet[Signal]:
    """Signals nobody has looked at."""
    return signals().filter(state=SignalState.OPEN)


def open_proposals() -> QuerySet[Proposal]:
    """Proposals that wait for a second person, oldest first."""
    rows = Proposal.objects.filter(agreed=None).select_related(
        "rating__service", "rating__organisation", "proposed_by"
    )
    return rows.order_by("proposed_at", "pk")


def overrules(rating: Rating, outcome: str) -> bool:
    """Whether a decision would go against what a person decided before."""
    newest = Verdict.objects.filter(rating=rating, by_person__isnull=False).order_by("-decided_at", "-pk")
    earlier = newest.first()
    return earlier is not None and earlier.outcome != outcome


def n_waiting() -> int:
    """How many ratings, signals and proposals wait."""
    waiting_ratings = Rating.objects.filter(screening=Screening.REVIEW).count()
    return waiting_ratings + open_signals().count() + open_proposals().count()


@dataclass(frozen=True)
class RuleRecord:
    """How a rule has done: flags, how many were decided, how many confirmed; precision is confirmed ÷ decided."""

    code: str
    version: int
    names: dict[str, str]
    n_flags: int
    n_decided: int
    n_confirmed: int
    n_signals: int
    n_signals_confirmed: int

    @property
    def precision(self) -> float | None:
        return self.n_confirmed / self.n_decided if self.n_decided else None

    @property
    def precision_bounds(self) -> tuple[float, float] | None:
        """The Wilson interval of the precision."""
        if not self.n_decided:
            return None
        lower, upper = wilson([self.n_confirmed], [self.n_decided])
        return float(lower[0]), float(upper[0])


def rule_records() -> list[RuleRecord]:
    """Every rule with its precision from persons' verdicts."""
    newest = Verdict.objects.filter(rating=OuterRef("rating"), by_person__isnull=False).order_by(
        "-decided_at", "-pk"
    )
    flags = (
        Flag.objects.order_by()
        .annotate(outcome=Subquery(newest.values("outcome")[:1]))
        .values("rule")
        .annotate(
            n=Count("id"),
            decided=Count("id", filter=Q(outcome__isnull=False)),
            confirmed=Count("id", filter=Q(outcome=Screening.SET_ASIDE)),
        )
    )
    by_flag = {row["rule"]: row for row in flags}
    by_signal = {
        row["rule"]: row
        for row in Signal.objects.order_by()
        .values("rule")
        .annotate(n=Count("id"), confirmed=Count("id", filter=Q(state=SignalState.CONFIRMED)))
    }
    nothing = {"n": 0, "decided": 0, "confirmed": 0}
    return [
        RuleRecord(
            code=code,
            version=rule.version,
            names=dict(rule.names),
            n_flags=by_flag.get(code, nothing)["n"],
            n_decided=by_flag.get(code, nothing)["decided"],
            n_confirmed=by_flag.get(code, nothing)["confirmed"],
            n_signals=by_signal.get(code, nothing)["n"],
            n_signals_confirmed=by_signal.get(code, nothing)["confirmed"],
        )
        for code, rule in RULES.items()
    ]
