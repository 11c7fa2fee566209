"""Pictures that compare several things: places under two weightings, peers on one scale, months in a row."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Protocol

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from surveys.core import numerals
from surveys.core.templatetags.pictures import at, svg

register = template.Library()
STEP = 31


class Slope(Protocol):
    """A thing at one place on the left and another on the right."""

    name: str
    before: float
    after: float
    is_marked: bool


@register.simple_tag
def slope(rows: Sequence[Slope], now: str, then: str, *, label: str) -> SafeString:
    """Places under two weightings, best on top; twice, for wide and for narrow screens."""
    return format_html("{}{}", _slope_wide(rows, now, then, label), _slope_narrow(rows, now, then, label))


def _heights(rows: Sequence[Slope]) -> tuple[dict[int, int], dict[int, int], int]:
    """Vertical positions left and right by index; things at one place stand under each other."""
    left = sorted(range(len(rows)), key=lambda i: (rows[i].before, i))
    right = sorted(range(len(rows)), key=lambda i: (rows[i].after, i))
    return (
        {index: 43 + STEP * at for at, index in enumerate(left)},
        {index: 43 + STEP * at for at, index in enumerate(right)},
        36 + STEP * len(rows),
    )


def _lines(rows: Sequence[Slope], x1: str, x2: str) -> SafeString:
    left, right, _height = _heights(rows)
    return format_html_join(
        "",
        '<line x1="{0}" x2="{1}" y1="{2}" y2="{3}" class="{4}"/>'
        '<circle cx="{0}" cy="{2}" r="4.5" class="{5}"/><circle cx="{1}" cy="{3}" r="4.5" class="{5}"/>',
        (
            (
                x1, x2, left[i], right[i],
                "s-acc w3" if row.is_marked else "s-mut w2",
                "f-acc" if row.is_marked else "f-mut",
            )
            for i, row in sorted(enumerate(rows), key=lambda found: found[1].is_marked)
        ),
    )  # fmt: skip


def _slope_wide(rows: Sequence[Slope], now: str, then: str, label: str) -> SafeString:
    left, right, height = _heights(rows)
    texts = format_html_join(
        "",
        '<text x="40%" y="{}" text-anchor="end" class="{}">{} {}</text>'
        '<text x="60%" y="{}" class="{}">{} {}</text>',
        (
            (
                left[i] + 4.5, "t-a" if row.is_marked else "", row.name, numerals.place(row.before),
                right[i] + 4.5, "t-a" if row.is_marked else "", numerals.place(row.after), row.name,
            )
            for i, row in enumerate(rows)
        ),
    )  # fmt: skip
    return format_html(
        '<svg class="only-wide" width="100%" height="{}" role="img" aria-label="{}">'
        '<text x="40%" y="14" text-anchor="end" class="t-m">{}</text><text x="60%" y="14" class="t-m">{}</text>'
        "{}{}</svg>",
        height, label, now, then, _lines(rows, "42%", "58%"), texts,
    )  # fmt: skip


def _slope_narrow(rows: Sequence[Slope], now: str, then: str, label: str) -> SafeString:
    left, right, height = _heights(rows)
    texts = format_html_join(
        "",
        '<text x="0" y="{}" class="{}">{}</text><text x="28%" y="{}" class="{}">{} {}</text>',
        (
            (
                left[i] + 4.5, "t-a" if row.is_marked else "", numerals.place(row.before),
                right[i] + 4.5, "t-a" if row.is_marked else "", numerals.place(row.after), row.name,
            )
            for i, row in enumerate(rows)
        ),
    )  # fmt: skip
    return format_html(
        '<svg class="only-narrow" width="100%" height="{}" role="img" aria-label="{}">'
        '<text x="0" y="14" class="t-m">{}</text><text x="28%" y="14" class="t-m">{}</text>{}{}</svg>',
        height, label, now, then, _lines(rows, "9%", "24%"), texts,
    )  # fmt: skip


@register.simple_tag
def peer_lines(
    rows: Iterable[tuple[float, float, float, bool]], low: float, high: float, label: str
) -> SafeString:
    """Peers as dots with intervals on one scale, oneself in the accent."""
    found = list(rows)
    height = 12 * len(found) + 28
    marks = [low + i * (high - low) / 3 for i in range(4)]
    decimals = 0 if all(float(mark).is_integer() for mark in marks) else 1
    anchors = ("start", "middle", "middle", "end")
    axis = format_html_join(
        "",
        '<line x1="{0}" x2="{0}" y1="0" y2="{1}" class="s-line"/><text x="{0}" y="{2}" text-anchor="{3}">{4}</text>',
        (
            (at(mark, low, high), height - 24, height - 6, anchor, numerals.number(mark, decimals))
            for mark, anchor in zip(marks, anchors, strict=True)
        ),
    )
    dots = format_html_join(
        "",
        '<line x1="{}" x2="{}" y1="{}" y2="{}" class="{}"/><circle cx="{}" cy="{}" r="{}" class="{}"/>',
        (
            (
                at(lower, low, high), at(upper, low, high), 10 + 12 * i, 10 + 12 * i,
                "s-acc w3" if own else "s-mut w2",
                at(value, low, high), 10 + 12 * i, "5" if own else "3.5", "f-acc" if own else "f-mut",
            )
            for i, (value, lower, upper, own) in enumerate(found)
        ),
    )  # fmt: skip
    return svg(height, format_html("{}{}", axis, dots), label=label)


class MonthCount(Protocol):
    """How many in one month."""

    day: date
    n: int
    is_gap: bool


@register.simple_tag
def month_columns(months: Sequence[MonthCount], *, label: str) -> SafeString:
    """Counts by month as columns from 0, gaps in the alert colour with their number."""
    top = max((month.n for month in months), default=1) or 1
    step = _round_step(top)
    ceiling = step * -(-top // step)
    width = 100 / max(len(months), 1)

    def y(value: float) -> str:
        return f"{146 - 120 * value / ceiling:.1f}"

    grid = format_html_join(
        "",
        '<line x1="-51" x2="100%" y1="{0}" y2="{0}" class="{1}"/><text x="-51" y="{2}" class="t-m">{3}</text>',
        (
            (
                y(mark),
                "s-line" if mark else "s-edge",
                float(y(mark)) - 4,
                numerals.number(mark) if mark else "",
            )
            for mark in range(0, ceiling + 1, step)
        ),
    )
    columns = format_html_join(
        "",
        '<rect x="{}%" width="{}%" y="{}" height="{}" class="{}"/>'
        '<text x="{}%" y="{}" text-anchor="middle" class="{}">{}</text>',
        (
            (
                f"{i * width + width * 0.12:.2f}", f"{width * 0.76:.2f}", y(month.n), f"{120 * month.n / ceiling:.1f}",
                "f-alert" if month.is_gap else "f-acc",
                f"{(i + 0.5) * width:.2f}",
                float(y(month.n)) - 6 if month.is_gap else 165,
                "t-b" if month.is_gap else "t-m",
                numerals.number(month.n) if month.is_gap else f"{month.day:%m}",
            )
            for i, month in enumerate(months)
        ),
    )  # fmt: skip
    return format_html(
        '<div class="plot">{}</div>', svg(172, format_html("{}{}", grid, columns), label=label)
    )


def _round_step(top: int) -> int:
    """A round step that gives three to six lines."""
    size = 1
    while True:
        for factor in (1, 2, 5):
            if top / (size * factor) <= 4:
                return size * factor
        size *= 10
