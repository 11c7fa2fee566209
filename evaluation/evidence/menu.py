"""The evidence entry of the staff menu, with how many files wait for a second person."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from evaluation.evidence.queries import waiting_imports
from evaluation.evidence.rules import may_keep_evidence
from surveys.core.menu import MenuItem


def n_waiting(_user: Any) -> int:
    return waiting_imports().count()


ITEMS = [
    MenuItem(label=_("Evidence"), url_name="evidence:list", rule=may_keep_evidence, count=n_waiting, order=22)
]
