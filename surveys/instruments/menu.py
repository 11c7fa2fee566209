"""The questionnaires' entry in the staff menu."""

from django.utils.translation import gettext_lazy as _

from surveys.core.menu import Group, MenuItem
from surveys.instruments.rules import may_read_instruments

ITEMS = [
    MenuItem(
        label=_("Questionnaires"),
        url_name="instruments:list",
        rule=may_read_instruments,
        order=75,
        group=Group.BASICS,
    )
]
