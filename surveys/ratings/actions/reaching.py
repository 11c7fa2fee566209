"""Send invitations by text message or e-mail, remind once, and forget the address as soon as it has served."""

import datetime as dt

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from surveys.core.enums import MessageKind
from surveys.core.outbox import post
from surveys.core.sealing import UnsealError, seal, unseal
from surveys.ratings.enums import InvitationState
from surveys.ratings.messages import daytime, words_of
from surveys.ratings.models import Invitation, Recipient
from surveys.ratings.queries import is_open
from surveys.ratings.shapes import Reach

PURPOSE = "reach"
REMIND_AFTER = dt.timedelta(days=3)
MOST_MESSAGES = 2
BATCH = 200


def add_recipient(*, invitation: Invitation, reach: Reach, now: dt.datetime) -> Recipient:
    """Keep where an invitation is to be sent, sealed; it leaves with the next daytime round."""
    month = timezone.localdate(now).replace(day=1)
    kind = MessageKind.SMS if reach.telephone else MessageKind.EMAIL
    address = reach.telephone or reach.email
    return Recipient.objects.create(
        invitation=invitation,
        kind=kind,
        sealed=seal(PURPOSE, month, address.encode()),
        month=month,
        language=reach.language,
        next_at=daytime(now),
    )


def send_invitations(*, now: dt.datetime) -> int:
    """Write the messages that are due into the outbox; returns how many."""
    forget_recipients(now=now)
    due = Recipient.objects.filter(next_at__lte=now).order_by("next_at", "pk")
    return sum(_send(pk, now) for pk in list(due.values_list("pk", flat=True)[:BATCH]))


def forget_recipients(*, now: dt.datetime) -> int:
    """Delete the addresses of invitations that are used, withdrawn or over."""
    served = Recipient.objects.filter(
        ~Q(invitation__state=InvitationState.OPEN) | Q(invitation__expires_at__lte=now)
    )
    n, _by_model = served.delete()
    return n


@transaction.atomic
def _send(pk: int, now: dt.datetime) -> bool:
    rows = Recipient.objects.select_for_update(of=("self",)).select_related(
        "invitation__matter__service", "invitation__matter__organisation"
    )
    recipient = rows.filter(pk=pk, next_at__lte=now).first()
    if recipient is None or not is_open(recipient.invitation, now):
        return False
    try:
        address = unseal(PURPOSE, recipient.month, bytes(recipient.sealed)).decode()
    except UnsealError:
        recipient.delete()
        return False
    words = words_of(recipient.invitation, recipient.language, reminder=recipient.n_sent > 0)
    subject = words.subject if recipient.kind == MessageKind.EMAIL else ""
    post(kind=recipient.kind, body=words.body, subject=subject, address=address, now=now)
    _plan_next(recipient, now)
    return True


def _plan_next(recipient: Recipient, now: dt.datetime) -> None:
    """Remind once, while there is at least a day left to rate; otherwise forget the address."""
    again = daytime(now + REMIND_AFTER)
    in_time = again + dt.timedelta(days=1) <= recipient.invitation.expires_at
    recipient.n_sent += 1
    if recipient.n_sent >= MOST_MESSAGES or not in_time:
        recipient.delete()
        return
    recipient.next_at = again
    recipient.save(update_fields=["n_sent", "next_at"])
