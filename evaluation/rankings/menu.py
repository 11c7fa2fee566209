"""The rankings' entry of the staff menu: the board of the cycle under way."""

from django.utils.translation import gettext_lazy as _

from evaluation.rankings.rules import may_read_rankings
from surveys.core.menu import Group, MenuItem

ITEMS = [
    MenuItem(label=_("Board"), url_name="rankings:home", rule=may_read_rankings, order=10, group=Group.DAY)
]
