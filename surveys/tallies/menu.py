"""The entries of statistics in the staff menu."""

from django.utils.translation import gettext_lazy as _

from surveys.core.menu import MenuItem
from surveys.tallies.rules import may_read_answers

ITEMS = [
    MenuItem(_("Statistics"), "tallies:statistics", may_read_answers, order=40),
    MenuItem(_("Comments"), "tallies:comments", may_read_answers, order=41),
    MenuItem(_("Coverage"), "tallies:ledger", may_read_answers, order=42),
]
