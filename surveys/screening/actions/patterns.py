"""Looks for patterns about units once a day: signals for a person, never a rating taken away by itself."""

import datetime as dt
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.utils import timezone

from scoring.screening import (
    Signal as Statistic,
)
from scoring.screening import (
    counter_gaps,
    loss_after_bad_tap,
    selective_invitations,
    shift,
    straight_lines,
)
from surveys.ratings.actions import destroy_traces
from surveys.ratings.models import Trace
from surveys.screening.actions.daily import look_at_day
from surveys.screening.actions.raising import Span, excess, percent, raise_signal, with_q
from surveys.screening.patterns import (
    Arms,
    changes,
    counter_arms,
    invitation_arms,
    is_long,
    raised_after_call,
    rated_items,
    straight_rows,
    tap_counts,
    versions_answered,
)

WINDOW_DAYS = 90
RECENT_DAYS = 7
LEAST_RECENT = 30
LEAST_LINES = 30
LEAST_TAPS = 30
LEAST_RAISED = 20


def look_for_patterns(*, now: dt.datetime) -> int:
    """Raise the signals of closed days and of the last ninety; then destroy the traces that served."""
    today = timezone.localdate(now)
    span = Span(today - dt.timedelta(days=WINDOW_DAYS), today - dt.timedelta(days=1))
    with transaction.atomic():
        n = _counters(span, today) + _invitations(span, now) + _changes(today) + _lines(span, today)
        n += excess("raised_after_call", raised_after_call(span.first, span.last), LEAST_RAISED, span, today)
        for day in sorted(set(Trace.objects.filter(made_on__lt=today).values_list("made_on", flat=True))):
            n += look_at_day(day, today)
        n += _taps(span, today)
        destroy_traces(now=now)
    return n


def _counters(span: Span, today: dt.date) -> int:
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
    span: Span,
    today: dt.date,
) -> int:
    n = 0
    for arm, statistic in zip(arms, found, strict=True):
        if statistic.flagged:
            numbers: dict[str, object] = {
                name: percent(share) for name, share in zip(names, arm.shares, strict=True)
            }
            n += raise_signal(
                rule, span=span, unit=arm.organisation_id, point=arm.point_id, n=arm.n, statistic=statistic,
                numbers=numbers, today=today,
            )  # fmt: skip
    return n


def _invitations(span: Span, now: dt.datetime) -> int:
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
    span = Span(today - dt.timedelta(days=RECENT_DAYS), today - dt.timedelta(days=1))
    looked = [
        change
        for change in changes(today, RECENT_DAYS, WINDOW_DAYS)
        if min(sum(change.recent), sum(change.past)) >= LEAST_RECENT
    ]
    found = with_q([shift(change.recent, change.past) for change in looked])
    for change, statistic in zip(looked, found, strict=True):
        if statistic.flagged:
            numbers: dict[str, object] = {
                "recent": percent(100 * change.recent[-1] / sum(change.recent)),
                "past": percent(100 * change.past[-1] / sum(change.past)),
            }
            n += raise_signal(
                "shift", span=span, unit=change.organisation_id, n=sum(change.recent), statistic=statistic,
                numbers=numbers, today=today,
            )  # fmt: skip
    return n


def _taps(span: Span, today: dt.date) -> int:
    """Counters where bad first choices stay bad less often than at all others together."""
    cells = tap_counts(span.first, span.last)
    all_lost, all_bad = (sum(cell[side] for cell in cells.values()) for side in (0, 1))
    looked = [
        (key, cell)
        for key, cell in sorted(cells.items())
        if cell[1] >= LEAST_TAPS and all_bad - cell[1] >= LEAST_TAPS
    ]
    found = with_q(
        [loss_after_bad_tap(lost, bad, all_lost - lost, all_bad - bad) for _key, (lost, bad) in looked]
    )
    n = 0
    for ((unit, point), (lost, bad)), statistic in zip(looked, found, strict=True):
        if statistic.flagged:
            peers = 100 * (all_lost - lost) / (all_bad - bad)
            numbers: dict[str, object] = {
                "x": lost, "n": bad, "share": percent(peers), "more": percent(100 * statistic.statistic),
            }  # fmt: skip
            n += raise_signal(
                "bad_tap_loss", span=span, unit=unit, point=point, n=bad, statistic=statistic,
                numbers=numbers, today=today,
            )  # fmt: skip
    return n


def _lines(span: Span, today: dt.date) -> int:
    """Units where more answers than elsewhere are the same at every item; long questionnaires only."""
    cells: dict[tuple[int, int | None], list[int]] = {}
    for version in versions_answered(span.first, span.last):
        codes = rated_items(version)
        rows = straight_rows(span.first, span.last, version, codes) if is_long(version) else []
        if not rows:
            continue
        table = [[float("nan") if x is None else x for x in answers] for _unit, answers in rows]
        for (unit, _answers), straight in zip(rows, straight_lines(table), strict=True):
            cell = cells.setdefault((unit, None), [0, 0])
            cell[0] += int(straight)
            cell[1] += 1
    return excess("straight_line", cells, LEAST_LINES, span, today)
