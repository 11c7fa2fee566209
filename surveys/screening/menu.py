"""The entry of screening in the staff menu."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from surveys.core.menu import Group, MenuItem
from surveys.ratings.enums import Screening
from surveys.ratings.models import Rating
from surveys.screening.queries import open_signals
from surveys.screening.rules import may_see_review


def _waiting(_user: Any) -> tuple[QuerySet[Any], ...]:
    return Rating.objects.filter(screening=Screening.REVIEW), open_signals()


ITEMS = [
    MenuItem(
        _("Flagged ratings"), "screening:queue", may_see_review, count=_waiting, order=45, group=Group.RATINGS
    )
]
