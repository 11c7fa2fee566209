"""The entry of screening in the staff menu."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from surveys.core.menu import MenuItem
from surveys.screening.queries import n_waiting
from surveys.screening.rules import may_see_review


def _n_waiting(_user: Any) -> int:
    return n_waiting()


ITEMS = [MenuItem(_("Flagged ratings"), "screening:queue", may_see_review, count=_n_waiting, order=45)]
