"""Open the telephone number behind a case for a reason, logged; delete it once the case is closed."""

from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from surveys.cases.enums import CLOSED_STATES
from surveys.cases.models import Case
from surveys.core.models import User
from surveys.core.sealing import UnsealError
from surveys.ratings.actions import forget_contacts
from surveys.ratings.actions.contacts import ContactRefusedError, open_contact

BATCH = 500


@transaction.atomic
def look_up_contact(*, case: Case, reason: str, actor: User, now: datetime) -> str:
    """The number; refused once the case is closed, and to whoever handles it: it may be they who were rated."""
    if case.state in CLOSED_STATES:
        raise ContactRefusedError(_("The case is closed; the number is no longer needed."))
    if actor.pk in {case.handler_id, case.fixed_by_id}:
        raise ContactRefusedError(_("Whoever handles a case does not see who rated; somebody else calls."))
    try:
        return open_contact(rating=case.rating, reason=f"{case.code}: {reason}", actor=actor, now=now)
    except UnsealError as error:
        raise ContactRefusedError(str(error)) from error


def forget_closed(*, now: datetime) -> int:
    """Delete the numbers of cases closed before today; a case opened again is followed by its receipt."""
    closed = Case.objects.filter(
        state__in=CLOSED_STATES, closed_on__lt=localdate(now), rating__contact__isnull=False
    )
    return forget_contacts([case.rating for case in closed.select_related("rating").order_by("pk")[:BATCH]])
