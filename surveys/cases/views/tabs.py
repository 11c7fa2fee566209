"""The row of links above the lists of cases."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

TABS = (
    ("cases:list", gettext_lazy("Cases")),
    ("cases:triage", gettext_lazy("To give to somebody")),
    ("cases:call_backs", gettext_lazy("To ask residents")),
    ("cases:templates", gettext_lazy("Reply templates")),
)


def tabs(current: str) -> list[tuple[str, Any, bool]]:
    return [(reverse(name), words, name == current) for name, words in TABS]
