"""Tags of every page: texts in the reader's language, faces, icons, numbers."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from surveys.core import numerals
from surveys.core.text import localized

register = template.Library()


@register.filter
def listed(rows: Iterable[Any]) -> str:
    """Things by their names, joined as people do."""
    return numerals.listed([str(getattr(row, "name", row)) for row in rows])


@register.simple_tag
def comma() -> str:
    """The comma between two facts, with the space a language needs."""
    return _sign("，", ", ")


@register.simple_tag
def colon() -> str:
    """The colon after a name, with the space a language needs."""
    return _sign("：", ": ")


@register.simple_tag
def stop() -> str:
    """The end of a sentence before the next, with the space a language needs."""
    return _sign("。", ". ")


def _sign(chinese: str, other: str) -> str:
    return chinese if (get_language() or "").startswith("zh") else other


@register.filter
def local(names: Mapping[str, str] | None) -> str:
    """The text of a three-language mapping in the page's language."""
    return localized(names or {})


@register.simple_tag
def face(level: int) -> SafeString:
    """The face of a level, decorative: its word stands beside it."""
    return format_html(
        '<svg class="face" viewBox="0 0 24 24" aria-hidden="true"><use href="#f{}"/></svg>', level
    )


@register.simple_tag
def icon(name: str) -> SafeString:
    """A line icon of the sprite, decorative: a word stands beside it."""
    return format_html(
        '<svg class="ico" viewBox="0 0 24 24" aria-hidden="true"><use href="#i-{}"/></svg>', name
    )
