"""The catalogue's entry in the staff menu."""

from django.utils.translation import gettext_lazy as _

from surveys.catalogue.rules import may_read_catalogue
from surveys.core.menu import Group, MenuItem

ITEMS = [
    MenuItem(
        label=_("Catalogue"),
        url_name="catalogue:services",
        rule=may_read_catalogue,
        order=70,
        group=Group.BASICS,
    )
]
