"""The entries of the desks in the staff menu."""

from django.utils.translation import gettext_lazy as _

from surveys.core.menu import Group, MenuItem
from surveys.ratings.rules import may_enter, may_hand_in, may_print

ITEMS = [
    MenuItem(_("Import files"), "ratings:files", may_hand_in, order=44, group=Group.RATINGS),
    MenuItem(_("Calls"), "ratings:calls", may_enter, order=46, group=Group.RATINGS),
    MenuItem(_("Paper forms"), "ratings:piles", may_enter, order=47, group=Group.RATINGS),
    MenuItem(_("Forms and codes to print"), "ratings:prints", may_print, order=48, group=Group.RATINGS),
]
