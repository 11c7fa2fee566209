"""You said, we did: a reply is written by one person, checked for personal data, and published by another."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from evaluation.improvement.actions.telling import tell_of_reply
from evaluation.improvement.enums import ReplyStage
from evaluation.improvement.models import Measure, Reply
from surveys.catalogue.models import Organisation, Service
from surveys.core.log import record
from surveys.core.masking import mask_personal
from surveys.core.models import User

FEW = 10


class ReplyRefusedError(Exception):
    """A reply that cannot be written or published as it is; carries the sentence why."""


@transaction.atomic
def write_reply(
    *,
    organisation: Organisation,
    said: str,
    stage: str,
    did: str,
    actor: User,
    now: dt.datetime,
    n_said: int | None = None,
    on_day: dt.date | None = None,
    service: Service | None = None,
    measure: Measure | None = None,
) -> Reply:
    """A draft; nothing is public yet."""
    if not said.strip() or not did.strip():
        raise ReplyRefusedError(_("Write what residents said and what is done about it."))
    if n_said is not None and n_said < FEW:
        raise ReplyRefusedError(_("Fewer than 10 people: leave the number out."))
    _check_personal(said, did)
    reply = Reply.objects.create(
        organisation=organisation,
        service=service,
        measure=measure,
        said=said.strip(),
        n_said=n_said,
        stage=ReplyStage(stage),
        did=did.strip(),
        on_day=on_day,
        written_by=actor,
        written_at=now,
    )
    record(
        actor=actor, verb="reply.written", obj=f"reply:{reply.pk}", now=now, after={"said": said, "did": did}
    )
    tell_of_reply(reply=reply, actor=actor, now=now)
    return reply


def _check_personal(*texts: str) -> None:
    """A telephone or identity number must not become public."""
    if any(mask_personal(text) != text for text in texts):
        raise ReplyRefusedError(
            _("There is a telephone or identity number in the text. Take it out before it is published.")
        )


@transaction.atomic
def publish_reply(*, reply: Reply, actor: User, now: dt.datetime) -> Reply:
    """A second person lets everyone read it."""
    found = Reply.objects.select_for_update(of=("self",)).get(pk=reply.pk)
    if found.published_at is not None:
        raise ReplyRefusedError(_("This reply is public already."))
    if found.written_by_id == actor.pk:
        raise ReplyRefusedError(_("Someone other than the author publishes a reply."))
    _check_personal(found.said, found.did)
    found.published_by, found.published_at = actor, now
    found.save(update_fields=["published_by", "published_at"])
    record(
        actor=actor,
        verb="reply.published",
        obj=f"reply:{found.pk}",
        now=now,
        after={"said": found.said, "did": found.did},
    )
    return found


@transaction.atomic
def withdraw_reply(*, reply: Reply, actor: User, now: dt.datetime) -> Reply:
    """Take it off the public page; the log keeps that it stood there."""
    found = Reply.objects.select_for_update(of=("self",)).get(pk=reply.pk)
    if found.published_at is None or found.withdrawn_at is not None:
        raise ReplyRefusedError(_("This reply is not public."))
    found.withdrawn_at = now
    found.save(update_fields=["withdrawn_at"])
    record(actor=actor, verb="reply.withdrawn", obj=f"reply:{found.pk}", now=now)
    return found
