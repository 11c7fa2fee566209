"""The cycles' entries of the staff menu."""

from django.utils.translation import gettext_lazy as _

from evaluation.cycles.rules import may_plan_cycles, may_read_cycles
from surveys.core.menu import Group, MenuItem

ITEMS = [
    MenuItem(
        label=_("Cycles"), url_name="cycles:list", rule=may_read_cycles, order=20, group=Group.EVALUATION
    ),
    MenuItem(
        label=_("Schemes"), url_name="cycles:schemes", rule=may_plan_cycles, order=28, group=Group.EVALUATION
    ),
]
