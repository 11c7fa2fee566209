"""The funnel: how few units differ from the whole by more than chance."""

import math
from dataclasses import dataclass

import numpy as np
from django.utils import translation
from django.utils.translation import gettext, ngettext

from evaluation.reports.charts import limits, style, words
from evaluation.reports.charts.marks import Area, Dot, Line, Picture, Text
from evaluation.reports.charts.sheet import Saying, Sheet, render

HEIGHT = 248.0
INNER, OUTER = 0.95, 0.998
STEPS = (1, 3, 10, 30, 100, 300, 1000, 3000, 10_000, 30_000, 100_000, 300_000, 1_000_000)


@dataclass(frozen=True)
class FunnelPoint:
    """Good ratings out of all ratings of one unit."""

    name: str
    good: int
    n: int

    @property
    def share(self) -> float:
        return self.good / self.n


@dataclass(frozen=True)
class FunnelData:
    """rho is the overdispersion (intraclass correlation) of the beta-binomial; 0 means plain chance."""

    points: tuple[FunnelPoint, ...]
    rho: float
    measure: str
    n_head: str
    whole: str
    source: str

    @property
    def centre(self) -> float:
        return sum(p.good for p in self.points) / sum(p.n for p in self.points)


@dataclass(frozen=True)
class Verdict:
    """An outlier beyond 99.8 % (strong) or 95 %, by its own exact tail probability."""

    point: FunnelPoint
    p: float

    @property
    def strong(self) -> bool:
        return self.p < 1 - OUTER

    @property
    def weak(self) -> bool:
        return not self.strong and self.p < 1 - INNER


@dataclass(frozen=True)
class Plot:
    left: float
    right: float
    top: float
    n_low: float
    n_high: float
    low: float
    high: float

    def x(self, n: float) -> float:
        span = math.log(self.n_high / self.n_low)
        return self.left + (self.right - self.left) * math.log(n / self.n_low) / span

    def y(self, share: float) -> float:
        inside = min(max(share, self.low), self.high)
        return self.top + HEIGHT * (self.high - inside) / (self.high - self.low)


def funnel_chart(data: FunnelData, language: str, fmt: style.Format = "svg", *, wide: bool = False) -> bytes:
    return render(draw(data, language, wide=wide), fmt)


def draw(data: FunnelData, language: str, *, wide: bool = False) -> Picture:
    with translation.override(language):
        verdicts = judge(data)
        saying = say(data, verdicts, language)
        sheet = Sheet(language, wide=wide)
        sheet.heading(saying)
        if verdicts:
            _body(sheet, data, verdicts)
        return sheet.finish(saying)


def judge(data: FunnelData) -> list[Verdict]:
    """Every unit with ratings, and how surprising its share would be by chance alone."""
    return [Verdict(p, limits.two_sided(p.good, p.n, data.centre, data.rho)) for p in data.points if p.n > 0]


def say(data: FunnelData, verdicts: list[Verdict], language: str) -> Saying:
    if not verdicts:
        title = gettext("Nobody has rated yet")
        return Saying(title, data.measure, data.source, title)
    strong = sorted((v for v in verdicts if v.strong), key=lambda v: v.point.share)
    n = len(verdicts)
    if not strong:
        title = gettext("None of the %(n)s differs from the whole by more than chance") % {"n": n}
    elif len(strong) == n:
        title = gettext("All %(n)s differ from the whole by more than chance") % {"n": n}
    else:
        title = ngettext(
            "%(k)s of %(n)s differs by more than chance; the other %(rest)s should not be ranked",
            "%(k)s of %(n)s differ by more than chance; the other %(rest)s should not be ranked",
            len(strong),
        ) % {"k": len(strong), "n": n, "rest": n - len(strong)}
    reading = gettext("Lines: %(inner)s and %(outer)s limits. Inside them, differences can be luck.") % {
        "inner": words.percent(INNER),
        "outer": words.percent(OUTER, 1),
    }
    expected = gettext("By chance alone about %(k)s of %(n)s would fall outside the %(inner)s line.") % {
        "inner": words.percent(INNER), "k": words.fixed(n * (1 - INNER)), "n": n,
    }  # fmt: skip
    shown = [*strong[:2], *strong[2:][-1:]] or [Verdict(p, 1) for p in data.points[:3]]
    figures = [f"{v.point.name} {words.percent(v.point.share)} (n = {words.count(v.point.n)})" for v in shown]
    return Saying(
        title, words.sentences(data.measure, reading, language=language),
        words.sentences(data.source, expected, language=language), words.listed(title, *figures, language=language),
    )  # fmt: skip


def _body(sheet: Sheet, data: FunnelData, verdicts: list[Verdict]) -> None:
    sizes = [v.point.n for v in verdicts]
    n_low = max((step for step in STEPS if step <= max(min(sizes), 1)), default=1)
    n_high = min((step for step in STEPS if step >= max(sizes)), default=max(sizes))
    if n_low == n_high:
        n_high *= 3
    lowest = min(v.point.share for v in verdicts)
    edge = max(0.0, math.floor((min(lowest, data.centre) - 0.15) * 10) / 10)
    highest = max(v.point.share for v in verdicts)
    ceiling = min(1.0, math.ceil((max(highest, data.centre) + 0.1) * 10) / 10)
    if ceiling - edge > 0.61:
        edge, ceiling = math.floor(edge * 5) / 5, math.ceil(ceiling * 5) / 5
    tail = max(sheet.measure(data.whole, style.SMALL), 30.0) + 6
    plot = Plot(sheet.left + 30, sheet.right - tail, sheet.y + 4, n_low, n_high, edge, ceiling)
    _limits(sheet, data, plot)
    _axes(sheet, data, plot)
    for verdict in sorted(verdicts, key=lambda v: v.strong):
        _dot(sheet, data, plot, verdict)
    _labels(sheet, data, plot, verdicts)
    sheet.y = plot.top + HEIGHT + 40


def _limits(sheet: Sheet, data: FunnelData, plot: Plot) -> None:
    grid = np.unique(np.round(np.geomspace(plot.n_low, plot.n_high, 56)).astype(int))
    shades = ((OUTER, style.WASH, "#7d7768", 1.1), (INNER, "#ede9df", "#b5ae9f", 0.9))
    for coverage, fill, colour, width in shades:
        bounds = [limits.bounds(int(n), data.centre, data.rho, coverage) for n in grid]
        lower = [(plot.x(n), plot.y(low)) for n, (low, _) in zip(grid, bounds, strict=True)]
        upper = [(plot.x(n), plot.y(high)) for n, (_, high) in zip(grid, bounds, strict=True)]
        sheet.add(Area((*upper, *reversed(lower)), fill))
        sheet.add(Line(tuple(lower), colour, width), Line(tuple(upper), colour, width))


def _axes(sheet: Sheet, data: FunnelData, plot: Plot) -> None:
    step = 0.1 if plot.high - plot.low <= 0.61 else 0.2
    n_lines = round((plot.high - plot.low) / step)
    for i in range(n_lines + 1):
        share = plot.high - i * step
        if share < plot.low - 1e-9:
            continue
        y = plot.y(share)
        sheet.text(
            plot.left - 6, y + 4, words.fixed(share * 100) + ("%" if i == 0 else ""), size=style.SMALL,
            colour=style.MUTED, anchor="end",
        )  # fmt: skip
    bottom = plot.top + HEIGHT
    sheet.add(Line(((plot.left, bottom), (plot.right, bottom)), style.EDGE))
    for n in STEPS:
        if plot.n_low <= n <= plot.n_high:
            x = plot.x(n)
            sheet.add(Line(((x, bottom), (x, bottom + 4)), style.EDGE))
            sheet.text(x, bottom + 16, words.count(n), size=style.SMALL, colour=style.MUTED, anchor="middle")
    head = gettext("%(what)s (log scale)") % {"what": data.n_head}
    middle = (plot.left + plot.right) / 2
    sheet.text(middle, bottom + 33, head, size=style.SMALL, colour=style.SECOND, anchor="middle")
    y = plot.y(data.centre)
    sheet.add(Line(((plot.left, y), (plot.right, y)), style.INK, 1.2))
    sheet.text(plot.right + 5, y + 4, words.percent(data.centre), size=style.VALUE, bold=True)
    sheet.text(plot.right + 5, y + 17, data.whole, size=style.SMALL, colour=style.MUTED)


def _colour(data: FunnelData, verdict: Verdict) -> str:
    if not verdict.strong:
        return style.CONTEXT
    return style.ACCENT if verdict.point.share > data.centre else style.WARM


def _dot(sheet: Sheet, data: FunnelData, plot: Plot, verdict: Verdict) -> None:
    x, y = plot.x(verdict.point.n), plot.y(verdict.point.share)
    if verdict.weak:
        sheet.add(Dot(x, y, 3.4, style.PAPER, style.CONTEXT, 1.4))
    elif verdict.strong:
        sheet.add(Dot(x, y, 4.6, _colour(data, verdict), style.PAPER, 0.9))
    else:
        sheet.add(Dot(x, y, 3.5, style.CONTEXT, style.PAPER, 0.9))
    sheet.take((x - 4, y - 4, x + 4, y + 4))


def _labels(sheet: Sheet, data: FunnelData, plot: Plot, verdicts: list[Verdict]) -> None:
    """Outliers by name, the most surprising first, each only where its label hides nothing."""
    for verdict in sorted((v for v in verdicts if v.strong), key=lambda v: v.p)[:12]:
        point = verdict.point
        x, y = plot.x(point.n), plot.y(point.share)
        text = f"{point.name} {words.percent(point.share)}"
        size, colour = style.LABEL, _colour(data, verdict)
        outward = -1 if point.share > data.centre else 1
        sheet.label(
            [
                Text(x - 8, y + 4, text, size, colour, "end", bold=True, halo=True),
                Text(x + 8, y + 4, text, size, colour, "start", bold=True, halo=True),
                Text(x, y + 4 + 13 * outward, text, size, colour, "middle", bold=True, halo=True),
                Text(x - 6, y + 4 + 13 * outward, text, size, colour, "end", bold=True, halo=True),
                Text(x, y + 4 - 13 * outward, text, size, colour, "middle", bold=True, halo=True),
            ]
        )
