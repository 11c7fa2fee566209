"""The shape of one distribution: shown wherever a mean is shown, because a mean may describe nobody."""

from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext

from evaluation.reports.charts import style, words, wrapping
from evaluation.reports.charts.marks import Box, Picture
from evaluation.reports.charts.sheet import Saying, Sheet, render

ROW = 35.0


@dataclass(frozen=True)
class ShapeData:
    """labels and counts from the lowest level to the highest."""

    labels: tuple[str, ...]
    counts: tuple[int, ...]
    question: str
    source: str

    @property
    def n(self) -> int:
        return sum(self.counts)

    @property
    def mean(self) -> float:
        return sum((i + 1) * n for i, n in enumerate(self.counts)) / self.n


def shape_chart(data: ShapeData, language: str, fmt: style.Format = "svg", *, wide: bool = False) -> bytes:
    return render(draw(data, language, wide=wide), fmt)


def draw(data: ShapeData, language: str, *, wide: bool = False) -> Picture:
    with translation.override(language):
        saying = say(data, language)
        sheet = Sheet(language, wide=wide)
        sheet.heading(saying)
        if data.n:
            _bars(sheet, data)
        return sheet.finish(saying)


def say(data: ShapeData, language: str) -> Saying:
    if not data.n:
        title = gettext("Nobody has answered yet")
        return Saying(title, data.question, data.source, title)
    extremes = (data.counts[0] + data.counts[-1]) / data.n
    inner = data.counts[1:-1]
    top = max(range(len(data.counts)), key=lambda i: (data.counts[i], i))
    facts = {
        "share": words.percent(extremes), "mean": words.fixed(data.mean, 1),
        "level": data.labels[top], "most": words.percent(data.counts[top] / data.n),
    }  # fmt: skip
    ends = min(data.counts[0], data.counts[-1])
    if len(data.counts) > 2 and extremes >= 2 / 3 and ends > max(inner, default=0):
        title = gettext("%(share)s of answers are extreme: the average of %(mean)s describes hardly anybody")
    else:
        title = gettext("%(most)s of answers say “%(level)s”; the average is %(mean)s")
    reading = gettext("Share of answers at each level; average on a scale from 1 to %(k)s.") % {
        "k": len(data.counts)
    }
    title %= facts
    figures = [
        f"{data.labels[i]} {words.percent(data.counts[i] / data.n)}"
        for i in sorted(range(len(data.counts)), key=lambda i: (-data.counts[i], i))[:3]
    ]
    return Saying(
        title, words.sentences(data.question, reading, language=language), data.source,
        words.listed(title, *figures, language=language),
    )  # fmt: skip


def _bars(sheet: Sheet, data: ShapeData) -> None:
    colours = style.level_colours(len(data.labels))
    longest = max(sheet.measure(label, style.LABEL + 1) for label in data.labels)
    name_room = min(longest + 2, (sheet.right - sheet.left) * 0.42)
    first = sheet.left + name_room + 6
    room = sheet.right - first - 42
    most = max(data.counts) / data.n
    biggest = sorted(data.counts)[-2:]
    for level in reversed(range(len(data.labels))):
        share = data.counts[level] / data.n
        middle = sheet.y + ROW / 2
        lines = wrapping.wrap(data.labels[level], style.LABEL + 1, sheet.language, name_room, most=2)
        sheet.lines(sheet.left, middle, lines, size=style.LABEL + 1, step=14)
        width = max(share / most * room, 0.6)
        sheet.add(Box(first, middle - 11, width, 22, colours[level]))
        strong = data.counts[level] in biggest and colours[level] in (style.LEVELS[0], style.LEVELS[-1])
        sheet.text(
            first + width + 6, middle + 4.8, words.percent(share), size=13,
            colour=colours[level] if strong else style.INK, bold=strong,
        )  # fmt: skip
        sheet.y += ROW
