"""Tells people of what concerns their work: a notice in the system, and a mail to those who gave an address."""

import datetime as dt
from collections.abc import Callable, Iterable

from django.conf import settings
from django.utils.translation import override

from surveys.core.enums import MessageKind
from surveys.core.models import OutboxMessage, User
from surveys.core.outbox import post


def tell(*, people: Iterable[User], say: Callable[[], str], link: str, now: dt.datetime) -> int:
    """Write the sentence to each in their own language, in the caller's transaction; returns to how many.

    The sentence holds no resident's words and no number, for mail leaves the house.
    """
    n = 0
    for person in people:
        with override(person.language or settings.LANGUAGE_CODE):
            said = say()
        post(kind=MessageKind.NOTICE, user=person, subject=said, body="", link=link, now=now)
        if person.email:
            address = f"{settings.PUBLIC_BASE_URL.rstrip('/')}{link}"
            post(kind=MessageKind.EMAIL, user=person, subject=said, body=said, link=address, now=now)
        n += 1
    return n


def told_today(link: str, day: dt.date) -> set[int]:
    """Whom a notice with this link has reached that day, by key of the person."""
    found = OutboxMessage.objects.filter(kind=MessageKind.NOTICE, link=link, created_at__date=day)
    return {pk for pk in found.order_by().values_list("user_id", flat=True) if pk is not None}
