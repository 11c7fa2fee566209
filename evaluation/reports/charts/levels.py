"""All levels of a satisfaction scale, row by row, about a line that divides good from bad; and one scale's shape."""

from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext

from evaluation.reports.charts import style, words, wrapping
from evaluation.reports.charts.marks import Box, Line, Picture
from evaluation.reports.charts.sheet import Saying, Sheet, render

ROW = 46.0
BAR = 18.0


@dataclass(frozen=True)
class LevelRow:
    """One unit or service: counts from the lowest level to the highest."""

    name: str
    counts: tuple[int, ...]

    @property
    def n(self) -> int:
        return sum(self.counts)


@dataclass(frozen=True)
class LevelsData:
    """labels low to high; `n_bad` lowest levels are bad; `is_neutral` splits the level above them in two."""

    labels: tuple[str, ...]
    rows: tuple[LevelRow, ...]
    measure: str
    source: str
    n_bad: int = 2
    is_neutral: bool = False


def levels_chart(data: LevelsData, language: str, fmt: style.Format = "svg", *, wide: bool = False) -> bytes:
    return render(draw(data, language, wide=wide), fmt)


def draw(data: LevelsData, language: str, *, wide: bool = False) -> Picture:
    with translation.override(language):
        rows = sorted((row for row in data.rows if row.n), key=lambda row: bad_share(data, row))
        saying = say(data, rows, language)
        sheet = Sheet(language, wide=wide)
        sheet.heading(saying)
        _key(sheet, data)
        _bars(sheet, data, rows)
        return sheet.finish(saying)


def bad_share(data: LevelsData, row: LevelRow) -> float:
    return sum(row.counts[: data.n_bad]) / row.n


def good_share(data: LevelsData, row: LevelRow) -> float:
    """What is neither bad nor neutral."""
    return sum(row.counts[data.n_bad + data.is_neutral :]) / row.n


def say(data: LevelsData, rows: list[LevelRow], language: str) -> Saying:
    if not rows:
        title = gettext("Nobody has rated yet")
        return Saying(title, data.measure, data.source, title)
    worst, best = rows[-1], rows[0]
    facts = {
        "worst": wrapping.whole(worst.name), "bad": words.percent(bad_share(data, worst)),
        "best": wrapping.whole(best.name), "least": words.percent(bad_share(data, best)),
    }  # fmt: skip
    if len(rows) == 1:
        title = gettext("%(bad)s of the ratings of %(worst)s are bad") % facts
    elif facts["bad"] == facts["least"]:
        title = gettext("Bad ratings are equally common everywhere: %(bad)s") % facts
    else:
        title = gettext("%(worst)s: %(bad)s of ratings are bad; %(best)s: %(least)s") % facts
    reading = gettext("Everything left of the line is a bad rating.")
    figures = [
        gettext("%(name)s: %(bad)s bad, n = %(n)s")
        % {"name": row.name, "bad": words.percent(bad_share(data, row)), "n": words.count(row.n)}
        for row in [*rows[-2:][::-1], *rows[:1]]
    ]
    return Saying(
        title, words.sentences(data.measure, reading, language=language), data.source,
        words.listed(title, *figures, language=language),
    )  # fmt: skip


def _key(sheet: Sheet, data: LevelsData) -> None:
    """Five short bars with their words: the only key, in the order of the bars."""
    colours = style.level_colours(len(data.labels))
    whole = min(sheet.right - sheet.left, 480)
    step = whole / len(data.labels)
    wrapped = [wrapping.wrap(label, style.SMALL, sheet.language, step - 6, most=3) for label in data.labels]
    for i, lines in enumerate(wrapped):
        x = sheet.left + i * step
        sheet.add(Box(x, sheet.y, step - 3, 4, colours[i]))
        if i < data.n_bad:
            hatch(sheet, x, sheet.y, step - 3, 4)
        for j, line in enumerate(lines):
            sheet.text(x, sheet.y + 16 + j * 12.5, line, size=style.SMALL, colour=style.SECOND)
    sheet.y += 18 + max(len(lines) for lines in wrapped) * 12.5


def hatch(sheet: Sheet, x: float, y: float, width: float, height: float) -> None:
    """Thin pale slanted lines, cut at the edges: bad ratings are told apart without colour."""
    at = x - height + 3
    while at < x + width:
        a, b = max(at, x), min(at + height, x + width)
        if b - a > 0.5:
            sheet.add(Line(((a, y + height - (a - at)), (b, y + height - (b - at))), "#e9cfa8", 0.7))
        at += 4.5


def _bars(sheet: Sheet, data: LevelsData, rows: list[LevelRow]) -> None:
    if not rows:
        return
    left_most = max(_left_part(data, row) for row in rows)
    right_most = max(1 - _left_part(data, row) for row in rows)
    label = 38.0
    room = sheet.right - sheet.left - 2 * label
    scale = room / max(left_most + right_most, 0.01)
    zero = sheet.left + label + left_most * scale
    for row in rows:
        name_room = sheet.right - sheet.left - 84
        name = sheet.text(sheet.left, sheet.y + 13, row.name, size=13, room=name_room)
        n_text = gettext("n = %(n)s") % {"n": words.count(row.n)}
        sheet.text(sheet.right, sheet.y + 13, n_text, size=style.SMALL, colour=style.MUTED, anchor="end")
        _bar(sheet, data, row, zero, scale)
        top = sheet.y + (17 if sheet.box_of(name)[2] > zero - 2 else 0)
        sheet.add(Line(((zero, top), (zero, sheet.y + ROW)), style.INK, 1.2))
        sheet.y += ROW
    sheet.y += 2


def _left_part(data: LevelsData, row: LevelRow) -> float:
    half = row.counts[data.n_bad] / row.n / 2 if data.is_neutral else 0.0
    return bad_share(data, row) + half


def _bar(sheet: Sheet, data: LevelsData, row: LevelRow, zero: float, scale: float) -> None:
    colours = style.level_colours(len(data.labels))
    top = sheet.y + 19
    x = zero - _left_part(data, row) * scale
    sheet.text(
        x - 5, top + 13.5, words.percent(bad_share(data, row)), size=13, colour=style.LEVELS[0],
        anchor="end", bold=True,
    )  # fmt: skip
    for level, n in enumerate(row.counts):
        share = n / row.n
        width = share * scale
        if n:
            sheet.add(Box(x, top, max(width - 0.8, 0.6), BAR, colours[level]))
            text = words.fixed(share * 100)
            wide_enough = width >= sheet.measure(text, style.SMALL) + 7
            if level < data.n_bad and not wide_enough:
                hatch(sheet, x, top, max(width - 0.8, 0.6), BAR)
            if wide_enough:
                sheet.text(
                    x + width / 2,
                    top + 13,
                    text,
                    size=style.SMALL,
                    colour=style.on(colours[level]),
                    anchor="middle",
                )
        x += width
    sheet.text(
        x + 5, top + 13.5, words.percent(good_share(data, row)), size=13, colour=style.LEVELS[-1], bold=True
    )
