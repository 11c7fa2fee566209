"""The evidence entry of the staff menu, with how many files wait for a second person."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from evaluation.evidence.models import EvidenceImport
from evaluation.evidence.queries import waiting_imports
from evaluation.evidence.rules import may_keep_evidence
from surveys.core.menu import Group, MenuItem


def waiting(_user: Any) -> QuerySet[EvidenceImport]:
    return waiting_imports()


ITEMS = [
    MenuItem(
        label=_("Evidence"),
        url_name="evidence:list",
        rule=may_keep_evidence,
        count=waiting,
        order=22,
        group=Group.EVALUATION,
    )
]
