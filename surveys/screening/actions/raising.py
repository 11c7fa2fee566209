"""Raises signals about units: the same finding once, with its statistic, p, q and reason in words."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from scoring.screening import Signal as Statistic
from scoring.screening import excess_share
from scoring.significance import false_discovery
from surveys.screening.actions.looking import signal_key
from surveys.screening.models import Signal
from surveys.screening.rulebook import RULES

DAILY = frozenset({"unbroken_run", "quick", "hasty"})
"""Rules about one day raise a signal a day; the others one a month."""


@dataclass(frozen=True)
class Span:
    """First and last day of what was looked at."""

    first: dt.date
    last: dt.date


def raise_signal(
    rule_code: str,
    *,
    span: Span,
    unit: int,
    point: int | None = None,
    n: int,
    statistic: Statistic,
    numbers: dict[str, object],
    today: dt.date,
) -> int:
    """Write a signal down unless the same one is there; returns how many are new."""
    rule = RULES[rule_code]
    day = span.last.isoformat() if rule_code in DAILY else ""
    _signal, created = Signal.objects.get_or_create(
        key=signal_key(rule.code, rule.version, unit, point, f"{span.last:%Y-%m}", day),
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


def percent(value: float) -> str:
    """A percentage as reasons show it."""
    return f"{value:.1f}"


def with_q(found: Sequence[Statistic]) -> list[Statistic]:
    """The statistics of everything tested together with their q-values (Benjamini and Hochberg)."""
    if not found:
        return []
    values = false_discovery([statistic.p for statistic in found]).tolist()
    return [replace(statistic, q=q) for statistic, q in zip(found, values, strict=True)]


def excess(
    rule: str,
    cells: dict[tuple[int, int | None], list[int]],
    least: int,
    span: Span,
    today: dt.date,
    *,
    more: float = 0.0,
) -> int:
    """Signal units where a trait is more frequent than among all the others together; (x, n) of each unit.

    `more` is by how much the share has to be above theirs: among thousands a trifle is beyond chance.
    """
    all_x, all_n = (sum(cell[side] for cell in cells.values()) for side in (0, 1))
    tested = [
        (key, cell) for key, cell in sorted(cells.items(), key=str) if cell[1] >= least and all_n > cell[1]
    ]
    peers = [max(1.0, all_x - cell[0]) / (all_n - cell[1]) for _key, cell in tested]
    sizes = [cell[1] for _key, cell in tested]
    found = with_q(excess_share(rule, [cell[0] for _key, cell in tested], sizes, peers))
    n = 0
    for ((unit, point), (x, size)), peer, statistic in zip(tested, peers, found, strict=True):
        if statistic.flagged and x / size > peer + more:
            numbers: dict[str, object] = {"x": x, "n": size, "share": percent(100 * peer)}
            n += raise_signal(
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
