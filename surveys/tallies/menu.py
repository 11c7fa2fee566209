"""The entries of statistics in the staff menu."""

from django.utils.translation import gettext_lazy as _

from surveys.core.menu import Group, MenuItem
from surveys.tallies.rules import may_read_answers

ITEMS = [
    MenuItem(_("Statistics"), "tallies:statistics", may_read_answers, order=40, group=Group.RATINGS),
    MenuItem(_("Comments"), "tallies:comments", may_read_answers, order=41, group=Group.RATINGS),
    MenuItem(_("Coverage"), "tallies:ledger", may_read_answers, order=42, group=Group.RATINGS),
]
