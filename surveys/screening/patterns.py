"""Counts in which patterns about a unit show: counter against online, invited by outcome, this week against before.

Each comes out of one grouped query; the statistics themselves are in scoring.screening.
"""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth

from scoring.screening import speeders
from surveys.catalogue.enums import Mode
from surveys.instruments.enums import QuestionKind
from surveys.instruments.queries import definition_of
from surveys.ratings.enums import BAD_LEVELS, InvitationState, Origin, Outcome, RatingKind, Screening
from surveys.ratings.models import Matter, Rating
from surveys.screening.facts import Fact
from surveys.screening.models import TapDay

TOP = 5
GOOD_FROM = 4
LEVELS = (1, 2, 3, 4, 5)
QUICK_SECONDS = 10
MIN_ITEMS = 5
Table = list[list[list[int]]]


@dataclass(frozen=True)
class Arms:
    """One unit's strata of 2 × 2 counts, and the two shares in words."""

    organisation_id: int
    point_id: int | None
    tables: Table
    n: int
    shares: tuple[float, float]


def _valid(first: dt.date, last: dt.date) -> Q:
    return Q(
        rated_on__range=(first, last), kind=RatingKind.INITIAL, origin=Origin.ACTIVE,
        screening__in=(Screening.KEPT, Screening.REVIEW),
    )  # fmt: skip


def counter_arms(first: dt.date, last: dt.date) -> list[Arms]:
    """Each counter's top ratings against online ratings of the same services and months."""
    rows = (
        Rating.objects.filter(_valid(first, last))
        .order_by()
        .annotate(month=TruncMonth("rated_on"))
        .values("organisation_id", "service_id", "month", "point_id", "mode")
        .annotate(top=Count("id", filter=Q(level=TOP)), n=Count("id"))
    )
    counters: dict[tuple[int, int], dict[tuple[int, dt.date], tuple[int, int]]] = defaultdict(dict)
    remote: dict[tuple[int, int, dt.date], tuple[int, int]] = defaultdict(lambda: (0, 0))
    for row in rows:
        top, rest = row["top"], row["n"] - row["top"]
        if row["mode"] == Mode.ONLINE:
            key = (row["organisation_id"], row["service_id"], row["month"])
            remote[key] = (remote[key][0] + top, remote[key][1] + rest)
        elif row["point_id"] is not None and row["mode"] == Mode.OFFLINE:
            counters[row["organisation_id"], row["point_id"]][row["service_id"], row["month"]] = (top, rest)
    found = []
    for (unit, point), strata in sorted(counters.items()):
        tables: Table = []
        for (service, month), (top, rest) in sorted(strata.items()):
            online = remote[unit, service, month]
            if sum(online):
                tables.append([[top, rest], list(online)])
        found.append(_arms(unit, point, tables))
    return found


def _arms(unit: int, point: int | None, tables: Table) -> Arms:
    first = [sum(table[0][side] for table in tables) for side in (0, 1)]
    second = [sum(table[1][side] for table in tables) for side in (0, 1)]
    shares = (_share(first[0], sum(first)), _share(second[0], sum(second)))
    return Arms(unit, point, tables, sum(first), shares)


def _share(part: float, whole: float) -> float:
    return 100 * part / whole if whole else 0.0


def invitation_arms(first: dt.datetime, last: dt.datetime) -> tuple[list[Arms], list[tuple[int, int]]]:
    """Invited and not, by whether the case went well; and (invited, finished) of each organisation."""
    rows = (
        Matter.objects.filter(finished_at__range=(first, last))
        .exclude(outcome="")
        .order_by()
        .values("organisation_id", "service_id", "outcome")
        .annotate(n=Count("id"), invited=Count("id", filter=~Q(invitation__state=InvitationState.REVOKED)))
    )
    strata: dict[int, dict[int, list[list[int]]]] = defaultdict(dict)
    totals: dict[int, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for row in rows:
        table = strata[row["organisation_id"]].setdefault(row["service_id"], [[0, 0], [0, 0]])
        side = 0 if row["outcome"] == Outcome.ON_TIME else 1
        table[side][0] += row["invited"]
        table[side][1] += row["n"] - row["invited"]
        sent, finished = totals[row["organisation_id"]]
        totals[row["organisation_id"]] = (sent + row["invited"], finished + row["n"])
    arms = [
        _arms(unit, None, [table for _service, table in sorted(tables.items())])
        for unit, tables in sorted(strata.items())
    ]
    return arms, [totals[arm.organisation_id] for arm in arms]


@dataclass(frozen=True)
class Change:
    """One organisation's level counts lately and before."""

    organisation_id: int
    recent: tuple[int, ...]
    past: tuple[int, ...]


def changes(today: dt.date, recent_days: int, past_days: int) -> list[Change]:
    """Level counts of the last days and of the days before them."""
    border = today - dt.timedelta(days=recent_days)
    first = border - dt.timedelta(days=past_days)

    def counted(span: Q) -> dict[int, tuple[int, ...]]:
        found: dict[int, list[int]] = defaultdict(lambda: [0] * len(LEVELS))
        rows = Rating.objects.filter(span).order_by().values_list("organisation_id", "level")
        for unit, level, n in rows.annotate(n=Count("id")):
            found[unit][level - 1] = n
        return {unit: tuple(counts) for unit, counts in found.items()}

    recent = counted(_valid(border, today - dt.timedelta(days=1)))
    past = counted(_valid(first, border - dt.timedelta(days=1)))
    return [Change(unit, recent[unit], past[unit]) for unit in sorted(recent) if unit in past]


def rated_items(version: int) -> list[str]:
    """The items of a version that ask for a level, besides the overall question."""
    return [item.code for item in definition_of(version).items if item.kind == QuestionKind.RATING]


def is_long(version: int) -> bool:
    """Whether a questionnaire has items enough for alike or hasty answers to tell anything."""
    return len(rated_items(version)) + 1 >= MIN_ITEMS


def _with_answers(first: dt.date, last: dt.date) -> QuerySet[Rating]:
    return Rating.objects.filter(_valid(first, last)).exclude(answers={})


def versions_answered(first: dt.date, last: dt.date) -> list[int]:
    """Questionnaire versions to whose items somebody answered in these days."""
    found = _with_answers(first, last).order_by("version_id").values_list("version_id", flat=True)
    return list(found.distinct())


def straight_rows(
    first: dt.date, last: dt.date, version: int, codes: Sequence[str]
) -> list[tuple[int, list[float | None]]]:
    """(organisation, answers to the overall question and the items) of every answer to a version."""
    rows = _with_answers(first, last).filter(version=version).order_by("organisation_id", "pk")
    return [
        (unit, [float(level), *(_number(answers.get(code)) for code in codes)])
        for unit, level, answers in rows.values_list("organisation_id", "level", "answers")
    ]


def _number(answer: object) -> float | None:
    return float(answer) if isinstance(answer, str) and answer.isdigit() else None


@dataclass(frozen=True)
class Series:
    """One point's ratings of one day in the order of their bins."""

    organisation_id: int
    point_id: int
    day: dt.date
    levels: tuple[int, ...]
    n_quick: int
    n_bad_first: int
    """Whose first choice was bad, whatever they sent in the end."""
    n_bad_lost: int
    """Those of them whose rating was not bad."""


def series_of(facts: Iterable[Fact]) -> list[Series]:
    """Each counter's day."""
    by_point: dict[tuple[int, int, dt.date], list[Fact]] = defaultdict(list)
    for fact in facts:
        if fact.point_id is not None and fact.mode == Mode.OFFLINE:
            by_point[fact.organisation_id, fact.point_id, fact.rated_on].append(fact)
    found = []
    for (unit, point, day), members in sorted(by_point.items()):
        members.sort(key=lambda fact: (fact.bin_at, fact.rating_id))
        quick = sum(fact.seconds is not None and 0 <= fact.seconds <= QUICK_SECONDS for fact in members)
        bad_first = [fact for fact in members if fact.n_bad_first_taps or fact.level in BAD_LEVELS]
        lost = sum(fact.level not in BAD_LEVELS for fact in bad_first)
        levels = tuple(fact.level for fact in members)
        found.append(Series(unit, point, day, levels, quick, len(bad_first), lost))
    return found


def n_answered(day: dt.date, version: int) -> dict[uuid.UUID, int]:
    """How many questions each rating of a day answers, the overall one included; those with items only."""
    codes = rated_items(version)
    rows = Rating.objects.filter(rated_on=day, version=version).exclude(answers={}).order_by()
    return {
        pk: 1 + sum(bool(answers.get(code)) for code in codes)
        for pk, answers in rows.values_list("pk", "answers")
    }


def hasty_counts(
    facts: Sequence[Fact], answered: Mapping[uuid.UUID, int]
) -> dict[tuple[int, int | None], list[int]]:
    """(answered in haste, judged) of each point, and of what an organisation has without a point."""
    times = [float("nan") if fact.on_page is None else fact.on_page for fact in facts]
    hasty = {n: speeders(times, n) for n in {answered[fact.rating_id] for fact in facts}}
    cells: dict[tuple[int, int | None], list[int]] = {}
    for place, fact in enumerate(facts):
        cell = cells.setdefault((fact.organisation_id, fact.point_id), [0, 0])
        cell[0] += int(hasty[answered[fact.rating_id]][place])
        cell[1] += 1
    return cells


def tap_counts(first: dt.date, last: dt.date) -> dict[tuple[int, int], tuple[int, int]]:
    """(bad first choices that did not stay bad, bad first choices) of each counter, by (organisation, point)."""
    rows = (
        TapDay.objects.filter(day__range=(first, last)).order_by().values_list("organisation_id", "point_id")
    )
    summed = rows.annotate(lost=Sum("n_lost"), bad=Sum("n_bad"))
    return {(unit, point): (lost, bad) for unit, point, lost, bad in summed}


def raised_after_call(first: dt.date, last: dt.date) -> dict[tuple[int, int | None], list[int]]:
    """(bad ratings raised to good, bad ratings supplemented) of each organisation, by (organisation, None)."""
    rows = Rating.objects.filter(
        kind=RatingKind.SUPPLEMENTARY, rated_on__range=(first, last), initial__level__in=BAD_LEVELS
    )
    counted = rows.order_by().values_list("organisation_id").annotate(
        raised=Count("id", filter=Q(level__gte=GOOD_FROM)), n=Count("id")
    )  # fmt: skip
    return {(unit, None): [raised, n] for unit, raised, n in counted}
