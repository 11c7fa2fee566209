"""What is kept only for a time: telephone numbers, the ways from old ratings to their cases, used keys."""

import datetime as dt

from django.db.models import Exists, OuterRef
from django.utils import timezone

from surveys.core.models import DataKey
from surveys.core.outbox import PURPOSE as OUTBOX
from surveys.core.sealing import destroy
from surveys.ratings.actions.reaching import PURPOSE as REACH
from surveys.ratings.enums import BAD_LEVELS
from surveys.ratings.models import Contact, Rating, Recipient
from surveys.ratings.pointers import PURPOSE as CONTACT

KEEP_DAYS = {CONTACT: 366, REACH: 62, OUTBOX: 62}
"""After so many days the key of a month is destroyed: what it sealed is erased, in backups too (own proposal)."""
UNASKED_DAYS = 60
"""A number left with a rating that opens no case is deleted after so many days (own proposal)."""


def forget_old(*, now: dt.datetime) -> int:
    """Delete numbers nobody needs and destroy the keys of months that are over; returns how many of both."""
    return _forget_unasked(now) + _destroy_keys(now)


def forget_contacts(ratings: list[Rating]) -> int:
    """Delete the numbers left with these ratings, whose cases are closed."""
    n, _by_model = Contact.objects.filter(rating__in=ratings).delete()
    return n


def _forget_unasked(now: dt.datetime) -> int:
    before = timezone.localdate(now) - dt.timedelta(days=UNASKED_DAYS)
    bad = Rating.objects.filter(pk=OuterRef("rating"), level__in=BAD_LEVELS)
    n, _by_model = Contact.objects.filter(~Exists(bad), rating__rated_on__lt=before).delete()
    return n


def _destroy_keys(now: dt.datetime) -> int:
    """Month by month, each noted in the log."""
    n = 0
    today = timezone.localdate(now)
    keys = DataKey.objects.filter(purpose__in=KEEP_DAYS, destroyed_at=None).order_by("month", "purpose")
    for key in keys:
        over = (key.month + dt.timedelta(days=31)).replace(day=1)
        if over + dt.timedelta(days=KEEP_DAYS[key.purpose]) > today:
            continue
        if key.purpose == CONTACT:
            Contact.objects.filter(month=key.month).delete()
        if key.purpose == REACH:
            Recipient.objects.filter(month=key.month).delete()
        destroy(key.purpose, key.month, actor=None, now=now)
        n += 1
    return n
