"""Importance against satisfaction: what to mend first, as far as the intervals allow saying so."""

import math
from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext, ngettext

from evaluation.reports.charts import style, words, wrapping
from evaluation.reports.charts.marks import Anchor, Box, Dot, Line, Picture, Text
from evaluation.reports.charts.sheet import Rectangle, Saying, Sheet, render

HEIGHT = 262.0


@dataclass(frozen=True)
class Estimate:
    """A share between 0 and 1 with its interval."""

    share: float
    lower: float
    upper: float


@dataclass(frozen=True)
class Item:
    name: str
    satisfaction: Estimate
    importance: Estimate


@dataclass(frozen=True)
class ImportanceData:
    """The two lines divide the plane, usually at the averages; measures are whole sentences.

    `points` says that satisfaction is an average of 0 to 100 points and not a share.
    """

    items: tuple[Item, ...]
    satisfaction_line: float
    importance_line: float
    measure: str
    source: str
    interval: str = "95%"
    points: bool = False

    def told(self, satisfaction: float) -> str:
        """A satisfaction as it is written."""
        return words.fixed(100 * satisfaction) if self.points else words.percent(satisfaction)


@dataclass(frozen=True)
class Plot:
    left: float
    right: float
    top: float
    x_low: float
    x_high: float
    y_high: float

    def x(self, share: float) -> float:
        return self.left + (self.right - self.left) * (share - self.x_low) / (self.x_high - self.x_low)

    def y(self, share: float) -> float:
        return self.top + HEIGHT * (self.y_high - share) / self.y_high


def importance_chart(
    data: ImportanceData, language: str, fmt: style.Format = "svg", *, wide: bool = False
) -> bytes:
    return render(draw(data, language, wide=wide), fmt)


def draw(data: ImportanceData, language: str, *, wide: bool = False) -> Picture:
    with translation.override(language):
        saying = say(data, language)
        sheet = Sheet(language, wide=wide)
        sheet.heading(saying)
        if data.items:
            _body(sheet, data)
        return sheet.finish(saying)


def is_first(data: ImportanceData, item: Item) -> bool:
    """Both intervals clear the lines: surely important, surely not satisfying."""
    return item.importance.lower > data.importance_line and item.satisfaction.upper < data.satisfaction_line


def urgent(data: ImportanceData) -> list[Item]:
    return sorted(
        (item for item in data.items if is_first(data, item)),
        key=lambda item: -item.importance.share,
    )


def say(data: ImportanceData, language: str) -> Saying:
    first = urgent(data)
    if not first:
        title = gettext("Nothing surely matters much and pleases little")
    else:
        top = first[0]
        most = top.importance.share == max(item.importance.share for item in data.items)
        least = top.satisfaction.share == min(item.satisfaction.share for item in data.items)
        if most and least:
            title = gettext("“%(item)s” matters most and pleases least") % {"item": wrapping.whole(top.name)}
        else:
            title = ngettext(
                "%(n)s thing surely matters much and pleases little, “%(item)s” above all",
                "%(n)s things surely matter much and please little, “%(item)s” above all",
                len(first),
            ) % {"n": len(first), "item": wrapping.whole(top.name)}
    reading = gettext("Crosses: %(interval)s intervals.") % {"interval": data.interval}
    rule = gettext("A cross that touches a line belongs to no corner for sure.")
    shown = (first or sorted(data.items, key=lambda item: -item.importance.share))[:3]
    figures = [
        gettext("%(name)s: importance %(a)s, satisfaction %(b)s")
        % {
            "name": item.name, "a": words.percent(item.importance.share),
            "b": data.told(item.satisfaction.share),
        }
        for item in shown
    ]  # fmt: skip
    return Saying(
        title, words.sentences(data.measure, reading, language=language),
        words.sentences(data.source, rule, language=language), words.listed(title, *figures, language=language),
    )  # fmt: skip


def _body(sheet: Sheet, data: ImportanceData) -> None:
    lows = [item.satisfaction.lower for item in data.items] + [data.satisfaction_line]
    highs = [item.importance.upper for item in data.items] + [data.importance_line]
    ups = [item.satisfaction.upper for item in data.items] + [data.satisfaction_line]
    sheet.text(sheet.left, sheet.y + 8, gettext("Importance"), size=style.SMALL, colour=style.SECOND)
    plot = Plot(
        sheet.left + 32, sheet.right - 2, sheet.y + 16,
        max(0.0, math.floor(min(lows) * 10 - 0.5) / 10), min(1.0, math.ceil(max(ups) * 10 + 0.3) / 10),
        min(1.0, math.ceil(max(highs) * 10 + 0.5) / 10),
    )  # fmt: skip
    _plane(sheet, data, plot)
    first = urgent(data)
    for item in data.items:
        _cross(sheet, item, plot, style.WARM if item in first else style.CONTEXT)
    for item in sorted(data.items, key=lambda item: (item not in first, -item.importance.share)):
        _name(sheet, item, plot, strong=item in first)
    bottom = plot.top + HEIGHT
    sheet.text(
        plot.right,
        bottom + 31,
        gettext("Satisfaction →"),
        size=style.SMALL,
        colour=style.SECOND,
        anchor="end",
    )
    sheet.y = bottom + 38


def _plane(sheet: Sheet, data: ImportanceData, plot: Plot) -> None:
    x, y, bottom = plot.x(data.satisfaction_line), plot.y(data.importance_line), plot.top + HEIGHT
    sheet.add(Box(plot.left, plot.top, x - plot.left, y - plot.top, style.WARM_WASH))
    step = 0.1 if plot.x_high - plot.x_low <= 0.4 else 0.2
    at = math.ceil(plot.x_low / step - 1e-9) * step
    while at <= plot.x_high + 1e-9:
        last = at + step > plot.x_high + 1e-9
        sheet.add(Line(((plot.x(at), plot.top), (plot.x(at), bottom)), style.GRID))
        text = words.fixed(at * 100) + ("%" if last and not data.points else "")
        anchor: Anchor = "end" if plot.x(at) > plot.right - 12 else "middle"
        sheet.text(plot.x(at), bottom + 16, text, size=style.SMALL, colour=style.MUTED, anchor=anchor)
        at += step
    step = 0.1 if plot.y_high <= 0.4 else 0.2
    at = 0.0
    while at <= plot.y_high + 1e-9:
        last = at + step > plot.y_high + 1e-9
        sheet.add(Line(((plot.left, plot.y(at)), (plot.right, plot.y(at))), style.GRID))
        text = words.fixed(at * 100) + ("%" if last else "")
        sheet.text(plot.left - 6, plot.y(at) + 4, text, size=style.SMALL, colour=style.MUTED, anchor="end")
        at += step
    sheet.add(
        Line(((x, plot.top), (x, bottom)), style.EDGE), Line(((plot.left, y), (plot.right, y)), style.EDGE)
    )
    corners = (
        (plot.left + 6, plot.top + 15, gettext("Act first"), style.WARM, "start"),
        (plot.right - 5, plot.top + 15, gettext("Keep it up"), style.MUTED, "end"),
        (plot.left + 6, bottom - 7, gettext("Lower priority"), style.MUTED, "start"),
        (plot.right - 5, bottom - 7, gettext("Good enough"), style.MUTED, "end"),
    )
    for cx, cy, text, colour, side in corners:
        mark = sheet.text(
            cx,
            cy,
            text,
            size=style.LABEL,
            colour=colour,
            anchor="end" if side == "end" else "start",
            bold=True,
        )
        sheet.take(sheet.box_of(mark))


def _cross(sheet: Sheet, item: Item, plot: Plot, colour: str) -> None:
    x, y = plot.x(item.satisfaction.share), plot.y(item.importance.share)
    left, right = plot.x(item.satisfaction.lower), plot.x(item.satisfaction.upper)
    top, bottom = plot.y(item.importance.upper), plot.y(item.importance.lower)
    pale = "#b9845a" if colour == style.WARM else "#a5a9b0"
    sheet.add(Line(((left, y), (right, y)), pale, 1.4), Line(((x, top), (x, bottom)), pale, 1.4))
    sheet.add(Dot(x, y, 4.2 if colour == style.WARM else 3.4, colour, style.PAPER, 0.9))
    sheet.take((left, y - 2, right, y + 2), (x - 2, top, x + 2, bottom), (x - 4, y - 4, x + 4, y + 4))


def _name(sheet: Sheet, item: Item, plot: Plot, *, strong: bool) -> None:
    """Beside, above or below its cross, wherever nothing is hidden; short names win where it is crowded."""
    x, y = plot.x(item.satisfaction.share), plot.y(item.importance.share)
    left, right = plot.x(item.satisfaction.lower), plot.x(item.satisfaction.upper)
    top, bottom = plot.y(item.importance.upper), plot.y(item.importance.lower)
    spots: list[tuple[float, float, Anchor]] = [
        (right + 5, y + 4, "start"), (left - 5, y + 4, "end"), (x + 6, y - 6, "start"), (x - 6, y - 6, "end"),
        (x + 6, y + 14, "start"), (x - 6, y + 14, "end"), (x, top - 4, "middle"), (x, bottom + 12, "middle"),
        (x + 6, top - 3, "start"), (x - 6, top - 3, "end"), (x + 6, bottom + 11, "start"),
        (x - 6, bottom + 11, "end"), (x + 10, y - 17, "start"), (x - 10, y - 17, "end"),
        (x + 10, y + 25, "start"), (x - 10, y + 25, "end"),
    ]  # fmt: skip
    colour = style.WARM if strong else style.INK
    short = wrapping.shorten(item.name, style.LABEL, sheet.language, 120)
    options = [
        Text(a, b, text, style.LABEL, colour, anchor, strong, True)
        for text in (wrapping.clean(item.name), short)
        for a, b, anchor in spots
    ]
    sheet.label([text for text in options if _inside(sheet.box_of(text), plot)])


def _inside(area: Rectangle, plot: Plot) -> bool:
    left, top, right, bottom = area
    return (
        left >= plot.left + 2 and right <= plot.right and top >= plot.top and bottom <= plot.top + HEIGHT - 2
    )
