"""Reads of blind audits: who can be called, the seeded order of the draw, and what the calls say."""

import datetime as dt
import hashlib
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Avg, Count, Q, QuerySet

from scoring.screening import Audit, call_back_audit
from surveys.ratings.enums import Origin, RatingKind, Screening
from surveys.ratings.models import Rating
from surveys.screening.enums import CallState
from surveys.screening.models import AuditCall, CallAudit

LEVELS = 5
LEAST_ANSWERS = 10
"""Below so many answers an audit shows how many there are, and no figures."""


def valid_ratings(starts_on: dt.date, ends_on: dt.date, organisation_id: int | None) -> QuerySet[Rating]:
    """First ratings given by people in these days that count."""
    rows = Rating.objects.filter(
        rated_on__range=(starts_on, ends_on), kind=RatingKind.INITIAL, origin=Origin.ACTIVE,
        screening=Screening.KEPT,
    )  # fmt: skip
    return rows if organisation_id is None else rows.filter(organisation=organisation_id)


def frame(starts_on: dt.date, ends_on: dt.date, organisation_id: int | None) -> list[uuid.UUID]:
    """Ratings whose residents can be reached: linked to a case, or with a telephone number left."""
    rows = valid_ratings(starts_on, ends_on, organisation_id).filter(erased_on=None)
    reachable = rows.filter(Q(matter__isnull=False) | Q(contact__isnull=False))
    return list(reachable.order_by("pk").values_list("pk", flat=True))


def frame_digest(ids: Iterable[uuid.UUID]) -> str:
    """The fingerprint of a frame, so that a draw can be repeated and checked."""
    return hashlib.sha256("\n".join(str(pk) for pk in ids).encode()).hexdigest()


def drawn(ids: Sequence[uuid.UUID], seed: int, n: int) -> list[uuid.UUID]:
    """The first n of the frame in the order of SHA-256(seed|key): anyone with the seed gets the same."""
    return sorted(ids, key=lambda pk: hashlib.sha256(f"{seed}|{pk}".encode()).digest())[:n]


@dataclass(frozen=True)
class AuditResult:
    """What an audit found; `found` stays None below ten answers.

    `score` is the mean on 0-100 of all valid ratings of the audit's unit and days, `found.adjusted_score` the
    same less the mean overstatement among those called.
    """

    n_drawn: int
    n_called: int
    n_answered: int
    n_denied: int
    score: float | None
    found: Audit | None
    table: tuple[tuple[int, ...], ...]
    """Recorded level in rows, level told again in columns, both from 5 to 1."""


def result_of(audit: CallAudit) -> AuditResult:
    """The agreement of recorded and repeated levels, and the score moved by it."""
    states = dict(
        AuditCall.objects.filter(audit=audit).order_by().values_list("state").annotate(n=Count("id"))
    )
    pairs = list(
        AuditCall.objects.filter(audit=audit, state=CallState.ANSWERED)
        .order_by("number")
        .values_list("rating__level", "level")
    )
    mean = valid_ratings(audit.starts_on, audit.ends_on, audit.organisation_id).aggregate(mean=Avg("level"))
    score = None if mean["mean"] is None else 100 * (float(mean["mean"]) - 1) / (LEVELS - 1)
    recorded, repeated = [pair[0] for pair in pairs], [pair[1] or 0 for pair in pairs]
    enough = len(pairs) >= LEAST_ANSWERS and score is not None
    return AuditResult(
        n_drawn=sum(states.values()),
        n_called=sum(states.values()) - states.get(CallState.WAITING, 0),
        n_answered=len(pairs),
        n_denied=states.get(CallState.DENIED, 0),
        score=score,
        found=call_back_audit(recorded, repeated, LEVELS, score) if enough and score is not None else None,
        table=_cross(pairs),
    )


def _cross(pairs: Sequence[tuple[int, int | None]]) -> tuple[tuple[int, ...], ...]:
    best_first = range(LEVELS, 0, -1)
    return tuple(tuple(pairs.count((first, second)) for second in best_first) for first in best_first)
