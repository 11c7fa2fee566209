"""What only the traces of a closed day show: rows of top ratings, ratings within seconds, first choices, haste."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence

from scoring.screening import longest_run, unbroken_run
from surveys.ratings.models import Rating
from surveys.screening.actions.raising import Span, excess, percent, raise_signal, with_q
from surveys.screening.facts import Fact, facts_of
from surveys.screening.models import TapDay
from surveys.screening.patterns import MIN_ITEMS, TOP, Series, hasty_counts, is_long, n_answered, series_of
from surveys.screening.ratingrules import SHARED_DEVICES

LEAST_SERIES = 10
LEAST_QUICK = 10
LEAST_HASTY = 10
MORE_HASTY = 0.1
"""Residents of one place may be a little quicker than those of others, which among thousands is beyond chance."""
LEAST_TIMED = 30
"""Answers of a day from which one knows how long a questionnaire usually takes."""
MOST_FACTS = 200_000


def look_at_day(day: dt.date, today: dt.date) -> int:
    """Raise the signals of one day and keep its counts of first choices; returns how many signals are new."""
    facts = facts_of(Rating.objects.filter(rated_on=day).order_by("pk"), MOST_FACTS)
    series = series_of(facts)
    span = Span(day, day)
    _keep_taps(series)
    quick: dict[tuple[int, int | None], list[int]] = {
        (one.organisation_id, one.point_id): [one.n_quick, len(one.levels)] for one in series
    }
    n = _runs(series, span, today) + excess("quick", quick, LEAST_QUICK, span, today)
    return n + _hasty(facts, span, today)


def _keep_taps(series: Sequence[Series]) -> None:
    """The day's counts per counter: what stays when the traces are gone."""
    TapDay.objects.bulk_create(
        (
            TapDay(
                organisation_id=one.organisation_id, point_id=one.point_id, day=one.day, n_bad=one.n_bad_first,
                n_lost=one.n_bad_lost,
            )
            for one in series
            if one.n_bad_first
        ),
        update_conflicts=True,
        update_fields=["n_bad", "n_lost"],
        unique_fields=["point", "day"],
    )  # fmt: skip


def _runs(series: Sequence[Series], span: Span, today: dt.date) -> int:
    top, size = (sum(one.levels.count(TOP) for one in series), sum(len(one.levels) for one in series))
    looked = [one for one in series if min(len(one.levels), size - len(one.levels)) >= LEAST_SERIES]
    shares = [min(0.999, (top - one.levels.count(TOP) + 1) / (size - len(one.levels) + 2)) for one in looked]
    found = with_q(
        [
            unbroken_run(longest_run(one.levels, TOP), len(one.levels), share)
            for one, share in zip(looked, shares, strict=True)
        ]
    )
    n = 0
    for one, share, statistic in zip(looked, shares, found, strict=True):
        if statistic.flagged:
            numbers: dict[str, object] = {"n": int(statistic.statistic), "share": percent(100 * share)}
            n += raise_signal(
                "unbroken_run", span=span, unit=one.organisation_id, point=one.point_id, n=len(one.levels),
                statistic=statistic, numbers=numbers, today=today,
            )  # fmt: skip
    return n


def _hasty(facts: Sequence[Fact], span: Span, today: dt.date) -> int:
    """Places where long questionnaires are answered in haste more often than at all others.

    Who left items out is not judged: the overall question alone takes few seconds. Shared devices are compared
    with each other, because their page stands open before a person comes.
    """
    groups: dict[tuple[int, bool], list[Fact]] = defaultdict(list)
    for fact in facts:
        if fact.on_page is not None:
            groups[fact.version_id, fact.channel in SHARED_DEVICES].append(fact)
    n = 0
    for (version, _shared), timed in sorted(groups.items()):
        answered = n_answered(span.last, version) if is_long(version) else {}
        judged = [fact for fact in timed if answered.get(fact.rating_id, 0) >= MIN_ITEMS]
        if len(judged) >= LEAST_TIMED:
            n += excess("hasty", hasty_counts(judged, answered), LEAST_HASTY, span, today, more=MORE_HASTY)
    return n
