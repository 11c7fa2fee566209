"""Why a place changed: own work, others' work, new weights; parts that sum to the whole-number change."""

from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext, ngettext

from evaluation.reports.charts import style, words, wrapping
from evaluation.reports.charts.marks import Box, Dot, Line, Picture
from evaluation.reports.charts.sheet import Saying, Sheet, render

ROW = 34.0
BAR = 17.0


@dataclass(frozen=True)
class Cause:
    """Places gained (or lost) by one cause; own causes are the unit's own doing."""

    name: str
    gain: float
    own: bool


@dataclass(frozen=True)
class RankChangeData:
    """Causes sum to rank_before - rank_after; own causes come first."""

    name: str
    label_before: str
    label_after: str
    rank_before: int
    rank_after: int
    causes: tuple[Cause, ...]
    measure: str
    source: str


@dataclass(frozen=True)
class Scale:
    """Places along the axis, the better to the right."""

    left: float
    step: float
    worst: float

    def x(self, rank: float) -> float:
        return self.left + self.step * (self.worst - rank)


def rank_change_chart(
    data: RankChangeData, language: str, fmt: style.Format = "svg", *, wide: bool = False
) -> bytes:
    return render(draw(data, language, wide=wide), fmt)


def draw(data: RankChangeData, language: str, *, wide: bool = False) -> Picture:
    with translation.override(language):
        saying = say(data, language)
        sheet = Sheet(language, wide=wide)
        sheet.heading(saying)
        _body(sheet, data)
        return sheet.finish(saying)


def say(data: RankChangeData, language: str) -> Saying:
    change = data.rank_before - data.rank_after
    own = sum(cause.gain for cause in data.causes if cause.own)
    facts = {
        "name": wrapping.whole(data.name), "a": words.place(data.rank_before, language),
        "b": words.place(data.rank_after, language), "own": words.signed(own),
        "others": words.signed(change - own),
    }  # fmt: skip
    if change == 0:
        title = gettext("%(name)s stays in %(a)s place: %(own)s by its own work, %(others)s by the rest")
    elif change > 0:
        title = gettext("%(name)s rose from %(a)s to %(b)s: %(own)s by its own work, %(others)s by the rest")
    else:
        title = gettext("%(name)s fell from %(a)s to %(b)s: %(own)s by its own work, %(others)s by the rest")
    title %= facts
    reading = gettext("Places gained and lost, by cause. The parts add up exactly.")
    figures = [
        f"{cause.name} {words.signed(cause.gain)}"
        for cause in sorted(data.causes, key=lambda cause: -abs(cause.gain))[:3]
    ]
    return Saying(
        title, words.sentences(data.measure, reading, language=language), data.source,
        words.listed(title, *figures, language=language),
    )  # fmt: skip


def _body(sheet: Sheet, data: RankChangeData) -> None:
    own = [cause for cause in data.causes if cause.own]
    rest = [cause for cause in data.causes if not cause.own]
    at, path = float(data.rank_before), [float(data.rank_before)]
    for cause in (*own, *rest):
        at -= cause.gain
        path.append(at)
    labels = [cause.name for cause in data.causes]
    longest = max((sheet.measure(label, style.LABEL + 0.5) for label in labels), default=80.0)
    name_room = min(max(longest + 4, 110), (sheet.right - sheet.left) * 0.4)
    left, right = sheet.left + name_room + 42, sheet.right - 40
    worst, best = max(path), min(path)
    span = max(worst - best, 1.0)

    x = Scale(left, (right - left) / span, worst).x
    _axis(sheet, Scale(left, (right - left) / span, worst), best)
    top = sheet.y
    n_rows = len(data.causes) + 2
    for rank in _round_ranks(worst, best):
        sheet.add(Line(((x(rank), top), (x(rank), top + ROW * n_rows)), style.GRID))
    _end(sheet, data.label_before, data.rank_before, x(data.rank_before))
    for i, cause in enumerate((*own, *rest)):
        if i == len(own) and own:
            sheet.rule(sheet.y)
        _step(sheet, cause, x(path[i]), x(path[i + 1]), name_room)
    sheet.add(
        Line(((x(path[-1]), sheet.y - (ROW - BAR) / 2), (x(path[-1]), sheet.y + ROW / 2)), style.EDGE, 0.9)
    )
    _end(sheet, data.label_after, data.rank_after, x(data.rank_after))
    _sums(sheet, sum(cause.gain for cause in own), sum(cause.gain for cause in rest))


def _round_ranks(worst: float, best: float) -> list[int]:
    step = next(step for step in (1, 2, 5, 10, 20, 50, 100, 200) if (worst - best) / step <= 6)
    first = int(-(-best // step) * step)
    return list(range(first, int(worst) + 1, step))


def _axis(sheet: Sheet, scale: Scale, best: float) -> None:
    better = gettext("better →")
    sheet.text(scale.left - 20, sheet.y + 8, better, size=style.SMALL, colour=style.SECOND, anchor="end")
    for rank in _round_ranks(scale.worst, best):
        sheet.text(
            scale.x(rank), sheet.y + 8, str(rank), size=style.SMALL, colour=style.MUTED, anchor="middle"
        )
    sheet.y += 14


def _end(sheet: Sheet, label: str, rank: int, x: float) -> None:
    middle = sheet.y + ROW / 2
    text = gettext("%(label)s: place %(rank)s") % {"label": label, "rank": rank}
    room = x - sheet.left - 12
    sheet.text(sheet.left, middle + 4.5, text, size=style.LABEL + 0.5, bold=True, room=room)
    sheet.add(Dot(x, middle, 5.5, style.INK))
    sheet.y += ROW


def _step(sheet: Sheet, cause: Cause, start: float, end: float, name_room: float) -> None:
    middle = sheet.y + ROW / 2
    colour = (
        (style.ACCENT if cause.gain >= 0 else style.WARM)
        if cause.own
        else (style.CONTEXT if cause.gain >= 0 else "#b4ab9c")
    )
    sheet.add(Line(((start, sheet.y - (ROW - BAR) / 2), (start, middle + BAR / 2)), style.EDGE, 0.9))
    lines = wrapping.wrap(cause.name, style.LABEL + 0.5, sheet.language, name_room, most=2)
    sheet.lines(sheet.left, middle, lines, size=style.LABEL + 0.5, step=14)
    left, right = min(start, end), max(start, end)
    sheet.add(Box(left, middle - BAR / 2, max(right - left, 0.8), BAR, colour))
    text = words.signed(cause.gain)
    if cause.gain >= 0:
        sheet.text(right + 5, middle + 4.5, text, size=style.VALUE, halo=True)
    else:
        sheet.text(left - 5, middle + 4.5, text, size=style.VALUE, anchor="end", halo=True)
    sheet.y += ROW


def _sums(sheet: Sheet, own: float, rest: float) -> None:
    n = max(1, round(abs(own)))
    first = ngettext("Own work: %(gain)s place", "Own work: %(gain)s places", n) % {"gain": words.signed(own)}
    second = gettext("Not its own doing: %(gain)s") % {"gain": words.signed(rest)}
    y = sheet.y + 14
    mark = sheet.text(sheet.left, y, first, size=style.VALUE, colour=style.ACCENT, bold=True)
    x = sheet.box_of(mark)[2] + 22
    sheet.text(x, y, second, size=style.VALUE, colour=style.CONTEXT, bold=True)
    sheet.y += 22
