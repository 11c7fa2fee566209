"""A trend over months as SVG in percent units, and the narrowing from finished cases to valid ratings."""

from collections.abc import Callable, Sequence

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from surveys.core import numerals
from surveys.core.templatetags.pictures import at, svg
from surveys.tallies.summary import Line

register = template.Library()
HEIGHT, TOP, FOOT = 190, 14, 26
LEFT = 6.0
STEPS = (0.0, 0.5, 0.8, 0.9, 0.95)
MOST_LABELS = 6


def _floor(lines: Sequence[Line]) -> float:
    """The highest of a few round floors below every interval, so that differences can be seen."""
    lowest = min((line.top2.lower for line in lines if line.top2), default=0.0)
    return max(step for step in STEPS if step <= lowest)


@register.simple_tag
def trend(lines: Sequence[Line]) -> SafeString:
    """Share satisfied or better by month with its interval; months with too few ratings leave a gap."""
    shown = [line for line in lines if not line.hidden]
    if len(shown) < 2:
        return mark_safe("")
    low = _floor(shown)

    def x(place: int) -> str:
        return f"{LEFT + (100 - LEFT) * (place + 0.5) / len(lines):.2f}%"

    def y(share: float) -> str:
        return f"{TOP + (HEIGHT - TOP - FOOT) * (1 - share) / (1 - low):.1f}"

    grid = format_html_join(
        "",
        '<line x1="{}%" x2="100%" y1="{}" y2="{}" class="s-line"/><text x="0" y="{}" dy="4">{}</text>',
        ((LEFT, y(tick), y(tick), y(tick), numerals.share(tick, 0)) for tick in (low, (1 + low) / 2, 1.0)),
    )
    parts = [grid]
    for place, line in enumerate(lines):
        if line.hidden or line.top2 is None:
            continue
        here = x(place)
        parts.append(
            format_html(
                '<line x1="{0}" x2="{0}" y1="{1}" y2="{2}" stroke-width="7" class="s-mid"/>',
                here, y(line.top2.upper), y(line.top2.lower),
            )
        )  # fmt: skip
        before = lines[place - 1] if place else None
        if before is not None and not before.hidden and before.top2 is not None:
            parts.append(
                format_html(
                    '<line x1="{}" x2="{}" y1="{}" y2="{}" stroke-width="2" class="s-acc"/>',
                    x(place - 1), here, y(before.top2.value), y(line.top2.value),
                )
            )  # fmt: skip
    parts += [_month(line, place, len(lines), x(place), y) for place, line in enumerate(lines)]
    label = _("Share satisfied or better by month, %(first)s to %(last)s") % {
        "first": shown[0].label, "last": shown[-1].label,
    }  # fmt: skip
    return svg(HEIGHT, format_html_join("", "{}", ((part,) for part in parts)), label=label)


def _month(line: Line, place: int, n: int, x: str, y: Callable[[float], str]) -> SafeString:
    every = -(-n // MOST_LABELS)
    word = ""
    if place % every == 0:
        word = format_html(
            '<text x="{}" y="{}" text-anchor="middle">{}</text>', x, HEIGHT - 6, line.label[2:]
        )
    if line.hidden or line.top2 is None:
        return format_html("{}", word)
    return format_html('<circle cx="{}" cy="{}" r="4.5" class="f-acc"/>{}', x, y(line.top2.value), word)


@register.simple_tag
def narrowing(n: int, whole: int) -> SafeString:
    """How much of the whole is left, as a bar."""
    body = format_html(
        '<rect width="100%" height="18" class="f-wash"/><rect width="{}" height="18" class="f-acc"/>',
        at(n / whole if whole else 0.0),
    )
    return svg(18, body)
