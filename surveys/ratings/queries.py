"""Reads of ratings: invitations by token, ratings by receipt, what lies behind a bad rating, comments."""

import datetime as dt
import json
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone

from surveys.catalogue.models import Service, ServicePoint
from surveys.core.prepared import Lookup
from surveys.ratings.enums import InvitationState
from surveys.ratings.models import Invitation, Matter, Rating, ReceiptLeaf, ReceiptRoot
from surveys.ratings.pointers import open_pointer
from surveys.ratings.receipts import Step, leaf_of, merkle_path, normal_code, receipt_hash
from surveys.ratings.tokens import token_hash

SHOWN = (
    *("token_hash", "state", "kind", "sealed_initial", "version", "expires_at"),
    *(f"matter__{name}" for name in ("stage", "channel", "mode", "identity", "finished_at")),
    *(f"matter__{name}" for name in ("service__names", "organisation__names")),
    *(f"matter__point__{name}" for name in ("names", "allowed_networks")),
    *(f"matter__point__parent__{name}" for name in ("names", "allowed_networks")),
)
"""All that the page of an invitation reads of it, of its case and of where that was."""
INVITATION = Lookup(
    Invitation.objects.select_related(
        "matter__service", "matter__organisation", "matter__point__parent"
    ).only(*SHOWN),
    "token_hash",
)


def invitation_of(token: str) -> Invitation | None:
    """The invitation of a token with all that its page shows, in one query."""
    return INVITATION.first(token_hash(token))


def is_open(invitation: Invitation, now: dt.datetime) -> bool:
    """Say whether the invitation may still be used."""
    return invitation.state == InvitationState.OPEN and invitation.expires_at > now


def matters_of(case_no: str) -> QuerySet[Matter]:
    """A case's finished stages with their invitations."""
    return (
        Matter.objects.select_related("invitation", "service")
        .filter(case_no=case_no)
        .order_by("stage", "service_no", "pk")
    )


def rating_by_receipt(code: str) -> Rating | None:
    """The rating a receipt stands for."""
    if not normal_code(code):
        return None
    return (
        Rating.objects.select_related("service", "organisation")
        .filter(receipt_hash=receipt_hash(code))
        .first()
    )


def point_by_code(code: str) -> ServicePoint | None:
    """A point in use, with what its page shows."""
    return (
        ServicePoint.objects.select_related("organisation", "service", "parent")
        .filter(code=code, retired_on=None)
        .first()
    )


def services_at(point: ServicePoint) -> QuerySet[Service]:
    """The services that may be rated at a point."""
    found = Service.objects.select_related("organisation").filter(retired_on=None).order_by("code")
    if point.service_id:
        return found.filter(pk=point.service_id)
    return found.filter(organisation=point.organisation_id)


def waiting_at(point: ServicePoint, now: dt.datetime, minutes: int) -> Invitation | None:
    """The open invitation of the case finished last at this point, if within so many minutes.

    When that case is rated or withdrawn there is none: an earlier one belongs to somebody who has left.
    """
    last = (
        Invitation.objects.select_related("matter__service", "matter__organisation", "matter__point__parent")
        .filter(matter__point=point, matter__finished_at__range=(now - dt.timedelta(minutes=minutes), now))
        .order_by("-matter__finished_at", "-pk")
        .first()
    )
    return last if last is not None and is_open(last, now) else None


def matter_behind(rating: Rating) -> Matter | None:
    """The case of a linked rating, or of an unlinked one whose sealed pointer can still be opened."""
    if rating.matter_id is not None:
        return Matter.objects.select_related("service", "organisation").get(pk=rating.matter_id)
    if rating.sealed_pointer is None:
        return None
    number = open_pointer(rating)
    return Matter.objects.select_related("service", "organisation").filter(pk=number).first()


@dataclass(frozen=True)
class Proof:
    """That a receipt stands in the log: its leaf, the path to the day's root, and the root."""

    day: dt.date
    leaf: str
    path: tuple[Step, ...]
    root: str


def receipt_proof(code: str) -> Proof | None:
    """The proof for a receipt of a closed day; None while its day is open or the code is unknown."""
    leaf = leaf_of(receipt_hash(code)) if normal_code(code) else ""
    row = ReceiptLeaf.objects.filter(leaf=leaf).first()
    if row is None:
        return None
    root = ReceiptRoot.objects.get(day=row.day)
    leaves = list(ReceiptLeaf.objects.filter(day=row.day).order_by("leaf").values_list("leaf", flat=True))
    return Proof(row.day, leaf, tuple(merkle_path(leaves, leaf)), root.root)


def proof_document(proof: Proof) -> bytes:
    """The proof as a file a resident keeps: the verifier of any package reads it."""
    told = {"day": proof.day.isoformat(), "leaf": proof.leaf, "path": proof.path, "root": proof.root}
    return json.dumps(told, indent=1).encode() + b"\n"


def days_to_close(now: dt.datetime) -> list[dt.date]:
    """Past days with receipts that have no root yet."""
    today = timezone.localdate(now)
    rated = (
        Rating.objects.filter(receipt_hash__isnull=False, rated_on__lt=today)
        .order_by("rated_on")
        .values_list("rated_on", flat=True)
        .distinct()
    )
    closed = set(ReceiptRoot.objects.values_list("day", flat=True))
    return [day for day in rated if day not in closed]
