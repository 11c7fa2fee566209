"""The staff menu: every app's own entries, those the reader's seats open."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from evaluation.site import parts
from surveys.core.menu import Group, MenuItem, counted
from surveys.core.rules import is_security_admin, is_signed_in


@dataclass(frozen=True)
class Entry:
    """One line of the menu as the template shows it."""

    label: str
    url: str
    is_current: bool
    count: int | str | None
    group: str


ITEMS = [
    MenuItem(_("People and seats"), "site:people", is_security_admin, order=940, group=Group.ADMINISTRATION),
    MenuItem(_("Keys for machines"), "site:keys", is_security_admin, order=950, group=Group.ADMINISTRATION),
    MenuItem(_("Your account"), "site:account", is_signed_in, order=990, group=Group.SELF),
]


def items() -> list[MenuItem]:
    """Every app's entries in order."""
    found = [item for module in parts.modules("menu").values() for item in getattr(module, "ITEMS", [])]
    return sorted(ITEMS + found, key=lambda item: (item.group, item.order, item.url_name))


def entries(request: HttpRequest) -> list[Entry]:
    """The entries open to this reader; the longest address that fits the page is the current one."""
    user: Any = getattr(request, "user", None)
    if not is_signed_in(user):
        return []
    shown: list[tuple[MenuItem, str]] = []
    for item in items():
        try:
            address = reverse(item.url_name)
        except NoReverseMatch:
            continue
        if item.rule(user):
            shown.append((item, address))
    numbers = counted(user, [item for item, _url in shown])
    current = max((url for _item, url in shown if request.path.startswith(url)), key=len, default="")
    return [
        Entry(str(item.label), url, url == current, n, _heading(item))
        for (item, url), n in zip(shown, numbers, strict=True)
    ]


def _heading(item: MenuItem) -> str:
    return "" if item.group == Group.DAY else str(item.group.label)
