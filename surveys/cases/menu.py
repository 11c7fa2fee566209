"""The cases' entry in the staff menu."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from surveys.cases.queries import late_and_today
from surveys.cases.rules import may_see_cases
from surveys.core.menu import MenuItem


def n_urgent(user: Any) -> int:
    """Cases that are late or due today."""
    return sum(late_and_today(user, timezone.localdate()))


ITEMS = [
    MenuItem(label=_("Bad ratings"), url_name="cases:list", rule=may_see_cases, count=n_urgent, order=30)
]
