"""What the statistics pages show: totals, shares with intervals, months, services; small cells are hidden."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet, Sum

from scoring.intervals import wilson
from surveys.catalogue.enums import Channel
from surveys.catalogue.models import Organisation, Service, ServicePoint
from surveys.ratings.enums import Origin, RatingKind, Screening
from surveys.ratings.models import Rating
from surveys.ratings.scales import LEVEL5
from surveys.tallies.enums import TallySource
from surveys.tallies.models import Funnel, Tally, UnitTally
from surveys.tallies.periods import months_between
from surveys.tallies.queries import LEVEL_SCALE, OVERALL, TAG

SMALL = 10
LINEAR = {"1": 0, "2": 25, "3": 50, "4": 75, "5": 100}


@dataclass(frozen=True)
class Share:
    """A share of n with its Wilson interval; None where nobody answered."""

    value: float
    lower: float
    upper: float


@dataclass(frozen=True)
class Line:
    """One row of a table: who, how many, how good; `hidden` where too few answered to show more."""

    label: str
    n: int
    counts: dict[str, int]
    code: str = ""

    @property
    def hidden(self) -> bool:
        return self.n < SMALL

    @property
    def top2(self) -> Share | None:
        return share_of(sum(self.counts.get(option, 0) for option in LEVEL5.good), self.n)

    @property
    def not_bad(self) -> Share | None:
        return share_of(self.n - sum(self.counts.get(option, 0) for option in LEVEL5.bad), self.n)

    @property
    def mean(self) -> float | None:
        if not self.n:
            return None
        return sum(LINEAR[option] * n for option, n in self.counts.items()) / self.n


@dataclass(frozen=True)
class Bar:
    """One level of the distribution."""

    level: int
    n: int
    share: float


@dataclass(frozen=True)
class Summary:
    """Everything one statistics page shows."""

    total: Line
    with_held: Line
    n_posted: int
    n_default: int
    bars: tuple[Bar, ...]
    months: tuple[Line, ...]
    parts: tuple[Line, ...]
    """Services of one organisation, or organisations."""
    channels: tuple[Line, ...]
    windows: tuple[Line, ...]
    reasons: tuple[tuple[str, int], ...]
    n_finished: int
    n_answered: int

    @property
    def active_rate(self) -> float | None:
        return self.n_answered / self.n_finished if self.n_finished else None


def share_of(x: int, n: int) -> Share | None:
    """X of n with its Wilson interval."""
    if n == 0:
        return None
    lower, upper = wilson([x], [n])
    return Share(x / n, float(lower[0]), float(upper[0]))


@dataclass(frozen=True)
class Question:
    """What is asked for: whole months, organisations, perhaps one service and one channel."""

    starts_on: dt.date
    ends_on: dt.date
    organisations: Collection[int] | None
    service_id: int | None = None
    channel: str = ""

    def narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The rows asked for, of tallies or of the ledger."""
        rows = rows.filter(starts_on__gte=self.starts_on, ends_on__lte=self.ends_on)
        if self.organisations is not None:
            rows = rows.filter(organisation__in=self.organisations)
        if self.service_id is not None:
            rows = rows.filter(service=self.service_id)
        if self.channel:
            rows = rows.filter(channel=self.channel)
        return rows.order_by()

    def tallies(self, question: str, *, by_service: bool = False) -> QuerySet[Any]:
        """Tallies of one question: those summed over services unless services matter."""
        rows: QuerySet[Any] = UnitTally.objects.all()
        if by_service or self.service_id is not None:
            rows = Tally.objects.all()
        return self.narrow(rows.filter(question=question))


Cell = tuple[Any, str, int]
"""What a count belongs to, the option, the count."""


def summary(question: Question) -> Summary:
    """Read the tallies of whole months once by source, channel and month, once by service, once by reason."""
    rows = list(
        question.tallies(OVERALL)
        .filter(scale=LEVEL_SCALE)
        .values_list("source", "channel", "starts_on", "option")
        .annotate(total=Sum("n"))
    )
    kept = [row for row in rows if row[0] == TallySource.RATINGS and row[1] != Channel.QR_STATIC]
    held = [row for row in rows if row[0] == TallySource.HELD and row[1] != Channel.QR_STATIC]
    total = _line("", [(None, option, n) for *_key, option, n in kept])
    months = _by([(month, option, n) for _source, _channel, month, option, n in kept])
    channels = _by([(channel, option, n) for _source, channel, _month, option, n in kept])
    n_finished, n_answered = _ledger(question)
    return Summary(
        total=total,
        with_held=_line("", [(None, option, n) for *_key, option, n in (*kept, *held)]),
        n_posted=sum(row[4] for row in rows if row[0] == TallySource.RATINGS) - total.n,
        n_default=sum(row[4] for row in rows if row[0] == TallySource.DEFAULT),
        bars=tuple(
            Bar(level, total.counts[str(level)], total.counts[str(level)] / total.n if total.n else 0.0)
            for level in (5, 4, 3, 2, 1)
        ),
        months=tuple(
            _line(f"{month:%Y-%m}", months.get(month, []))
            for month in months_between(question.starts_on, question.ends_on)
        ),
        parts=_parts(question),
        channels=_sorted(
            _line(str(Channel(channel).label), found, channel) for channel, found in channels.items()
        ),
        windows=_windows(question),
        reasons=_reasons(question),
        n_finished=n_finished,
        n_answered=n_answered,
    )


def _line(label: str, cells: Iterable[Cell], code: str = "") -> Line:
    found: dict[str, int] = dict.fromkeys(LEVEL5.options, 0)
    for _key, option, n in cells:
        found[option] += n
    return Line(label, sum(found.values()), found, code)


def _by(cells: Iterable[Cell]) -> dict[Any, list[Cell]]:
    found: dict[Any, list[Cell]] = defaultdict(list)
    for cell in cells:
        found[cell[0]].append(cell)
    return found


def _sorted(lines: Iterable[Line]) -> tuple[Line, ...]:
    return tuple(sorted(lines, key=lambda line: (-line.n, line.code)))


def _parts(question: Question) -> tuple[Line, ...]:
    """The services of one organisation, or the organisations where several are asked for."""
    one = question.organisations is not None and len(question.organisations) == 1
    column, model = ("service_id", Service) if one else ("organisation_id", Organisation)
    rows = question.tallies(OVERALL, by_service=one).filter(scale=LEVEL_SCALE, source=TallySource.RATINGS)
    cells = rows.exclude(channel=Channel.QR_STATIC).values_list(column, "option").annotate(total=Sum("n"))
    by_part = _by(cells)
    known = model.objects.in_bulk([key for key in by_part if key is not None])
    return _sorted(
        _line(known[key].name, found, known[key].code) for key, found in by_part.items() if key in known
    )


@dataclass(frozen=True)
class Beside:
    """One organisation's ratings that count, and the same with those held back or set aside."""

    kept: Line
    with_held: Line

    @property
    def n_held(self) -> int:
        return self.with_held.n - self.kept.n

    @property
    def change(self) -> float | None:
        """By how many points the mean would move if what is held counted."""
        if self.kept.hidden or self.kept.mean is None or self.with_held.mean is None:
            return None
        return self.with_held.mean - self.kept.mean


def with_and_without(question: Question) -> tuple[Beside, ...]:
    """Every organisation with held ratings, those first whose mean they would move most."""
    sources = (TallySource.RATINGS, TallySource.HELD)
    rows = question.tallies(OVERALL).filter(scale=LEVEL_SCALE, source__in=sources)
    rows = rows.exclude(channel=Channel.QR_STATIC)
    kept: dict[int, list[Cell]] = defaultdict(list)
    everything: dict[int, list[Cell]] = defaultdict(list)
    for unit, source, option, n in rows.values_list("organisation_id", "source", "option").annotate(
        total=Sum("n")
    ):
        everything[unit].append((unit, option, n))
        if source == TallySource.RATINGS:
            kept[unit].append((unit, option, n))
    known = Organisation.objects.without_tree_fields().in_bulk(list(everything))
    pairs = [
        Beside(
            _line(known[unit].name, kept[unit], known[unit].code),
            _line(known[unit].name, cells, known[unit].code),
        )
        for unit, cells in everything.items()
    ]
    held = [pair for pair in pairs if pair.n_held]
    return tuple(sorted(held, key=lambda pair: (-abs(pair.change or 0), -pair.n_held, pair.kept.code)))


MOST_WINDOW_DAYS = 92


def _windows(question: Question) -> tuple[Line, ...]:
    """Each counter of a chosen unit, counted from the ratings: tallies do not keep counters apart."""
    days = (question.ends_on - question.starts_on).days
    if question.organisations is None or len(question.organisations) > 1 or days > MOST_WINDOW_DAYS:
        return ()
    rows = Rating.objects.filter(
        organisation__in=question.organisations,
        rated_on__range=(question.starts_on, question.ends_on),
        point__isnull=False,
        kind=RatingKind.INITIAL,
        origin=Origin.ACTIVE,
        screening=Screening.KEPT,
    )
    if question.service_id is not None:
        rows = rows.filter(service=question.service_id)
    if question.channel:
        rows = rows.filter(channel=question.channel)
    found: dict[int, dict[str, int]] = defaultdict(lambda: dict.fromkeys(LEVEL5.options, 0))
    for point, level, n in rows.order_by().values_list("point_id", "level").annotate(n=Count("id")):
        found[point][str(level)] = n
    points = ServicePoint.objects.in_bulk(list(found))
    lines = [
        Line(points[pk].name, sum(levels.values()), levels, points[pk].code) for pk, levels in found.items()
    ]
    return tuple(sorted(lines, key=lambda line: (-line.n, line.code)))


def _reasons(question: Question) -> tuple[tuple[str, int], ...]:
    rows = question.tallies(TAG).filter(source=TallySource.RATINGS)
    found = rows.exclude(channel=Channel.QR_STATIC).values_list("option").annotate(total=Sum("n"))
    return tuple(sorted(found, key=lambda item: (-item[1], item[0])))


def _ledger(question: Question) -> tuple[int, int]:
    """Finished and answered cases."""
    told = question.narrow(Funnel.objects.all()).aggregate(
        finished=Sum("n_finished"), answered=Sum("n_answered")
    )
    return told["finished"] or 0, told["answered"] or 0
