"""The outbox: messages commit with what they tell of, and leave later, at least once, each under its own key.

What goes to people outside (address, words, link) is sealed until it has left, and then gone.
"""

import datetime as dt
import json
import logging
import uuid

from django.db.models import F

from surveys.core.enums import MessageKind, MessageState
from surveys.core.gateways import Outgoing, gateway_for
from surveys.core.models import OutboxMessage, User
from surveys.core.sealing import UnsealError, seal, unseal

logger = logging.getLogger(__name__)

PURPOSE = "outbox"
BATCH = 200
MAX_ATTEMPTS = 8
FIRST_WAIT_SECONDS = 30
LEASE = dt.timedelta(minutes=2)
"""How long a message being sent is left alone; after it another process tries again."""


def post(
    *,
    kind: str,
    body: str,
    now: dt.datetime,
    user: User | None = None,
    address: str = "",
    subject: str = "",
    link: str = "",
) -> OutboxMessage:
    """Write a message in the caller's transaction; it is delivered after the commit, if there is one."""
    sealed = b""
    if address:
        outward = {"to": address, "subject": subject, "body": body, "link": link}
        sealed = seal(PURPOSE, now.date(), json.dumps(outward).encode())
        subject = body = link = ""
    return OutboxMessage.objects.create(
        kind=kind,
        user=user,
        sealed=sealed,
        subject=subject[:200],
        body=body,
        link=link[:300],
        next_at=now,
        created_at=now,
    )


def outgoing(message: OutboxMessage) -> Outgoing:
    """The message as its gateway sees it; UnsealError when its key was destroyed meanwhile."""
    if message.sealed:
        opened = json.loads(unseal(PURPOSE, message.created_at.date(), bytes(message.sealed)))
        return Outgoing(message.pk, message.kind, **opened)
    to = message.user.email if message.user else ""
    return Outgoing(message.pk, message.kind, to, message.subject, message.body, message.link)


def deliver_due(now: dt.datetime) -> int:
    """Try every message that is due; a refused one waits longer each time. Returns how many left."""
    n_sent = 0
    due = OutboxMessage.objects.filter(state=MessageState.WAITING, next_at__lte=now)
    for pk in list(due.order_by("created_at", "pk").values_list("pk", flat=True)[:BATCH]):
        n_sent += _deliver(pk, now)
    return n_sent


def _deliver(pk: uuid.UUID, now: dt.datetime) -> bool:
    """Send one message outside any transaction: a gateway that hangs holds up nobody who writes."""
    mine = OutboxMessage.objects.filter(pk=pk, state=MessageState.WAITING, next_at__lte=now)
    if not mine.update(next_at=now + LEASE, n_attempts=F("n_attempts") + 1):
        return False
    message = OutboxMessage.objects.select_related("user").get(pk=pk)
    try:
        gateway_for(message.kind)(outgoing(message))
    except Exception as error:
        logger.warning("Message %s was not taken (%s).", pk, type(error).__name__)
        _wait(message, now, given_up=isinstance(error, UnsealError))
        return False
    OutboxMessage.objects.filter(pk=pk).update(state=MessageState.SENT, sealed=b"")
    return True


def _wait(message: OutboxMessage, now: dt.datetime, *, given_up: bool) -> None:
    """Try again later, each time after twice as long; after the last try the message has failed."""
    failed = given_up or message.n_attempts >= MAX_ATTEMPTS
    wait = dt.timedelta(seconds=FIRST_WAIT_SECONDS * 2**message.n_attempts)
    changes = {"state": MessageState.FAILED, "sealed": b""} if failed else {"next_at": now + wait}
    OutboxMessage.objects.filter(pk=message.pk, state=MessageState.WAITING).update(**changes)


def mark_read(*, user: User, now: dt.datetime, which: str = "") -> int:
    """Mark every notice to a person as read, or the one of that key; returns how many were not."""
    unread = OutboxMessage.objects.filter(user=user, kind=MessageKind.NOTICE, read_at=None)
    if which:
        unread = unread.filter(pk=which) if _is_key(which) else unread.none()
    return unread.update(read_at=now)


def _is_key(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True
