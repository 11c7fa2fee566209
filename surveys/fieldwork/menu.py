"""The surveys' entry in the staff menu."""

from django.utils.translation import gettext_lazy as _

from surveys.core.menu import Group, MenuItem
from surveys.fieldwork.rules import may_read_surveys

ITEMS = [
    MenuItem(
        label=_("Sampled surveys"),
        url_name="fieldwork:list",
        rule=may_read_surveys,
        order=55,
        group=Group.RATINGS,
    )
]
