"""Looks for patterns about units once a day: signals for a person, never a rating taken away by itself."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from scoring.screening import (
    Signal as Statistic,
)
from scoring.screening import (
    counter_gaps,
    excess_share,
    longest_run,
    selective_invitations,
    shift,
    straight_lines,
    unbroken_run,
)
from surveys.instruments.enums import QuestionKind
from surveys.instruments.queries import current_version, definition_of
from surveys.ratings.actions import destroy_traces
from surveys.ratings.models import Rating, Trace
from surveys.screening.actions.looking import signal_key
from surveys.screening.facts import facts_of
from surveys.screening.models import Signal
from surveys.screening.patterns import (
    TOP,
    Arms,
    Series,
    changes,
    counter_arms,
    invitation_arms,
    series_of,
    straight_rows,
)
from surveys.screening.rulebook import RULES

WINDOW_DAYS = 90
RECENT_DAYS = 7
LEAST_SERIES = 10
LEAST_QUICK = 10
LEAST_RECENT = 30
LEAST_LINES = 30
MIN_ITEMS = 5
MOST_FACTS = 200_000


@dataclass(frozen=True)
class _Span:
    first: dt.date
    last: dt.date


def look_for_patterns(*, now: dt.datetime) -> int:
    """Raise the signals of closed days and of the last ninety; then destroy the traces that served."""
    today = timezone.localdate(now)
    span = _Span(today - dt.timedelta(days=WINDOW_DAYS), today - dt.timedelta(days=1))
    with transaction.atomic():
        n = _counters(span, today) + _invitations(span, now) + _changes(today) + _lines(span, today)
        for day in sorted(set(Trace.objects.filter(made_on__lt=today).values_list("made_on", flat=True))):
            n += _day(day, today)
        destroy_traces(now=now)
    return n


def _raise(
    rule_code: str,
    *,
    span: _Span,
    unit: int,
    point: int | None = None,
    n: int,
    statistic: Statistic,
    numbers: dict[str, object],
    today: dt.date,
) -> int:
    rule = RULES[rule_code]
    _signal, created = Signal.objects.get_or_create(
        key=signal_key(rule.code, rule.version, unit, point, f"{span.last:%Y-%m}", _daily(rule_code, span)),
        defaults={
            "rule": rule.code,
            "rule_version": rule.version,
            "organisation_id": unit,
            "point_id": point,
            "starts_on": span.first,
            "ends_on": span.last,
            "n": n,
            "statistic": statistic.statistic,
            "p_value": statistic.p,
            "q_value": statistic.q,
            "reasons": rule.reasons(**numbers),
            "raised_on": today,
        },
    )
    return int(created)


def _daily(rule_code: str, span: _Span) -> str:
    """Rules about one day raise a signal a day; the others one a month."""
    return span.last.isoformat() if rule_code in {"unbroken_run", "quick"} else ""


def _percent(value: float) -> str:
    return f"{value:.1f}"


def _counters(span: _Span, today: dt.date) -> int:
    arms = counter_arms(span.first, span.last)
    names = ("counter", "remote")
    found = counter_gaps([arm.tables for arm in arms])
    return _arm_signals("counter_gap", names, arms=arms, found=found, span=span, today=today)


def _arm_signals(
    rule: str,
    names: Sequence[str],
    *,
    arms: Sequence[Arms],
    found: Iterable[Statistic],
    span: _Span,
    today: dt.date,
) -> int:
    n = 0
    for arm, statistic in zip(arms, found, strict=True):
        if statistic.flagged:
            numbers: dict[str, object] = {
                name: _percent(share) for name, share in zip(names, arm.shares, strict=True)
            }
            n += _raise(
                rule, span=span, unit=arm.organisation_id, point=arm.point_id, n=arm.n, statistic=statistic,
                numbers=numbers, today=today,
            )  # fmt: skip
    return n


def _invitations(span: _Span, now: dt.datetime) -> int:
    arms, totals = invitation_arms(now - dt.timedelta(days=WINDOW_DAYS), now)
    if not arms:
        return 0
    found = selective_invitations(
        [arm.tables for arm in arms], [sent for sent, _n in totals], [n for _sent, n in totals]
    )
    today = timezone.localdate(now)
    names = ("well", "badly")
    return _arm_signals("selective_invitation", names, arms=arms, found=found, span=span, today=today)


def _changes(today: dt.date) -> int:
    n = 0
    span = _Span(today - dt.timedelta(days=RECENT_DAYS), today - dt.timedelta(days=1))
    for change in changes(today, RECENT_DAYS, WINDOW_DAYS):
        if min(sum(change.recent), sum(change.past)) < LEAST_RECENT:
            continue
        statistic = shift(change.recent, change.past)
        if statistic.flagged:
            numbers: dict[str, object] = {
                "recent": _percent(100 * change.recent[-1] / sum(change.recent)),
                "past": _percent(100 * change.past[-1] / sum(change.past)),
            }
            n += _raise(
                "shift", span=span, unit=change.organisation_id, n=sum(change.recent), statistic=statistic,
                numbers=numbers, today=today,
            )  # fmt: skip
    return n


def _lines(span: _Span, today: dt.date) -> int:
    """Units where more answers than elsewhere are the same at every item; long questionnaires only."""
    codes = _item_codes()
    rows = straight_rows(span.first, span.last, codes) if len(codes) + 1 >= MIN_ITEMS else []
    if not rows:
        return 0
    lines = straight_lines([[float("nan") if x is None else x for x in answers] for _unit, answers in rows])
    counted: dict[int, list[int]] = {}
    for (unit, _answers), straight in zip(rows, lines, strict=True):
        cell = counted.setdefault(unit, [0, 0])
        cell[0] += int(straight)
        cell[1] += 1
    return _excess(
        "straight_line", {(unit, None): cell for unit, cell in counted.items()}, LEAST_LINES, span, today
    )


def _item_codes() -> list[str]:
    definition = definition_of(current_version().pk)
    return [item.code for item in definition.items if item.kind == QuestionKind.RATING]


def _excess(
    rule: str, cells: dict[tuple[int, int | None], list[int]], least: int, span: _Span, today: dt.date
) -> int:
    """Units where a trait is more frequent than among all the others together."""
    all_x, all_n = (sum(cell[side] for cell in cells.values()) for side in (0, 1))
    tested = [
        (key, cell) for key, cell in sorted(cells.items(), key=str) if cell[1] >= least and all_n > cell[1]
    ]
    peers = [max(1.0, all_x - cell[0]) / (all_n - cell[1]) for _key, cell in tested]
    found = excess_share(rule, [cell[0] for _k, cell in tested], [cell[1] for _k, cell in tested], peers)
    n = 0
    for ((unit, point), (x, size)), peer, statistic in zip(tested, peers, found, strict=True):
        if statistic.flagged and x / size > peer:
            numbers: dict[str, object] = {"x": x, "n": size, "share": _percent(100 * peer)}
            n += _raise(
                rule,
                span=span,
                unit=unit,
                point=point,
                n=size,
                statistic=statistic,
                numbers=numbers,
                today=today,
            )
    return n


def _day(day: dt.date, today: dt.date) -> int:
    """What only the traces of a day show: rows of top ratings, and ratings within seconds."""
    facts = facts_of(Rating.objects.filter(rated_on=day).order_by("pk"), MOST_FACTS)
    series = series_of(facts)
    span = _Span(day, day)
    quick: dict[tuple[int, int | None], list[int]] = {
        (one.organisation_id, one.point_id): [one.n_quick, len(one.levels)] for one in series
    }
    return _runs(series, span, today) + _excess("quick", quick, LEAST_QUICK, span, today)


def _runs(series: Sequence[Series], span: _Span, today: dt.date) -> int:
    top, size = (sum(one.levels.count(TOP) for one in series), sum(len(one.levels) for one in series))
    n = 0
    for one in series:
        others = size - len(one.levels)
        if len(one.levels) < LEAST_SERIES or others < LEAST_SERIES:
            continue
        share = min(0.999, (top - one.levels.count(TOP) + 1) / (others + 2))
        statistic = unbroken_run(longest_run(one.levels, TOP), len(one.levels), share)
        if statistic.flagged:
            numbers: dict[str, object] = {"n": int(statistic.statistic), "share": _percent(100 * share)}
            n += _raise(
                "unbroken_run", span=span, unit=one.organisation_id, point=one.point_id, n=len(one.levels),
                statistic=statistic, numbers=numbers, today=today,
            )  # fmt: skip
    return n
