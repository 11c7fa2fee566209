"""Sealed pointers between stores that are kept apart, and sealed contacts: all under the contact key."""

import datetime as dt
import uuid

from django.utils import timezone

from surveys.core.sealing import seal, unseal
from surveys.ratings.models import Contact, Rating

PURPOSE = "contact"
MONTH_BYTES = 7


def plain_pointer(matter_id: int) -> bytes:
    """A pointer before sealing; all have the same length."""
    return f"{matter_id:020d}".encode()


def seal_pointer(matter_id: int, rated_on: dt.date) -> bytes:
    """The case behind a rating that must be answered."""
    return seal(PURPOSE, rated_on, plain_pointer(matter_id))


def open_pointer(rating: Rating) -> int:
    """The number of the case behind the rating; UnsealError once its key is destroyed."""
    return int(unseal(PURPOSE, rating.rated_on, bytes(rating.sealed_pointer or b"")))


def seal_reference(rating: Rating, now: dt.datetime) -> bytes:
    """The first rating of a case that is invited again, under the key of the month of the invitation."""
    month = timezone.localdate(now).replace(day=1)
    return month.isoformat()[:MONTH_BYTES].encode() + seal(PURPOSE, month, rating.pk.bytes)


def open_reference(sealed: bytes) -> uuid.UUID:
    """The key of the first rating."""
    month = dt.date.fromisoformat(f"{sealed[:MONTH_BYTES].decode()}-01")
    return uuid.UUID(bytes=unseal(PURPOSE, month, sealed[MONTH_BYTES:]))


def seal_telephone(telephone: str, rated_on: dt.date) -> bytes:
    """A telephone number; all have the same length."""
    return seal(PURPOSE, rated_on, telephone.encode().ljust(20))


def open_telephone(contact: Contact) -> str:
    """The telephone number; UnsealError once its key is destroyed."""
    return unseal(PURPOSE, contact.month, bytes(contact.sealed)).decode().strip()
