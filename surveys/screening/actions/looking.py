"""Looks at ratings that came in: what no rule objects to is kept, the rest waits for a person."""

import datetime as dt
import hashlib
import uuid
from collections.abc import Collection, Iterable, Sequence

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from surveys.ratings.enums import Screening
from surveys.ratings.models import DirtyPeriod, Rating
from surveys.screening.facts import Fact, facts_of
from surveys.screening.models import Flag, Signal, Verdict
from surveys.screening.queries import comments_near, expected_counts
from surveys.screening.ratingrules import (
    DEVICE_LIMIT,
    NETWORK_LIMIT,
    Finding,
    Said,
    burst,
    copied,
    impossible,
    off_site,
    reused,
)
from surveys.screening.rulebook import RULES

AT_ONCE = 5_000
CONTEXT = 50_000


def screen_new(*, now: dt.datetime, most: int = AT_ONCE) -> int:
    """Judge ratings that have not been looked at; returns how many there were.

    Bursts and reused devices show only among many, so ratings of the same day are looked at again with them.
    """
    with transaction.atomic():
        fresh = list(Rating.objects.filter(screening=Screening.UNSCREENED).order_by("rated_on", "pk")[:most])
        if not fresh:
            return 0
        findings = _findings(fresh)
        flagged = {pk for finding in findings for pk in finding.ratings}
        raise_flags(findings, timezone.localdate(now))
        new_ids = {rating.pk for rating in fresh}
        set_screening(new_ids - flagged, Screening.KEPT, among=(Screening.UNSCREENED,))
        hold_back(flagged)
    return len(fresh)


def _findings(fresh: Sequence[Rating]) -> list[Finding]:
    around = _context(fresh)
    ids = {rating.pk for rating in fresh}
    new = [fact for fact in around if fact.rating_id in ids]
    return [
        *impossible(new),
        *off_site(new),
        *burst(around, expected_counts(around)),
        *reused(around, "device", DEVICE_LIMIT),
        *reused(around, "network", NETWORK_LIMIT),
        *copied(_comments(fresh)),
    ]


def _context(fresh: Sequence[Rating]) -> list[Fact]:
    """Facts of the same days, those not looked at yet first ("unscreened" sorts last, hence the minus)."""
    days = {rating.rated_on for rating in fresh}
    same = Rating.objects.filter(rated_on__in=days).order_by("-screening", "rated_on", "pk")
    return facts_of(same, CONTEXT)


def _comments(fresh: Sequence[Rating]) -> list[Said]:
    new = {rating.pk: rating for rating in fresh if rating.comment}
    if not new:
        return []
    units = {rating.organisation_id for rating in new.values()}
    days = [rating.rated_on for rating in new.values()]
    return [
        Said(pk, unit, day, text, pk in new)
        for pk, unit, day, text in comments_near(units, min(days), max(days))
    ]


def raise_flags(findings: Iterable[Finding], day: dt.date) -> None:
    """Write findings as flags, and as signals where several ratings belong together; the same twice is once."""
    flags = []
    for finding in findings:
        rule = RULES[finding.rule]
        signal = _signal(finding, day) if finding.group else None
        flags += [
            Flag(
                rating_id=pk,
                signal=signal,
                rule=rule.code,
                rule_version=rule.version,
                statistic=finding.statistic,
                p_value=finding.p_value,
                q_value=finding.q_value,
                reasons=finding.reasons,
                raised_on=day,
            )
            for pk in finding.ratings
        ]
    Flag.objects.bulk_create(flags, batch_size=1000, ignore_conflicts=True)


def signal_key(*parts: object) -> str:
    """The same finding has the same key, so that it is raised once."""
    return hashlib.sha256("|".join(str(part) for part in parts).encode()).hexdigest()


def _signal(finding: Finding, day: dt.date) -> Signal:
    rule, on = RULES[finding.rule], finding.day or day
    kind, number = finding.place or ("", None)
    told = {
        "rule": rule.code,
        "rule_version": rule.version,
        "organisation_id": finding.organisation_id,
        "service_id": number if kind == "service" else None,
        "point_id": number if kind == "point" else None,
        "starts_on": on,
        "ends_on": on,
        "n": len(finding.ratings),
        "statistic": finding.statistic,
        "p_value": finding.p_value,
        "q_value": finding.q_value,
        "reasons": finding.reasons,
    }
    signal, _created = Signal.objects.update_or_create(
        key=signal_key(rule.code, rule.version, finding.place, finding.group, on),
        defaults=told,
        create_defaults=told | {"raised_on": day},
    )
    return signal


def hold_back(ids: Collection[uuid.UUID]) -> int:
    """Let flagged ratings wait for a person, unless a person has decided on them already."""
    decided = set(
        Verdict.objects.filter(rating__in=ids, by_person__isnull=False).values_list("rating_id", flat=True)
    )
    return set_screening(set(ids) - decided, Screening.REVIEW, among=(Screening.UNSCREENED, Screening.KEPT))


def set_screening(ids: Collection[uuid.UUID], outcome: str, *, among: Sequence[str]) -> int:
    """Give ratings their state and mark the months to count again."""
    wanted, n = sorted(ids), 0
    for start in range(0, len(wanted), 1000):
        rows = Rating.objects.filter(pk__in=wanted[start : start + 1000]).filter(Q(screening__in=among))
        touched = {
            (unit, day.replace(day=1))
            for unit, day in rows.order_by().values_list("organisation_id", "rated_on").distinct()
        }
        n += rows.update(screening=outcome)
        mark_dirty(touched)
    return n


def mark_dirty(touched: Iterable[tuple[int, dt.date]]) -> None:
    """Note months whose ratings changed."""
    DirtyPeriod.objects.bulk_create(
        [DirtyPeriod(organisation_id=unit, month=month) for unit, month in sorted(touched)],
        update_conflicts=True,
        update_fields=["month"],
        unique_fields=["organisation", "month"],
    )
