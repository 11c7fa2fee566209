"""Open the telephone number behind a case: for one case, for a reason, and logged."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from surveys.cases.enums import CLOSED_STATES
from surveys.cases.models import Case
from surveys.core.models import User
from surveys.core.sealing import UnsealError
from surveys.ratings.actions.contacts import ContactRefusedError, open_contact


@transaction.atomic
def look_up_contact(*, case: Case, reason: str, actor: User, now: datetime) -> str:
    """The number; refused once the case is closed."""
    if case.state in CLOSED_STATES:
        raise ContactRefusedError(_("The case is closed; the number is no longer needed."))
    try:
        return open_contact(rating=case.rating, reason=f"{case.code}: {reason}", actor=actor, now=now)
    except UnsealError as error:
        raise ContactRefusedError(str(error)) from error
