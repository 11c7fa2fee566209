"""Tags of every page: texts in the reader's language, faces, icons, numbers."""

from collections.abc import Mapping

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from surveys.core.text import localized

register = template.Library()


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
