"""An entry of the staff menu; each app lists its own in `menu.py`, the site gathers them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import IntegerChoices, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from surveys.core.models import User
from surveys.core.queries import number_of, unread
from surveys.core.rules import Rule, is_audit_admin, is_staff, is_system_admin

Waiting = QuerySet[Any] | tuple[QuerySet[Any], ...] | int | str | None


class Group(IntegerChoices):
    """The menu's headings, in their order; the first stands without one."""

    DAY = 1, _("Your day")
    RATINGS = 2, _("Residents’ ratings")
    EVALUATION = 3, _("Evaluation")
    IMPROVEMENT = 4, _("Improvement")
    BASICS = 5, _("Basics")
    ADMINISTRATION = 6, _("Administration")
    SELF = 7, _("You")


@dataclass(frozen=True)
class MenuItem:
    """Shown to those for whom `rule` holds; `count` tells how many wait (0 or None shows no number).

    A count given as rows to be counted costs no query of its own: the menu counts all of them in one.
    """

    label: str | Promise
    url_name: str
    rule: Rule
    count: Callable[[Any], Waiting] | None = None
    order: int = 100
    group: Group = Group.IMPROVEMENT


def counted(user: Any, items: Sequence[MenuItem]) -> list[Any]:
    """How many wait behind each entry, in the order of the entries."""
    found = [item.count(user) if item.count else None for item in items]
    rows = {at: _sets(one) for at, one in enumerate(found) if isinstance(one, QuerySet | tuple)}
    columns = {f"n_{at}_{k}": number_of(one) for at, sets in rows.items() for k, one in enumerate(sets)}
    numbers: dict[str, Any] = {}
    if columns:
        numbers = dict(User.objects.filter(pk=user.pk).values(**columns).first() or {})
    return [
        sum(numbers.get(f"n_{at}_{k}") or 0 for k in range(len(rows[at]))) if at in rows else one
        for at, one in enumerate(found)
    ]


def _sets(one: QuerySet[Any] | tuple[QuerySet[Any], ...]) -> tuple[QuerySet[Any], ...]:
    return one if isinstance(one, tuple) else (one,)


ITEMS = [
    MenuItem(_("Notices"), "core:notices", is_staff, count=unread, order=900, group=Group.SELF),
    MenuItem(_("Working days"), "core:calendar", is_staff, order=905, group=Group.BASICS),
    MenuItem(
        _("Work in the background"), "core:jobs", is_system_admin, order=910, group=Group.ADMINISTRATION
    ),
    MenuItem(_("Messages"), "core:messages", is_system_admin, order=920, group=Group.ADMINISTRATION),
    MenuItem(_("Log"), "core:log", is_audit_admin, order=930, group=Group.ADMINISTRATION),
]
