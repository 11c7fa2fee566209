"""The reports' entry of the staff menu."""

from django.utils.translation import gettext_lazy as _

from evaluation.reports.rules import may_read_reports
from surveys.core.menu import Group, MenuItem

ITEMS = [
    MenuItem(
        label=_("Reports"), url_name="reports:list", rule=may_read_reports, order=30, group=Group.EVALUATION
    )
]
