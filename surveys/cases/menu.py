"""The cases' entry in the staff menu."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from surveys.cases.models import Case
from surveys.cases.queries import urgent
from surveys.cases.rules import may_see_cases
from surveys.core.menu import MenuItem


def urgent_today(user: Any) -> QuerySet[Case]:
    """Cases that are late or due today."""
    return urgent(user, timezone.localdate())


ITEMS = [
    MenuItem(label=_("Bad ratings"), url_name="cases:list", rule=may_see_cases, count=urgent_today, order=30)
]
