"""The line a figure and its interval are drawn on."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from surveys.core import numerals

STEPS = (1, 2, 4, 5, 10, 20, 25, 50, 100)


@dataclass(frozen=True)
class Scale:
    low: float
    high: float
    value: float
    lower: float
    upper: float
    label: str
    ticks: tuple[float, ...] = ()


def round_line(value: float, lower: float, upper: float, most: float | None) -> Scale:
    """Four round steps around the interval; a share never runs beyond its whole."""
    step = next((step for step in STEPS if 4 * step >= 2 * (upper - lower)), STEPS[-1])
    if most is not None:
        step = min(step, int(most / 4))
    first = max(0.0, step * ((lower + upper) / 2 // step) - 2 * step)
    if most is not None:
        first = min(first, most - 4 * step)
    label = _("Interval from %(low)s to %(high)s") % {
        "low": numerals.number(lower, 1),
        "high": numerals.number(upper, 1),
    }
    return Scale(first, first + 4 * step, value, lower, upper, label)


def places_line(value: float, lower: float, upper: float, last: int) -> Scale | None:
    """The places from first to last, ticked at whole places; none where only one is ranked."""
    if last < 2:
        return None
    ticks = tuple(sorted({round(1 + i * (last - 1) / 4) for i in range(5)}))
    label = _("Places %(places)s possible") % {"places": numerals.places(lower, upper)}
    return Scale(1, last, value, lower, upper, label, ticks)
