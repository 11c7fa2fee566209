"""Blind audits by calling back: draw a seeded sample, write down what each resident says now."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from surveys.catalogue.models import Organisation
from surveys.core.log import record
from surveys.core.models import User
from surveys.screening.audits import drawn, frame, frame_digest
from surveys.screening.enums import CallState
from surveys.screening.models import AuditCall, CallAudit

MOST_CALLS = 2000


class AuditRefusedError(ValueError):
    """An audit or call that cannot be written down; carries the sentence why."""


@transaction.atomic
def draw_audit(
    *,
    organisation: Organisation | None,
    starts_on: dt.date,
    ends_on: dt.date,
    n: int,
    seed: int,
    actor: User,
    now: dt.datetime,
) -> CallAudit:
    """Draw n of the ratings whose residents can be called; the log keeps seed and fingerprint of the frame."""
    if starts_on > ends_on:
        raise AuditRefusedError(_("The period ends before it begins."))
    if not 1 <= n <= MOST_CALLS:
        raise AuditRefusedError(_("Draw 1 to %(most)d ratings.") % {"most": MOST_CALLS})
    among = frame(starts_on, ends_on, organisation.pk if organisation else None)
    if not among:
        raise AuditRefusedError(
            _("Nobody of these days can be called: no rating is linked to a case or has a telephone number.")
        )
    audit = CallAudit.objects.create(
        organisation=organisation, starts_on=starts_on, ends_on=ends_on, seed=seed, n_frame=len(among),
        frame_digest=frame_digest(among), drawn_by=actor, drawn_at=now,
    )  # fmt: skip
    AuditCall.objects.bulk_create(
        AuditCall(audit=audit, rating_id=pk, number=number)
        for number, pk in enumerate(drawn(among, seed, n), 1)
    )
    detail = {"seed": seed, "frame": audit.frame_digest, "n": n}
    record(actor=actor, verb="audit.draw", obj=f"audit {audit.pk}", now=now, detail=detail)
    return audit


@transaction.atomic
def record_call(
    *, call: AuditCall, state: str, level: int | None, note: str, actor: User, now: dt.datetime
) -> AuditCall:
    """Write down how a call ended; a call that was answered is not changed again."""
    locked = AuditCall.objects.select_for_update().get(pk=call.pk)
    if locked.state in {CallState.ANSWERED, CallState.DENIED}:
        raise AuditRefusedError(_("This has been decided already."))
    if state not in CallState.values or state == CallState.WAITING:
        raise AuditRefusedError(_("Say how the call ended."))
    if (state == CallState.ANSWERED) != (level is not None):
        raise AuditRefusedError(_("Choose a level exactly when the resident named one."))
    locked.state, locked.level, locked.note = state, level, note.strip()
    locked.called_by, locked.called_at = actor, now
    locked.save(update_fields=["state", "level", "note", "called_by", "called_at"])
    record(
        actor=actor, verb="audit.call", obj=f"audit {locked.audit_id}/{locked.number}", now=now, after=state
    )
    return locked
