"""Small pictures as SVG in percent units: they keep their text size at any width and need no script.

Each is decorative beside words or stands under an element that names it; colours come from classes.
"""

from functools import lru_cache

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from surveys.core import numerals

register = template.Library()
HATCH_FROM = 2
MAX_SQUARES = 40


def at(value: float, low: float = 0.0, high: float = 1.0) -> str:
    """A place on the horizontal axis as a percentage of the width, kept inside the picture."""
    part = 0.0 if high == low else (float(value) - low) / (high - low)
    return f"{100 * min(max(part, 0.0), 1.0):.2f}%"


def middle(place: float, n: int) -> str:
    """The middle of a place's column among n."""
    return f"{100 * (float(place) - 0.5) / max(n, 1):.2f}%"


def ticks(n: int) -> list[int]:
    """The places worth a line: all up to a dozen, else the first and every 5th, 10th, 25th, 50th ..."""
    if n <= 12:
        return list(range(1, n + 1))
    step = next(step for step in (5, 10, 25, 50, 100, 250, 500, 1000) if n / step <= 12 or step == 1000)
    return [1, *range(step, n + 1, step)]


def svg(height: int, body: SafeString | str, width: str = "100%", label: str = "") -> SafeString:
    """A picture; without a label it is decorative."""
    if label:
        opening = format_html('<svg width="{}" height="{}" role="img" aria-label="{}">', width, height, label)
    else:
        opening = format_html('<svg width="{}" height="{}" aria-hidden="true">', width, height)
    return format_html("{}{}</svg>", opening, body)


@register.simple_tag
def rank_axis(n: int) -> SafeString:
    """The places along the top of a ranking."""
    body = format_html_join(
        "",
        '<text x="{}" y="13" text-anchor="middle">{}</text>',
        ((middle(place, n), place) for place in ticks(n)),
    )
    return format_html('<svg class="rank__t" width="100%" height="18">{}</svg>', body)


@register.simple_tag
def rank_track(
    n: int,
    rank: float,
    lower: int,
    upper: int,
    *,
    joint_lower: int | None = None,
    joint_upper: int | None = None,
) -> SafeString:
    """One row of a ranking: possible places as outline, those the sample allows as bar, the place as disc."""
    y = "19"
    lines = format_html_join(
        "",
        '<line x1="{0}" x2="{0}" y1="0" y2="38" class="s-line"/>',
        ((middle(place, n),) for place in ticks(n)),
    )
    line = '<line x1="{}" x2="{}" y1="{}" y2="{}" stroke-width="{}" stroke-linecap="round" class="{}"/>'
    parts = [lines]
    if joint_lower is not None and joint_upper is not None:
        low, high = middle(min(joint_lower, lower), n), middle(max(joint_upper, upper), n)
        parts.append(format_html(line, low, high, y, y, "21", "s-acc"))
        parts.append(format_html(line, low, high, y, y, "18.5", "s-wash"))
    parts.append(format_html(line, middle(lower, n), middle(upper, n), y, y, "4", "s-acc"))
    parts.append(format_html('<circle cx="{}" cy="{}" r="6.5" class="f-acc"/>', middle(rank, n), y))
    return format_html(
        '<svg class="rank__t" width="100%" height="38">{}</svg>',
        format_html_join("", "{}", ((p,) for p in parts)),
    )


@register.simple_tag
def value_bar(share: float, lower: float | None = None, upper: float | None = None) -> SafeString:
    """A share as a bar from 0; with an interval the part beyond its lower end is light and the value a mark."""
    ground = mark_safe('<rect width="100%" height="10" class="f-wash"/>')
    if lower is None or upper is None:
        body = format_html('{}<rect width="{}" height="10" class="f-acc"/>', ground, at(share))
    else:
        body = format_html(
            '{}<rect width="{}" height="10" class="f-mid"/><rect width="{}" height="10" class="f-acc"/>'
            '<line x1="{}" x2="{}" y1="-2" y2="12" class="s-ink w2"/>',
            ground, at(upper), at(lower), at(share), at(share),
        )  # fmt: skip
    return svg(10, body)


@register.simple_tag
def squares(n_done: float, n_all: float) -> SafeString:
    """One square a target, filled if met; a plain bar where there are too many to see."""
    done, total = int(n_done), int(n_all)
    if total > MAX_SQUARES:
        return value_bar(done / total)
    body = format_html_join(
        "",
        '<rect x="{}" y="1.5" width="7" height="7" class="{}"/>',
        ((f"{0.5 + 9 * i:.1f}", "f-acc" if i < done else "sq") for i in range(total)),
    )
    return svg(10, body, width=str(9 * total))


@register.simple_tag
def won_bar(won: float, possible: float, widest: float) -> SafeString:
    """Points won and still open; the length tells how many there are to win."""
    width = f"{100 * possible / widest:.1f}%" if widest else "100%"
    filled = at(won / possible) if possible else "0%"
    body = format_html(
        '<rect width="100%" height="18" class="sq"/><rect width="{}" height="18" class="f-acc"/>', filled
    )
    return svg(18, body, width=width)


@register.simple_tag
def level_bar(share: float, level: int, full: float = 1.0, height: int = 16) -> SafeString:
    """The share of one level, from 5 (best) to 1; bad ratings are hatched as well as brown."""
    width = at(share, 0, full)
    bad = (
        format_html('<rect width="{}" height="{}" fill="url(#hatch)"/>', width, height)
        if level <= HATCH_FROM
        else ""
    )
    body = format_html(
        '<rect width="100%" height="{}" class="f-wash"/><rect width="{}" height="{}" class="l{}"/>{}',
        height, width, height, level, bad,
    )  # fmt: skip
    return svg(height, body)


@register.simple_tag
def split_bar(good: float, label: str) -> SafeString:
    """Two shares side by side: good in teal, bad in hatched brown."""
    cut = at(good)
    body = format_html(
        '<rect width="{0}" height="44" class="l4"/><rect x="{0}" width="{1}" height="44" class="l1"/>'
        '<rect x="{0}" width="{1}" height="44" fill="url(#hatch)"/>'
        '<line x1="{0}" x2="{0}" y1="0" y2="44" class="s-page w3"/>',
        cut, at(1 - good),
    )  # fmt: skip
    return svg(44, body, label=label)


@register.simple_tag
def lift_bar(now: float, after: float, full: float = 100.0) -> SafeString:
    """A score today, and what a change would add."""
    body = format_html(
        '<rect width="100%" height="16" class="f-wash"/><rect width="{}" height="16" class="f-mid"/>'
        '<rect width="{}" height="16" class="f-acc"/>',
        at(after, 0, full), at(min(now, after), 0, full),
    )  # fmt: skip
    return svg(16, body)


@register.simple_tag
def number_line(
    value: float,
    lower: float,
    upper: float,
    *,
    low: float,
    high: float,
    label: str,
    ticks: tuple[float, ...] = (),
) -> SafeString:
    """A value and its interval on a scale of five ticks, or of those that are named."""
    steps = ticks or tuple(low + i * (high - low) / 4 for i in range(5))
    anchors = ("start", *["middle"] * (len(steps) - 2), "end")
    decimals = 0 if all(float(step).is_integer() for step in steps) else 1
    axis = format_html_join(
        "",
        '<line x1="{0}" x2="{0}" y1="25" y2="35" class="s-edge"/><text x="{0}" y="55" text-anchor="{1}">{2}</text>',
        (
            (at(step, low, high), anchor, numerals.number(step, decimals))
            for step, anchor in zip(steps, anchors, strict=True)
        ),
    )
    body = format_html(
        '<line x1="0" x2="100%" y1="30" y2="30" class="s-edge"/>{}'
        '<line x1="{}" x2="{}" y1="30" y2="30" stroke-width="10" class="s-mid"/>'
        '<circle cx="{}" cy="30" r="6.5" class="f-acc"/>',
        axis, at(lower, low, high), at(upper, low, high), at(value, low, high),
    )  # fmt: skip
    return svg(70, body, label=label)


@register.simple_tag
@lru_cache(maxsize=512)
def workdays(n_used: int, n_all: int) -> SafeString:
    """A square a working day: filled used, hollow left, alert over."""
    total = max(n_used, n_all)
    if total > MAX_SQUARES:
        return mark_safe("")
    body = format_html_join(
        "",
        '<rect x="{}" y=".75" width="8" height="8" class="{}"/>',
        (
            (f"{0.75 + 11 * i:.2f}", "f-alert" if i >= n_all else "f-acc" if i < n_used else "sq")
            for i in range(total)
        ),
    )
    return svg(10, body, width=str(11 * total))
