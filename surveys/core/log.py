"""The log: append only, each entry bound to the one before by SHA-256.

hash(n) = SHA-256(hash(n-1) + canonical JSON of entry n); hash(0) is 64 zeros. The single ChainHead row is
locked by every writer, so entries are numbered without gaps, and a lost tail shows.
"""

import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from surveys.core.digests import canonical_json, digest
from surveys.core.models import ChainHead, LogEntry, User

GENESIS = "0" * 64
SYSTEM = "system"


@dataclass(frozen=True)
class ChainReport:
    """What checking the chain found; `first_bad` is the number of the first entry that does not fit."""

    ok: bool
    n: int
    first_bad: int | None
    head: str


def _hash(entry: LogEntry) -> str:
    content = {
        "number": entry.number,
        "at": entry.at,
        "actor": entry.actor,
        "verb": entry.verb,
        "object": entry.object,
        "before": entry.before_digest,
        "after": entry.after_digest,
        "detail": entry.detail,
    }
    return hashlib.sha256(entry.previous_hash.encode() + canonical_json(content)).hexdigest()


@transaction.atomic
def record(
    *,
    actor: User | None,
    verb: str,
    obj: str,
    now: dt.datetime,
    before: Any = None,
    after: Any = None,
    detail: dict[str, Any] | None = None,
) -> LogEntry:
    """Write one entry in the caller's transaction; `before` and `after` enter as digests only."""
    head, _created = ChainHead.objects.select_for_update().get_or_create(pk=1, defaults={"hash": GENESIS})
    entry = LogEntry(
        number=head.number + 1,
        at=now.astimezone(dt.UTC),
        actor=actor.get_username() if actor else SYSTEM,
        verb=verb,
        object=obj[:200],
        before_digest="" if before is None else digest(before),
        after_digest="" if after is None else digest(after),
        detail=json.loads(canonical_json(detail or {})),
        previous_hash=head.hash,
    )
    entry.hash = _hash(entry)
    entry.save(force_insert=True)
    head.number, head.hash = entry.number, entry.hash
    head.save(update_fields=["number", "hash"])
    return entry


def verify_chain() -> ChainReport:
    """Recompute every hash from the first entry to the head; stops at the first that does not fit."""
    previous, number = GENESIS, 0
    for entry in LogEntry.objects.order_by("number").iterator(chunk_size=2000):
        number += 1
        if entry.number != number or entry.previous_hash != previous or entry.hash != _hash(entry):
            return ChainReport(ok=False, n=number, first_bad=number, head=previous)
        previous = entry.hash
    head = ChainHead.objects.filter(pk=1).first()
    told = (head.number, head.hash) if head else (0, GENESIS)
    if told != (number, previous):
        return ChainReport(ok=False, n=number, first_bad=number + 1, head=previous)
    return ChainReport(ok=True, n=number, first_bad=None, head=previous)
