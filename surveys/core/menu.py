"""An entry of the staff menu; each app lists its own in `menu.py`, the site gathers them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from surveys.core.rules import Rule


@dataclass(frozen=True)
class MenuItem:
    """Shown to those for whom `rule` holds; `count` tells how many wait (0 or None shows no number)."""

    label: str | Promise
    url_name: str
    rule: Rule
    count: Callable[[Any], int | str | None] | None = None
    order: int = 100
