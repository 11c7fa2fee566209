"""Store a rating once: by its link, at a point without a case, or handed in by a system or an operator.

A link is used up by one conditional UPDATE (open -> used) whose effect the database also checks; the rating
and its trace commit with it, or nothing does.
"""

import datetime as dt
import uuid
from dataclasses import dataclass, replace

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from surveys.catalogue.enums import CHANNEL_MODE, Channel, Identity, PointKind
from surveys.catalogue.models import Service, ServicePoint
from surveys.core.prepared import Change, Insert
from surveys.core.sealing import derived_key
from surveys.instruments.queries import current_version, definition_of
from surveys.ratings.actions.matters import CLOCK_SKEW, EARLIEST
from surveys.ratings.checking import RatingRefusedError, checked
from surveys.ratings.enums import BAD_LEVELS, PRIVACY_OF_IDENTITY, InvitationState, Privacy, RatingKind, Stage
from surveys.ratings.models import Contact, Invitation, Matter, Rating, Trace
from surveys.ratings.pointers import open_reference, seal_pointer, seal_telephone
from surveys.ratings.queries import invitation_of, is_open
from surveys.ratings.receipts import receipt_code, receipt_hash
from surveys.ratings.shapes import Checked, Entry, Fault, Receipt
from surveys.ratings.traces import TraceFacts, hashed, seal_trace

USE_UP = Change(
    Invitation.objects.filter(state=InvitationState.OPEN),
    ("id", "token_hash", "expires_at__gt"),
    state=InvitationState.USED,
    n_ratings=F("n_ratings") + 1,
)
INSERT_RATING = Insert(Rating)
INSERT_TRACE = Insert(Trace)


class TokenUnknownError(LookupError):
    """No open invitation has this token; which of the reasons it is, nobody learns."""

    def __init__(self) -> None:
        super().__init__(_("This link cannot be used. You can call 12345."))


class AlreadyRatedError(RuntimeError):
    """The case has been rated; `receipt` is set when it was this very page that rated it."""

    def __init__(self, receipt: str = "") -> None:
        self.receipt = receipt
        super().__init__(_("This case has been rated already. Thank you."))


class MatterUnknownError(LookupError):
    """No finished case has this number, stage and service number."""

    def __init__(self) -> None:
        super().__init__(_("No finished case has this number, stage and service number."))


@dataclass(frozen=True)
class _Door:
    """What surrounds an answer: the case or the point it belongs to."""

    service: Service
    organisation_id: int
    point_id: int | None
    channel: str
    mode: str
    stage: str
    version_id: int
    matter: Matter | None = None
    privacy: str = Privacy.UNLINKED


def submit_rating(
    *,
    token: str,
    level: object,
    tags: tuple[str, ...] = (),
    comment: str = "",
    answers: dict[str, object] | None = None,
    language: str = "",
    contact: str | None = None,
    trace: TraceFacts | None = None,
    once: str = "",
    now: dt.datetime,
) -> Receipt:
    """Store what a resident answered to an invitation."""
    invitation = invitation_of(token)
    if invitation is None:
        raise TokenUnknownError
    entry = Entry(level, tags, comment, answers or {}, language, contact, once)
    return rate_invited(invitation=invitation, token=token, entry=entry, trace=trace, now=now)


def rate_invited(
    *, invitation: Invitation, token: str, entry: Entry, trace: TraceFacts | None, now: dt.datetime
) -> Receipt:
    """Use up an invitation that was read before; whoever comes second learns that it is used."""
    if invitation.state == InvitationState.USED:
        raise AlreadyRatedError(_receipt_of_same_page(token, entry.once))
    if not is_open(invitation, now):
        raise TokenUnknownError
    matter = invitation.matter
    definition = definition_of(invitation.version_id)
    clean = checked(entry, definition, matter.mode, strict=False)
    door = _door_of(matter, invitation, channel=matter.channel, mode=matter.mode)
    code = receipt_code(token, clean.once)
    with transaction.atomic():
        if not _use_up(invitation, now):
            fresh = Invitation.objects.get(pk=invitation.pk)
            if fresh.state == InvitationState.USED:
                raise AlreadyRatedError(_receipt_of_same_page(token, entry.once))
            raise TokenUnknownError
        rating = _store(clean, door, code, now=now, kind=invitation.kind, initial_id=_initial(invitation))
        _leave_trace(rating, trace or TraceFacts(), now, matter.finished_at)
    return _receipt(rating, code)


def _use_up(invitation: Invitation, now: dt.datetime) -> bool:
    """Turn open into used; False when somebody else did, or when it lapsed or was withdrawn."""
    return bool(USE_UP(invitation.pk, invitation.token_hash, now))


def _initial(invitation: Invitation) -> uuid.UUID | None:
    return open_reference(bytes(invitation.sealed_initial)) if invitation.sealed_initial else None


def _receipt_of_same_page(token: str, once: str) -> str:
    """The receipt this page earned before, found again by the value only it holds."""
    if not once:
        return ""
    code = receipt_code(token, once[:64])
    return code if Rating.objects.filter(receipt_hash=receipt_hash(code)).exists() else ""


def _door_of(matter: Matter, invitation: Invitation, *, channel: str, mode: str) -> _Door:
    return _Door(
        service=matter.service,
        organisation_id=matter.organisation_id,
        point_id=matter.point_id,
        channel=channel,
        mode=mode,
        stage=matter.stage,
        version_id=invitation.version_id,
        matter=matter,
        privacy=PRIVACY_OF_IDENTITY[Identity(matter.identity)],
    )


def rate_at_point(
    *,
    point: ServicePoint,
    service: Service,
    entry: Entry,
    trace: TraceFacts | None,
    now: dt.datetime,
) -> Receipt:
    """Store a rating without a case: a posted code or a kiosk; the same page sent twice is stored once."""
    channel = Channel.QR_STATIC if point.kind == PointKind.QR else Channel.KIOSK
    version = current_version()
    clean = checked(entry, definition_of(version.pk), CHANNEL_MODE[channel], strict=False)
    door = _Door(
        service=service,
        organisation_id=point.organisation_id,
        point_id=point.pk,
        channel=channel,
        mode=CHANNEL_MODE[channel],
        stage=Stage.COMPLETION,
        version_id=version.pk,
    )
    if not clean.once:
        raise RatingRefusedError([Fault("once", _("Open the page again and rate there."))])
    code = receipt_code(point.code, clean.once)
    key = uuid.uuid5(uuid.UUID(bytes=derived_key("once")[:16]), f"{point.code}|{clean.once}")
    try:
        with transaction.atomic():
            rating = _store(clean, door, code, now=now, key=key)
            _leave_trace(rating, trace or TraceFacts(), now, None)
    except IntegrityError as error:
        if not Rating.objects.filter(pk=key).exists():
            raise
        raise AlreadyRatedError(code) from error
    return _receipt(rating, code)


def rate_matter(
    *,
    case_no: str,
    stage: str,
    service_no: int,
    entry: Entry,
    channel: str,
    rated_at: dt.datetime,
    now: dt.datetime,
    traced: bool = True,
) -> Receipt:
    """Store a rating that another system or an operator took; its case must be known and not yet rated.

    `traced` is false where the time says nothing of the resident, as with a pile of paper.
    """
    matter = (
        Matter.objects.select_related("service", "invitation")
        .filter(case_no=case_no, stage=stage, service_no=service_no)
        .first()
    )
    if matter is None:
        raise MatterUnknownError
    if not EARLIEST < rated_at <= now + CLOCK_SKEW:
        raise RatingRefusedError(
            [Fault("rated_at", _("The time lies in the future or before 2000; check the sender's clock."))]
        )
    invitation = matter.invitation
    if invitation.state == InvitationState.USED:
        raise AlreadyRatedError
    if invitation.state != InvitationState.OPEN or rated_at > invitation.expires_at:
        raise RatingRefusedError([Fault("rated_at", _("The time for rating this case is over."))])
    mode = CHANNEL_MODE[Channel(channel)]
    clean = checked(entry, definition_of(invitation.version_id), mode, strict=True)
    door = _door_of(matter, invitation, channel=channel, mode=mode)
    code = receipt_code("", "")
    with transaction.atomic():
        if not _use_up(invitation, min(rated_at, now)):
            raise AlreadyRatedError
        rating = _store(
            clean, door, code, now=min(rated_at, now), kind=invitation.kind, initial_id=_initial(invitation)
        )
        if traced:
            _leave_trace(rating, TraceFacts(), min(rated_at, now), matter.finished_at)
    return _receipt(rating, code)


def _store(
    clean: Checked,
    door: _Door,
    code: str,
    *,
    now: dt.datetime,
    kind: str = RatingKind.INITIAL,
    initial_id: uuid.UUID | None = None,
    key: uuid.UUID | None = None,
) -> Rating:
    linked = door.privacy == Privacy.LINKED
    day = timezone.localdate(now)
    needs_pointer = clean.level in BAD_LEVELS or kind == RatingKind.SUPPLEMENTARY
    sealed = seal_pointer(door.matter.pk, day) if door.matter and needs_pointer and not linked else None
    rating = Rating(
        id=key or uuid.uuid4(),
        privacy=door.privacy,
        matter=door.matter if linked else None,
        service=door.service,
        organisation_id=door.organisation_id,
        point_id=door.point_id,
        channel=door.channel,
        mode=door.mode,
        stage=door.stage,
        kind=kind,
        initial_id=initial_id,
        version_id=door.version_id,
        level=clean.level,
        tags=list(clean.tags),
        comment=clean.comment,
        answers=clean.answers,
        language=clean.language,
        rated_on=day,
        rated_at=now if linked else None,
        receipt_hash=receipt_hash(code),
        sealed_pointer=sealed,
    )
    INSERT_RATING(rating)
    if clean.telephone:
        Contact.objects.create(
            rating=rating, sealed=seal_telephone(clean.telephone, day), month=day.replace(day=1)
        )
    return rating


def _leave_trace(
    rating: Rating, facts: TraceFacts, now: dt.datetime, finished_at: dt.datetime | None
) -> None:
    day = rating.rated_on
    device, network = hashed("device", facts.device, day), hashed("network", facts.network, day)
    daily = replace(facts, device=device, network=network)
    sealed = seal_trace(daily, now=now, finished_at=finished_at)
    INSERT_TRACE(Trace(rating=rating, sealed=sealed, made_on=day))


def _receipt(rating: Rating, code: str) -> Receipt:
    return Receipt(
        code=code,
        rating_id=rating.pk,
        level=rating.level,
        tags=tuple(rating.tags),
        rated_on=rating.rated_on,
        opens_case=rating.level in BAD_LEVELS,
    )
