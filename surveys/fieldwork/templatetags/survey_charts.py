"""Pictures of surveys as SVG in percent units: importance against performance with error bars, waves of an item."""

from collections.abc import Callable, Sequence

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from surveys.core import numerals
from surveys.core.templatetags.pictures import at, svg, value_bar
from surveys.fieldwork.estimates import Figure, Point
from surveys.fieldwork.importance import Placed

register = template.Library()
HEIGHT, TOP, BOTTOM = 340, 26, 306
WAVE_HEIGHT, WAVE_TOP, WAVE_BOTTOM = 112, 22, 90


def _span(low: float, high: float, step: float) -> tuple[float, float]:
    """The range rounded outwards to whole steps, with room at both ends."""
    return step * (low // step), step * (-(-high // step) or 1)


@register.simple_tag
def importance_performance(rows: Sequence[Placed], *, label: str) -> SafeString:
    """Each item as a numbered disc with both intervals; the lines are the averages. Numbers follow the table."""
    low, high = _span(min(r.performance_lower for r in rows), max(r.performance_upper for r in rows), 10)
    least, most = _span(min(r.importance_lower for r in rows), max(r.importance_upper for r in rows), 0.1)
    least = max(0.0, least)

    def y(value: float) -> str:
        return f"{BOTTOM - (BOTTOM - TOP) * (value - least) / (most - least):.1f}"

    average = sum(r.performance for r in rows) / len(rows)
    even = sum(r.importance for r in rows) / len(rows)
    frame = format_html(
        '<line x1="0" x2="100%" y1="{0}" y2="{0}" class="s-edge"/>'
        '<line x1="0" x2="100%" y1="{1}" y2="{1}" class="s-line"/>'
        '<line x1="{2}" x2="{2}" y1="{3}" y2="{0}" class="s-line"/>'
        '<text x="0" y="14" class="t-m">{4}</text><text x="100%" y="14" text-anchor="end" class="t-m">{5}</text>'
        '<text x="0" y="{6}" class="t-m">{7}</text><text x="100%" y="{6}" text-anchor="end" class="t-m">{8}</text>',
        BOTTOM, y(even), at(average, low, high), TOP,
        _("important, weak: work here first"), _("important, strong"),
        BOTTOM + 18, numerals.number(low), numerals.number(high),
    )  # fmt: skip
    marks = format_html_join(
        "",
        '<line x1="{}" x2="{}" y1="{}" y2="{}" class="s-mid w2"/>'
        '<line x1="{}" x2="{}" y1="{}" y2="{}" class="s-mid w2"/>'
        '<circle cx="{}" cy="{}" r="10" class="{}"/><text x="{}" y="{}" text-anchor="middle" class="{}">{}</text>',
        (_mark(row, number, (low, high), y) for number, row in enumerate(rows, 1)),
    )
    return svg(HEIGHT, format_html("{}{}", frame, marks), label=label)


def _mark(
    row: Placed, number: int, span: tuple[float, float], y: Callable[[float], str]
) -> tuple[object, ...]:
    x, height = at(row.performance, *span), y(row.importance)
    solid = row.place == "priority" and row.certain
    return (
        at(row.performance_lower, *span), at(row.performance_upper, *span), height, height,
        x, x, y(row.importance_lower), y(row.importance_upper),
        x, height, "f-acc" if solid else "f-page s-acc",
        x, float(height) + 4.5, "t-w" if solid else "t-b", number,
    )  # fmt: skip


@register.simple_tag
def scale_bar(figure: Figure) -> SafeString:
    """A mean from 0 to 100 as a bar with its interval."""
    return value_bar(figure.value / 100, figure.lower / 100, figure.upper / 100)


@register.simple_tag
def wave_line(points: Sequence[Point], *, low: float, high: float, label: str) -> SafeString:
    """One item over the waves with its values; a gap in the line where the series breaks. All items share a scale."""
    n = len(points)

    def x(place: int) -> str:
        return f"{100 * (place + 0.5) / n:.2f}%"

    def y(value: float | None) -> float:
        part = ((low if value is None else value) - low) / ((high - low) or 1.0)
        return round(WAVE_BOTTOM - (WAVE_BOTTOM - WAVE_TOP) * part, 1)

    lines = format_html_join(
        "",
        '<line x1="{}" x2="{}" y1="{}" y2="{}" class="s-acc w2"/>',
        (
            (x(k - 1), x(k), y(points[k - 1].figure.value), y(points[k].figure.value))
            for k in range(1, n)
            if not points[k].breaks
        ),
    )
    breaks = format_html_join(
        "",
        '<line x1="{0}" x2="{0}" y1="4" y2="{1}" class="s-ink" stroke-dasharray="3 3"/>',
        ((f"{100 * k / n:.2f}%", WAVE_BOTTOM) for k in range(1, n) if points[k].breaks),
    )
    dots = format_html_join(
        "",
        '<line x1="{0}" x2="{0}" y1="{1}" y2="{2}" class="s-mid w3"/><circle cx="{0}" cy="{3}" r="3.5" class="f-acc"/>'
        '<text x="{0}" y="{2}" dy="-7" text-anchor="middle" class="t-b">{5}</text>'
        '<text x="{0}" y="{4}" text-anchor="middle" class="t-m">{6}</text>',
        (
            (
                x(k), y(point.figure.lower), y(point.figure.upper), y(point.figure.value), WAVE_HEIGHT - 4,
                numerals.number(point.figure.value, 1), f"{point.survey.opens_on:%Y-%m}",
            )
            for k, point in enumerate(points)
        ),
    )  # fmt: skip
    return svg(WAVE_HEIGHT, format_html("{}{}{}", lines, breaks, dots), label=label)
