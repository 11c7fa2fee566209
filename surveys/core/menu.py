"""An entry of the staff menu; each app lists its own in `menu.py`, the site gathers them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from surveys.core.queries import n_unread
from surveys.core.rules import Rule, is_audit_admin, is_staff, is_system_admin


@dataclass(frozen=True)
class MenuItem:
    """Shown to those for whom `rule` holds; `count` tells how many wait (0 or None shows no number)."""

    label: str | Promise
    url_name: str
    rule: Rule
    count: Callable[[Any], int | str | None] | None = None
    order: int = 100


ITEMS = [
    MenuItem(_("Notices"), "core:notices", is_staff, count=n_unread, order=900),
    MenuItem(_("Work in the background"), "core:jobs", is_system_admin, order=910),
    MenuItem(_("Messages"), "core:messages", is_system_admin, order=920),
    MenuItem(_("Log"), "core:log", is_audit_admin, order=930),
]
