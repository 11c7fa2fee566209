"""A measure over time whose line breaks where the way of measuring changed: no difference is read across a break."""

from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext

from evaluation.reports.charts import style, words, wrapping
from evaluation.reports.charts.marks import Area, Dot, Line, Picture, Text
from evaluation.reports.charts.sheet import Saying, Sheet

HEIGHT = 200.0


@dataclass(frozen=True)
class TrendPoint:
    """One period: its position on the time axis (0, 1, 2 ... equal steps), and a share with its interval."""

    at: int
    share: float
    lower: float
    upper: float


@dataclass(frozen=True)
class Segment:
    """Periods that may be compared with one another; a missing period is left out and breaks the line."""

    name: str
    points: tuple[TrendPoint, ...]


@dataclass(frozen=True)
class TrendData:
    """Segments in time order; `breaks` says in words why each further segment began; ticks label the axis."""

    segments: tuple[Segment, ...]
    breaks: tuple[str, ...]
    ticks: tuple[tuple[int, str], ...]
    measure: str
    source: str
    interval: str = "95%"

    @property
    def points(self) -> list[TrendPoint]:
        return [point for segment in self.segments for point in segment.points]


@dataclass(frozen=True)
class Plot:
    """The plane of the curve: time to x, share to y."""

    left: float
    right: float
    top: float
    first: int
    last: int
    low: float
    high: float

    def x(self, at: float) -> float:
        return self.left + (self.right - self.left) * (at - self.first) / max(self.last - self.first, 1)

    def y(self, share: float) -> float:
        return self.top + HEIGHT * (self.high - share) / (self.high - self.low)


def draw(data: TrendData, language: str, *, wide: bool = False) -> Picture:
    with translation.override(language):
        saying = say(data, language)
        sheet = Sheet(language, wide=wide)
        sheet.heading(saying)
        if data.points:
            _body(sheet, data)
        return sheet.finish(saying)


def say(data: TrendData, language: str) -> Saying:
    if not data.points:
        title = gettext("Nothing has been measured yet")
        return Saying(title, data.measure, data.source, title)
    title = _title(data.segments[-1], broken=len(data.segments) > 1)
    reading = gettext("Band: %(interval)s interval.") % {"interval": data.interval}
    warning = gettext("The parts must not be subtracted.") if len(data.segments) > 1 else ""
    first, last = data.points[0], data.segments[-1].points[-1]
    figures = [
        gettext("first %(share)s") % {"share": words.percent(first.share)},
        gettext("last %(share)s (%(low)s to %(high)s)")
        % {
            "share": words.percent(last.share), "low": words.percent(last.lower),
            "high": words.percent(last.upper),
        },
        gettext("%(n)s periods") % {"n": len(data.points)},
    ]  # fmt: skip
    return Saying(
        title, words.sentences(data.measure, reading, warning, language=language), data.source,
        words.listed(title, *figures, language=language),
    )  # fmt: skip


def _title(segment: Segment, *, broken: bool) -> str:
    """Up or down only where the intervals of the first and the last period do not meet."""
    first, last = segment.points[0], segment.points[-1]
    change = abs(last.share - first.share) * 100
    points = words.fixed(change, 0 if change >= 2 else 1)
    sure = last.lower > first.upper or last.upper < first.lower
    if len(segment.points) < 2:
        return gettext("A new series begins: nothing to compare it with yet")
    if not sure:
        if broken:
            return gettext("No sure change since the break; the jump before it is the measuring")
        return gettext("No sure change from the first period to the last")
    up = last.share > first.share
    if broken:
        return (
            gettext("Up %(points)s points since the break; the jump before it is the measuring")
            if up
            else gettext("Down %(points)s points since the break; the jump before it is the measuring")
        ) % {"points": points}
    return (
        gettext("Up %(points)s points from the first period to the last")
        if up
        else gettext("Down %(points)s points from the first period to the last")
    ) % {"points": points}


def _body(sheet: Sheet, data: TrendData) -> None:
    points = data.points
    low = max(0.0, (int(min(p.lower for p in points) * 10)) / 10)
    high = min(1.0, -(-max(p.upper for p in points) * 10 // 1) / 10)
    if high - low < 0.2:
        low, high = max(0.0, high - 0.2), min(1.0, low + 0.2)
    head = 34.0 if data.breaks else 6.0
    plot = Plot(
        sheet.left + 30, sheet.right - 40, sheet.y + head, min(p.at for p in points),
        max(p.at for p in points), low, high,
    )  # fmt: skip
    _grid(sheet, data, plot)
    for i, why in enumerate(data.breaks):
        _break(sheet, data, plot, i, why)
    for i, segment in enumerate(data.segments):
        _segment(sheet, segment, plot, is_last=i == len(data.segments) - 1)
    _names(sheet, data, plot)
    sheet.y = plot.top + HEIGHT + 26


def _grid(sheet: Sheet, data: TrendData, plot: Plot) -> None:
    step = 0.1 if plot.high - plot.low <= 0.61 else 0.2
    n_lines = round((plot.high - plot.low) / step)
    for i in range(n_lines + 1):
        share = plot.low + i * step
        y = plot.y(share)
        top = i == n_lines
        sheet.add(Line(((plot.left, y), (plot.right + 8, y)), style.EDGE if i == 0 else style.RULE))
        sheet.text(
            plot.left - 6, y + 4, words.fixed(share * 100) + ("%" if top else ""), size=style.SMALL,
            colour=style.MUTED, anchor="end",
        )  # fmt: skip
    bottom = plot.y(plot.low)
    reach = -1e9
    for at, text in data.ticks:
        x, wide = plot.x(at), sheet.measure(text, style.SMALL)
        sheet.add(Line(((x, bottom), (x, bottom + 4)), style.EDGE))
        if x - wide / 2 > reach + 6:
            sheet.text(x, bottom + 16, text, size=style.SMALL, colour=style.MUTED, anchor="middle")
            reach = x + wide / 2


def _break(sheet: Sheet, data: TrendData, plot: Plot, index: int, why: str) -> None:
    after = data.segments[index + 1]
    before = data.segments[index]
    if not after.points or not before.points:
        return
    at = after.points[0].at
    overlap = next((p for p in before.points if p.at == at), None)
    x = plot.x(at) if overlap else plot.x((at + before.points[-1].at) / 2)
    sheet.add(Line(((x, plot.top - 32), (x, plot.top + HEIGHT)), style.INK, 1, dash=(3, 3)))
    room_right, room_left = sheet.right - x - 8, x - sheet.left - 8
    right = room_right >= room_left or room_right > 150
    lines = wrapping.wrap(why, 11.5, sheet.language, max(room_right if right else room_left, 80), most=2)
    for j, line in enumerate(lines):
        sheet.text(
            x + 6 if right else x - 6, plot.top - 22 + 13.5 * j, line, size=11.5,
            anchor="start" if right else "end",
        )  # fmt: skip
    sheet.take((x - 3, plot.top - 32, x + 3, plot.top + HEIGHT))
    if overlap:
        new = after.points[0]
        sheet.add(Line(((x, plot.y(overlap.share)), (x, plot.y(new.share))), style.WARM, 2.4))
        gap = (new.share - overlap.share) * 100
        text = gettext("Both ran in this period: the new one reads %(gap)s") % {"gap": words.signed(gap, 0)}
        middle = (plot.y(overlap.share) + plot.y(new.share)) / 2
        lines = wrapping.wrap(text, 11.5, sheet.language, min(room_right, 176), most=3)
        y = max(middle + 6, plot.y(min(overlap.share, new.lower)) - 4)
        for j, line in enumerate(lines):
            mark = Text(x + 8, y + j * 14, line, 11.5, style.WARM, halo=True)
            sheet.add(mark)
            sheet.take(sheet.box_of(mark))


def _segment(sheet: Sheet, segment: Segment, plot: Plot, *, is_last: bool) -> None:
    """Band, line and dots; a left-out period interrupts both band and line."""
    colour = style.ACCENT if is_last else style.CONTEXT
    runs: list[list[TrendPoint]] = []
    for point in segment.points:
        if runs and point.at == runs[-1][-1].at + 1:
            runs[-1].append(point)
        else:
            runs.append([point])
    for run in runs:
        upper = [(plot.x(p.at), plot.y(p.upper)) for p in run]
        lower = [(plot.x(p.at), plot.y(p.lower)) for p in reversed(run)]
        if len(run) > 1:
            sheet.add(Area((*upper, *lower), "#d0d8f1" if is_last else "#eae7e0"))
            sheet.add(Line(tuple((plot.x(p.at), plot.y(p.share)) for p in run), colour, 2.2, round=True))
        else:
            p = run[0]
            x = plot.x(p.at)
            sheet.add(Line(((x, plot.y(p.lower)), (x, plot.y(p.upper))), style.CONTEXT_LIGHT, 3, round=True))
    for point in segment.points:
        x, y = plot.x(point.at), plot.y(point.share)
        sheet.add(Dot(x, y, 3.6, colour, style.PAPER, 1))
        sheet.take((x - 4, y - 4, x + 4, y + 4))


def _names(sheet: Sheet, data: TrendData, plot: Plot) -> None:
    """First and last value, and each part's name below or above its band, where there is room."""
    first, last = data.points[0], data.segments[-1].points[-1]
    lone = len(data.segments) == 1
    for point, dx, colour in (
        (first, 0.0, style.ACCENT if lone else style.CONTEXT),
        (last, 8.0, style.ACCENT),
    ):
        x, y = plot.x(point.at), plot.y(point.share)
        text = words.percent(point.share)
        if dx:
            sheet.text(x + dx, y + 4.5, text, size=14, colour=colour, bold=True)
        elif first is not last:
            sheet.label(
                [
                    Text(x, y - 9, text, style.VALUE, colour, "middle", bold=True, halo=True),
                    Text(x, y + 18, text, style.VALUE, colour, "middle", bold=True, halo=True),
                ],
                must=True,
            )
    if lone:
        return
    for i, segment in enumerate(data.segments):
        if not segment.points:
            continue
        colour = style.ACCENT if i == len(data.segments) - 1 else style.CONTEXT
        middle = segment.points[len(segment.points) // 2]
        x = (plot.x(segment.points[0].at) + plot.x(segment.points[-1].at)) / 2
        low = max(plot.y(p.lower) for p in segment.points)
        high = min(plot.y(p.upper) for p in segment.points)
        tries = [
            Text(x, y, segment.name, style.VALUE, colour, "middle", bold=True, halo=True)
            for y in (low + 13, high - 7, plot.y(middle.lower) + 13, plot.y(middle.upper) - 6)
            if plot.top < y < plot.top + HEIGHT - 2
        ]
        sheet.label(tries)
