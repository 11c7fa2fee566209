"""The workspaces' entries of the staff menu."""

from django.utils.translation import gettext_lazy as _

from evaluation.improvement.rules import (
    may_audit,
    may_give_commissions,
    may_lead,
    may_read_briefings,
    may_see_work,
)
from surveys.core.menu import Group, MenuItem
from surveys.core.rules import is_department, is_office

ITEMS = [
    MenuItem(label=_("Today"), url_name="improvement:today", rule=is_department, order=5, group=Group.DAY),
    MenuItem(
        label=_("Office today"), url_name="improvement:office", rule=is_office, order=4, group=Group.DAY
    ),
    MenuItem(label=_("Overview"), url_name="improvement:leader", rule=may_lead, order=6, group=Group.DAY),
    MenuItem(label=_("My audits"), url_name="improvement:audits", rule=may_audit, order=7, group=Group.DAY),
    MenuItem(
        label=_("Result and objections"),
        url_name="improvement:result",
        rule=is_department,
        order=40,
        group=Group.EVALUATION,
    ),
    MenuItem(label=_("Alerts"), url_name="improvement:alerts", rule=may_see_work, order=45),
    MenuItem(label=_("What residents write"), url_name="improvement:themes", rule=may_see_work, order=48),
    MenuItem(label=_("Measures"), url_name="improvement:measures", rule=may_see_work, order=50),
    MenuItem(label=_("You said, we did"), url_name="improvement:replies", rule=may_see_work, order=52),
    MenuItem(label=_("Briefings"), url_name="improvement:briefings", rule=may_read_briefings, order=54),
    MenuItem(label=_("Auditors"), url_name="improvement:commissions", rule=may_give_commissions, order=60),
]
