"""The rates of bad-rating cases that schemes read, each as a count over a count.

All are over cases opened in the period, by the organisation that answers for them. A case found invalid
leaves the denominators and is counted beside them; nothing of this changes how many bad ratings there are.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q

from surveys.cases.clocks import RELAPSE_DAYS
from surveys.cases.enums import State
from surveys.cases.models import Case

RELAPSE = timedelta(days=RELAPSE_DAYS)
HAS_FIX = Q(fixed_on__isnull=False)
NOT_INVALID = ~Q(state=State.INVALID)

COUNTS: dict[str, tuple[Q, Q]] = {
    "rectify_rate": (HAS_FIX & Q(found=State.VALID), NOT_INVALID & ~Q(found=State.EXPLAIN_ONLY)),
    "callback_rate_named": (
        Q(is_named=True, called_back_on__isnull=False),
        Q(is_named=True) & HAS_FIX,
    ),
    "resident_confirmed_rate": (
        Q(state=State.CONFIRMED),
        Q(state__in=[State.CONFIRMED, State.UNCONFIRMED]),
    ),
}
"""Numerator and denominator of the rates that one pass over the cases counts."""
FORMULAS = (*COUNTS, "ontime_rate", "relapse_rate")


@dataclass(frozen=True, slots=True)
class CaseRate:
    """One rate of one organisation; a denominator of 0 means there was nothing to rate."""

    organisation_id: int
    formula: str
    numerator: int
    denominator: int
    n_cases: int
    n_invalid: int

    @property
    def share(self) -> float | None:
        return self.numerator / self.denominator if self.denominator else None


def case_rates(
    *,
    starts_on: date,
    ends_on: date,
    organisations: Collection[int] | None = None,
    as_of: date | None = None,
) -> list[CaseRate]:
    """Every rate of every organisation with cases in the period, by organisation and formula.

    `as_of` is the day on which lateness is judged; by default the last day of the period.
    """
    cases = Case.objects.filter(opened_on__gte=starts_on, opened_on__lte=ends_on)
    if organisations is not None:
        cases = cases.filter(organisation__in=organisations)
    day = as_of or ends_on
    counts = COUNTS | {"ontime_rate": _on_time(day)}
    tallies: dict[str, Count] = {}
    for formula, (numerator, denominator) in counts.items():
        tallies[f"{formula}_n"] = Count("pk", filter=numerator & denominator)
        tallies[f"{formula}_of"] = Count("pk", filter=denominator)
    rows: Iterable[Any] = (
        cases.order_by()
        .values("organisation")
        .annotate(n_cases=Count("pk"), n_invalid=Count("pk", filter=Q(state=State.INVALID)), **tallies)
        .order_by("organisation")
    )
    relapses = _relapses(starts_on, ends_on, organisations)
    found: list[CaseRate] = []
    for row in rows:
        pk, shared = row["organisation"], (row["n_cases"], row["n_invalid"])
        found += [CaseRate(pk, name, row[f"{name}_n"], row[f"{name}_of"], *shared) for name in counts]
        found.append(CaseRate(pk, "relapse_rate", *relapses.get(pk, (0, 0)), *shared))
    return sorted(found, key=lambda rate: (rate.organisation_id, rate.formula))


def _on_time(day: date) -> tuple[Q, Q]:
    """Fixed with no clock overrun, of all that were fixed or whose deadline has passed."""
    overdue = Q(fixed_on=None, closed_on=None, due_on__lt=day, paused_on=None)
    return HAS_FIX & Q(n_late=0), NOT_INVALID & (HAS_FIX | overdue)


def _relapses(
    starts_on: date, ends_on: date, organisations: Collection[int] | None
) -> dict[int, tuple[int, int]]:
    """Fixed cases after which the same service got a bad rating for the same reason within 90 days."""
    fixed = Case.objects.filter(HAS_FIX, opened_on__gte=starts_on, opened_on__lte=ends_on, found=State.VALID)
    if organisations is not None:
        fixed = fixed.filter(organisation__in=organisations)
    facts: list[tuple[Any, int, int, date, list[str]]] = list(
        fixed.order_by("fixed_on", "code").values_list("pk", "organisation", "service", "fixed_on", "tags")  # type: ignore[arg-type]
    )
    if not facts:
        return {}
    first, last = facts[0][3], facts[-1][3] + RELAPSE
    later: dict[tuple[int, str], list[date]] = {}
    for service, opened_on, tags in (
        Case.objects.filter(opened_on__gt=first, opened_on__lte=last, service__in={row[2] for row in facts})
        .exclude(state=State.INVALID)
        .order_by("opened_on", "code")
        .values_list("service", "opened_on", "tags")
    ):
        for tag in tags:
            later.setdefault((service, tag), []).append(opened_on)
    found: dict[int, tuple[int, int]] = {}
    for _pk, organisation, service, fixed_on, tags in facts:
        again = any(
            fixed_on < day <= fixed_on + RELAPSE for tag in tags for day in later.get((service, tag), [])
        )
        n, of = found.get(organisation, (0, 0))
        found[organisation] = (n + again, of + 1)
    return found
