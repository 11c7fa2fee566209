"""Invite the resident to rate once more, after what was bad has been mended."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from surveys.cases.actions.effects import CaseRefusedError
from surveys.cases.models import Case
from surveys.core.sealing import UnsealError
from surveys.ratings.actions.matters import MatterRefusedError, invite_again
from surveys.ratings.queries import matter_behind


@transaction.atomic
def rate_again(*, case: Case, now: datetime) -> str:
    """The token of the one supplementary rating; asked again before it is used, a fresh token."""
    if case.fixed_on is None:
        raise CaseRefusedError(_("You can rate once more when it has been put right."))
    try:
        matter = matter_behind(case.rating)
    except UnsealError as error:
        raise CaseRefusedError(str(error)) from error
    if matter is None:
        raise CaseRefusedError(_("No visit is on record here, so it cannot be rated once more."))
    try:
        return invite_again(matter=matter, initial=case.rating, actor=None, now=now).token
    except MatterRefusedError as error:
        raise CaseRefusedError(str(error)) from error
