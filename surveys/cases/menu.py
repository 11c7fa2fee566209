"""The cases' entry in the staff menu."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from surveys.cases.models import Case
from surveys.cases.queries import to_call_back, urgent
from surveys.cases.rules import may_see_cases
from surveys.core.menu import Group, MenuItem
from surveys.core.rules import is_operator


def urgent_today(user: Any) -> QuerySet[Case]:
    """Cases that are late or due today."""
    return urgent(user, timezone.localdate())


ITEMS = [
    MenuItem(label=_("Bad ratings"), url_name="cases:list", rule=may_see_cases, count=urgent_today, order=30),
    MenuItem(
        label=_("To ask residents"),
        url_name="cases:call_backs",
        rule=is_operator & ~may_see_cases,
        count=to_call_back,
        order=45,
        group=Group.RATINGS,
    ),
]
