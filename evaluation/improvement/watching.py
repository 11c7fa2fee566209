"""What the clock looks for: spikes of bad ratings, surely low scores, late answers, themes that come up more often.

Each look is a test with a stated limit, so that chance raises few alerts: the tail of the binomial for spikes
(p < 1e-3 against the own past ninety days), non-overlapping 95 % Wilson intervals for low scores, the tail of the
Poisson for themes (p < 1e-3 against the own past twelve weeks), a count for late answers.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q

from evaluation.improvement.enums import AlertKind
from evaluation.improvement.feedback.themes import Dictionary
from evaluation.improvement.listening import counted_comments
from evaluation.improvement.models import Theme
from scoring.intervals import wilson
from scoring.special import binomial_tail, poisson_tail
from surveys.cases.enums import CLOSED_STATES, Clock
from surveys.cases.models import Case
from surveys.catalogue.models import Organisation
from surveys.tallies.queries import counts

WEEK = dt.timedelta(days=7)
PAST = dt.timedelta(days=90)
SPIKE_P = 1e-3
BURST_P = 1e-3
FEWEST = 30
FEWEST_COMMENTS = 10
N_LATE = 3


@dataclass(frozen=True)
class Finding:
    """Something worth a look, not yet an alert; `facts` are the figures its sentence is made of."""

    kind: AlertKind
    organisation_id: int
    on_day: dt.date
    subject: str = ""
    p_value: float | None = None
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, int, str]:
        return self.kind.value, self.organisation_id, self.subject


def findings(today: dt.date) -> list[Finding]:
    """Everything, in a fixed order."""
    recent = _by_organisation(today - WEEK + dt.timedelta(days=1), today)
    past = _by_organisation(today - WEEK - PAST + dt.timedelta(days=1), today - WEEK)
    return [
        *spikes(recent, past, today),
        *surely_low(past, today),
        *late(today),
        *theme_bursts(today),
    ]


def _by_organisation(first: dt.date, last: dt.date) -> dict[int, tuple[int, int]]:
    """(bad, all) ratings of each organisation."""
    totals: dict[int, tuple[int, int]] = {}
    for row in counts(starts_on=first, ends_on=last):
        bad, n = totals.get(row.organisation_id, (0, 0))
        totals[row.organisation_id] = bad + row.n_bad, n + row.n
    return totals


def spikes(
    recent: dict[int, tuple[int, int]], past: dict[int, tuple[int, int]], today: dt.date
) -> Iterator[Finding]:
    """More bad ratings in a week than the own past share, one rating added to each side, makes likely."""
    for pk in sorted(recent):
        bad, n = recent[pk]
        bad_then, n_then = past.get(pk, (0, 0))
        if n_then < FEWEST or bad < 3:
            continue
        usual = (bad_then + 1) / (n_then + 2)
        p = float(binomial_tail(bad, n, usual))
        if p < SPIKE_P:
            facts = {"bad": bad, "n": n, "usual": usual}
            yield Finding(AlertKind.SPIKE, pk, today, p_value=p, facts=facts)


def surely_low(past: dict[int, tuple[int, int]], today: dt.date) -> Iterator[Finding]:
    """The share of bad ratings is surely above that of the peers: the intervals do not touch."""
    groups = dict(Organisation.objects.current().without_tree_fields().values_list("pk", "peer_group"))
    for pk in sorted(past):
        bad, n = past[pk]
        peers = [
            past[other] for other in past
            if other != pk and (groups.get(pk) is None or groups.get(other) == groups.get(pk))
        ]  # fmt: skip
        peers_bad, peers_n = sum(x for x, _n in peers), sum(n for _x, n in peers)
        if n < FEWEST or peers_n < FEWEST or len(peers) < 2:
            continue
        lower, upper = wilson([bad, peers_bad], [n, peers_n])
        if lower[0] > upper[1]:
            facts = {"share": bad / n, "n": n, "peers": peers_bad / peers_n, "n_peers": len(peers)}
            yield Finding(AlertKind.LOW, pk, today, facts=facts)


def late(today: dt.date) -> Iterator[Finding]:
    """Three or more bad ratings answered late at one organisation."""
    rows = (
        Case.objects.exclude(state__in=CLOSED_STATES)
        .filter(Q(due_on__lt=today) & ~Q(clock=Clock.SILENCE))
        .order_by("organisation")
        .values_list("organisation")
        .annotate(n=Count("pk"))
        .filter(n__gte=N_LATE)
    )
    for pk, n in rows:
        yield Finding(AlertKind.OVERDUE, pk, today, facts={"n": n})


def theme_bursts(today: dt.date) -> Iterator[Finding]:
    """A theme in more critical comments of a week than the past twelve weeks make likely."""
    known = Dictionary.of(Theme.objects.filter(is_active=True).order_by("code").values_list("code", "words"))
    edge, first = today - WEEK, today - 13 * WEEK
    recent: Counter[tuple[int, str]] = Counter()
    past: dict[tuple[int, str], int] = defaultdict(int)
    rows = counted_comments().filter(rated_on__gt=first, rated_on__lte=today, level__lte=3).order_by("pk")
    for pk, day, text in rows.values_list("organisation", "rated_on", "comment").iterator():
        for theme in known.themes_of(text):
            if day > edge:
                recent[pk, theme] += 1
            else:
                past[pk, theme] += 1
    for (pk, theme), n in sorted(recent.items()):
        usual = (past[pk, theme] + 1) / 12
        p = float(poisson_tail(n, usual))
        if n >= FEWEST_COMMENTS and p < BURST_P:
            facts = {"n": n, "usual": usual}
            yield Finding(AlertKind.BURST, pk, today, theme, p, facts)
