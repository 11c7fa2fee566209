"""Open a resident's contact for a stated reason; erase what a receipt stands for."""

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from surveys.core.log import record
from surveys.core.models import User
from surveys.ratings.models import Contact, Rating, Trace
from surveys.ratings.pointers import open_telephone
from surveys.ratings.receipts import normal_code, receipt_hash


class ContactRefusedError(ValueError):
    """A contact that cannot be opened or erased; carries the sentence why."""


@transaction.atomic
def open_contact(*, rating: Rating, reason: str, actor: User, now: dt.datetime) -> str:
    """The telephone number behind a rating; every opening is logged with its reason."""
    if not reason.strip():
        raise ContactRefusedError(_("Say why you need the telephone number."))
    contact = Contact.objects.filter(rating=rating).first()
    if contact is None:
        raise ContactRefusedError(_("This person left no telephone number, or it has been erased."))
    record(actor=actor, verb="contact.open", obj=f"rating {rating.pk}", now=now, detail={"reason": reason})
    return open_telephone(contact)


@transaction.atomic
def erase_by_receipt(*, code: str, now: dt.datetime) -> Rating:
    """Erase what could lead to the resident: words, telephone, traces, the way to the case; the level stays."""
    found = (
        Rating.objects.select_for_update().filter(receipt_hash=receipt_hash(code))
        if normal_code(code)
        else None
    )
    rating = found.first() if found is not None else None
    if rating is None:
        raise ContactRefusedError(_("No rating has this receipt code."))
    if rating.erased_on is not None:
        return rating
    Contact.objects.filter(rating=rating).delete()
    Trace.objects.filter(rating=rating).delete()
    rating.comment = ""
    rating.sealed_pointer = None
    rating.matter = None
    rating.rated_at = None
    rating.erased_on = timezone.localdate(now)
    rating.save(update_fields=["comment", "sealed_pointer", "matter", "rated_at", "erased_on"])
    record(actor=None, verb="rating.erase", obj=f"rating {rating.pk}", now=now)
    return rating
