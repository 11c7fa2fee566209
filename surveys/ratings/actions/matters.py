"""Report a finished case and invite its resident; invite again after a fix; withdraw an invitation."""

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from surveys.catalogue.enums import CHANNEL_MODE, Channel, Identity
from surveys.catalogue.models import Organisation, Service, ServicePoint
from surveys.catalogue.queries import owner_of
from surveys.core.log import record
from surveys.core.models import User
from surveys.instruments.models import QuestionnaireVersion
from surveys.instruments.queries import current_version
from surveys.ratings.actions.reaching import add_recipient
from surveys.ratings.enums import InvitationState, RatingKind, Stage
from surveys.ratings.keys import rated_key
from surveys.ratings.models import Invitation, Matter, RatedKey, Rating
from surveys.ratings.pointers import seal_reference
from surveys.ratings.shapes import Invited, Reach
from surveys.ratings.tokens import new_nonce, token_hash, token_of

RATING_DAYS = 15
"""How long an invitation stays open unless the caller says otherwise (own proposal)."""
CLOCK_SKEW = dt.timedelta(minutes=5)
EARLIEST = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


class MatterRefusedError(ValueError):
    """A finished case that cannot be taken; carries the sentence why."""


@transaction.atomic
def finish_matter(
    *,
    case_no: str,
    stage: str,
    service_no: int,
    service: Service,
    finished_at: dt.datetime,
    organisation: Organisation | None = None,
    point: ServicePoint | None = None,
    channel: str = Channel.QR_CASE,
    mode: str = "",
    identity: str = Identity.ANONYMOUS,
    outcome: str = "",
    invite: bool = True,
    expires_at: dt.datetime | None = None,
    version: QuestionnaireVersion | None = None,
    reach: Reach | None = None,
    actor: User | None,  # noqa: ARG001 - the feed itself is logged per file or key, not per case
    now: dt.datetime,
) -> Invited:
    """Take a finished case and open its one invitation; reporting it again gives the same back."""
    _check(case_no, stage, service_no, finished_at, now)
    matter, created = Matter.objects.get_or_create(
        case_no=case_no,
        stage=stage,
        service_no=service_no,
        defaults={
            "service": service,
            "organisation": organisation or owner_of(service, timezone.localdate(finished_at)),
            "point": point,
            "channel": channel,
            "mode": mode or CHANNEL_MODE[Channel(channel)],
            "identity": identity,
            "finished_at": finished_at,
            "outcome": outcome,
        },
    )
    if not created:
        invitation = Invitation.objects.get(matter=matter)
        return Invited(matter, invitation, token_of(bytes(invitation.nonce)), created=False)
    rated_elsewhere = RatedKey.objects.filter(pk=rated_key(case_no, stage, service_no)).exists()
    nonce = new_nonce()
    invitation = Invitation.objects.create(
        matter=matter,
        nonce=nonce,
        token_hash=token_hash(token_of(nonce)),
        state=_first_state(rated_elsewhere=rated_elsewhere, invite=invite),
        n_ratings=1 if rated_elsewhere else 0,
        version=version or current_version(),
        expires_at=expires_at or max(finished_at, now) + dt.timedelta(days=RATING_DAYS),
    )
    if reach is not None and invitation.state == InvitationState.OPEN:
        add_recipient(invitation=invitation, reach=reach, now=now)
    return Invited(matter, invitation, token_of(nonce), created=True)


def _first_state(*, rated_elsewhere: bool, invite: bool) -> str:
    if rated_elsewhere:
        return InvitationState.USED
    return InvitationState.OPEN if invite else InvitationState.REVOKED


def _check(case_no: str, stage: str, service_no: int, finished_at: dt.datetime, now: dt.datetime) -> None:
    if not 1 <= len(case_no) <= 50:
        raise MatterRefusedError(_("A case number has 1 to 50 characters."))
    if stage not in Stage.values:
        raise MatterRefusedError(_("The stage is one of: %(values)s.") % {"values": ", ".join(Stage.values)})
    if not 1 <= service_no <= 32767:
        raise MatterRefusedError(_("The service number starts at 1."))
    if finished_at < EARLIEST:
        raise MatterRefusedError(_("The case cannot have been finished before 2000."))
    if finished_at > now + CLOCK_SKEW:
        raise MatterRefusedError(_("The case cannot be finished in the future; check the sender's clock."))


@transaction.atomic
def invite_again(
    *,
    matter: Matter,
    initial: Rating,
    actor: User | None,
    now: dt.datetime,
    expires_at: dt.datetime | None = None,
) -> Invited:
    """Open the case for its one supplementary rating, after what was bad has been mended."""
    invitation = Invitation.objects.select_for_update().get(matter=matter)
    if invitation.state != InvitationState.USED:
        raise MatterRefusedError(_("This case has no rating to supplement."))
    if invitation.kind == RatingKind.SUPPLEMENTARY:
        raise MatterRefusedError(_("This case has been rated again already."))
    nonce = new_nonce()
    invitation.nonce = nonce
    invitation.token_hash = token_hash(token_of(nonce))
    invitation.kind = RatingKind.SUPPLEMENTARY
    invitation.state = InvitationState.OPEN
    invitation.sealed_initial = seal_reference(initial, now)
    invitation.expires_at = expires_at or now + dt.timedelta(days=RATING_DAYS)
    invitation.save()
    record(actor=actor, verb="matter.invite_again", obj=f"matter {matter}", now=now)
    return Invited(matter, invitation, token_of(nonce), created=True)


@transaction.atomic
def revoke_invitation(*, matter: Matter, reason: str, actor: User | None, now: dt.datetime) -> Invitation:
    """Withdraw an invitation that is still open; its link then looks like an unknown one."""
    if not reason.strip():
        raise MatterRefusedError(_("Say why the invitation is withdrawn."))
    changed = Invitation.objects.filter(matter=matter, state=InvitationState.OPEN).update(
        state=InvitationState.REVOKED
    )
    if not changed:
        raise MatterRefusedError(_("Only an open invitation can be withdrawn."))
    record(actor=actor, verb="matter.revoke", obj=f"matter {matter}", now=now, detail={"reason": reason})
    return Invitation.objects.get(matter=matter)
