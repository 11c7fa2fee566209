"""The outbox: messages commit with what they tell of, and leave later, at least once, each under its own key.

Who receives them outside the system is sealed; the gateway is a folder of files until an office names another.
"""

import datetime as dt
import json
import logging
import uuid
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F

from surveys.core.enums import MessageKind, MessageState
from surveys.core.models import OutboxMessage, User
from surveys.core.sealing import UnsealError, seal, unseal

logger = logging.getLogger(__name__)

PURPOSE = "outbox"
BATCH = 200
MAX_ATTEMPTS = 8
FIRST_WAIT_SECONDS = 30


class DeliveryError(RuntimeError):
    """A gateway did not take a message."""


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
    sealed = seal(PURPOSE, now.date(), address.encode()) if address else b""
    return OutboxMessage.objects.create(
        kind=kind,
        user=user,
        sealed_address=sealed,
        subject=subject[:200],
        body=body,
        link=link[:300],
        next_at=now,
        created_at=now,
    )


def address_of(message: OutboxMessage) -> str:
    """Where the message goes; empty when its key was destroyed meanwhile."""
    if not message.sealed_address:
        return message.user.email if message.user else ""
    try:
        return unseal(PURPOSE, message.created_at.date(), bytes(message.sealed_address)).decode()
    except UnsealError:
        return ""


def to_file(message: OutboxMessage) -> None:
    """The default gateway: one JSON file a message, named by its key, so that a repeat changes nothing."""
    folder = Path(settings.STATE_DIR) / "outbox"
    folder.mkdir(mode=0o700, exist_ok=True)
    content = {
        "id": str(message.pk),
        "kind": message.kind,
        "to": address_of(message),
        "subject": message.subject,
        "body": message.body,
        "link": message.link,
    }
    file = folder / f"{message.pk}.json"
    part = file.with_suffix(".part")
    part.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
    part.replace(file)


def to_mail(message: OutboxMessage) -> None:
    """Through Django's mail settings; the message's key is its Message-ID."""
    address = address_of(message)
    if not address:
        raise DeliveryError("no address")
    text = f"{message.body}\n\n{message.link}" if message.link else message.body
    mail = EmailMessage(message.subject, text, to=[address], headers={"Message-ID": f"<{message.pk}@outbox>"})
    mail.send()


def to_nobody(message: OutboxMessage) -> None:
    """A notice is read in the system itself."""


GATEWAYS: dict[str, Callable[[OutboxMessage], None]] = {"file": to_file, "mail": to_mail}


def gateway_for(kind: str) -> Callable[[OutboxMessage], None]:
    """How messages of a kind leave the system."""
    if kind == MessageKind.NOTICE:
        return to_nobody
    return GATEWAYS[settings.OUTBOX if kind == MessageKind.EMAIL else "file"]


def deliver_due(now: dt.datetime) -> int:
    """Try every message that is due; a refused one waits longer each time. Returns how many left."""
    n_sent = 0
    due = OutboxMessage.objects.filter(state=MessageState.WAITING, next_at__lte=now)
    for pk in list(due.order_by("created_at", "pk").values_list("pk", flat=True)[:BATCH]):
        n_sent += _deliver(pk, now)
    return n_sent


@transaction.atomic
def _deliver(pk: uuid.UUID, now: dt.datetime) -> bool:
    waiting = OutboxMessage.objects.select_for_update(of=("self",)).filter(state=MessageState.WAITING, pk=pk)
    message = waiting.first()
    if message is None:
        return False
    try:
        gateway_for(message.kind)(message)
    except (OSError, DeliveryError, ValueError) as error:
        logger.warning("Message %s was not taken: %s", message.pk, error)
        n_attempts = message.n_attempts + 1
        wait = dt.timedelta(seconds=FIRST_WAIT_SECONDS * 2**n_attempts)
        state = MessageState.FAILED if n_attempts >= MAX_ATTEMPTS else MessageState.WAITING
        OutboxMessage.objects.filter(pk=pk).update(state=state, n_attempts=n_attempts, next_at=now + wait)
        return False
    OutboxMessage.objects.filter(pk=pk).update(
        state=MessageState.SENT, n_attempts=F("n_attempts") + 1, sealed_address=b""
    )
    return True


def mark_read(*, user: User, now: dt.datetime) -> int:
    """Mark every notice to a person as read; returns how many were not."""
    unread = OutboxMessage.objects.filter(user=user, kind=MessageKind.NOTICE, read_at=None)
    return unread.update(read_at=now)
