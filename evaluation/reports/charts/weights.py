"""Weight sensitivity: which places depend on the weights chosen."""

from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext

from evaluation.reports.charts import style, words, wrapping
from evaluation.reports.charts.marks import Box, Curve, Dot, Picture
from evaluation.reports.charts.sheet import Saying, Sheet, render

ROW = 29.0


@dataclass(frozen=True)
class WeightSet:
    """One column: a name and the weights in words (40·40·20)."""

    name: str
    weights: str


@dataclass(frozen=True)
class RankLine:
    """A unit's place under each set of weights."""

    name: str
    ranks: tuple[int, ...]


@dataclass(frozen=True)
class WeightsData:
    """`official` is the index of the column that counts; ranks of each column are a permutation or hold ties."""

    columns: tuple[WeightSet, ...]
    lines: tuple[RankLine, ...]
    official: int
    measure: str
    source: str


def weights_chart(
    data: WeightsData, language: str, fmt: style.Format = "svg", *, wide: bool = False
) -> bytes:
    return render(draw(data, language, wide=wide), fmt)


def draw(data: WeightsData, language: str, *, wide: bool = False) -> Picture:
    with translation.override(language):
        risen, fallen = _movers(data)
        saying = say(data, risen, fallen, language)
        sheet = Sheet(language, wide=wide)
        sheet.heading(saying)
        if data.lines:
            _body(sheet, data, risen, fallen)
        return sheet.finish(saying)


def _gain(data: WeightsData, line: RankLine, column: int) -> int:
    return line.ranks[data.official] - line.ranks[column]


def _movers(data: WeightsData) -> tuple[tuple[RankLine, int] | None, tuple[RankLine, int] | None]:
    """Whoever rises most and whoever falls most, and under which column; nobody for moves of one place."""
    pairs = [(line, column) for line in data.lines for column in range(len(data.columns))]
    if not pairs:
        return None, None
    up = max(pairs, key=lambda pair: _gain(data, *pair))
    others = [pair for pair in pairs if pair[0] is not up[0]]
    down = min(others, key=lambda pair: _gain(data, *pair), default=None)
    return (
        up if _gain(data, *up) > 1 else None,
        down if down and _gain(data, *down) < -1 else None,
    )


def say(
    data: WeightsData, up: tuple[RankLine, int] | None, down: tuple[RankLine, int] | None, language: str
) -> Saying:
    told = up
    if down and (not up or -_gain(data, *down) > _gain(data, *up)):
        told = down
    if told is None:
        title = gettext("No place moves by more than one under these weights")
        facts = {}
    else:
        line, column = told
        facts = {
            "name": wrapping.whole(line.name), "a": words.place(line.ranks[data.official], language),
            "b": words.place(line.ranks[column], language), "column": data.columns[column].name,
        }  # fmt: skip
        title = (
            gettext("%(name)s climbs from %(a)s to %(b)s place under “%(column)s”")
            if told is up
            else gettext("%(name)s falls from %(a)s to %(b)s place under “%(column)s”")
        ) % facts
    n_moved = sum(len(set(line.ranks)) > 1 for line in data.lines)
    reading = gettext("%(moved)s of %(n)s change place under some of the weights.") % {
        "moved": n_moved, "n": len(data.lines),
    }  # fmt: skip
    chance = gettext("Lines show order, not distance: neighbours may differ by chance alone.")
    figures = [
        gettext("%(name)s: %(ranks)s")
        % {"name": line.name, "ranks": words.commas(map(str, line.ranks), language=language)}
        for line in data.lines[:3]
    ]
    return Saying(
        title, words.sentences(data.measure, reading, language=language),
        words.sentences(data.source, chance, language=language), words.listed(title, *figures, language=language),
    )  # fmt: skip


def _body(
    sheet: Sheet, data: WeightsData, up: tuple[RankLine, int] | None, down: tuple[RankLine, int] | None
) -> None:
    last = sorted(data.lines, key=lambda line: line.ranks[-1])
    n = len(last)
    longest = max(sheet.measure(line.name, style.LABEL) for line in data.lines)
    name_room = min(longest + 4, (sheet.right - sheet.left) * 0.36)
    first, final = sheet.left + 24, sheet.right - name_room - 15
    gap = (final - first) / max(len(data.columns) - 1, 1)
    xs = [first + i * gap for i in range(len(data.columns))]
    _heads(sheet, data, xs, gap)
    top = sheet.y + ROW / 2
    spots = {
        (line.name, column): top + ROW * place
        for column in range(len(data.columns))
        for place, line in enumerate(sorted(data.lines, key=lambda each: each.ranks[column]))
    }
    sheet.add(Box(xs[data.official] - 19, sheet.y, 38, ROW * n, style.WASH))
    strong = {up[0].name: style.ACCENT} if up else {}
    strong |= {down[0].name: style.WARM} if down else {}
    for line in sorted(data.lines, key=lambda each: each.name in strong):
        _line(sheet, line, xs, spots, strong.get(line.name))
    for line in last:
        lines = wrapping.wrap(line.name, style.LABEL, sheet.language, name_room, most=2)
        colour = strong.get(line.name, style.INK)
        middle = spots[line.name, len(xs) - 1]
        sheet.lines(final + 15, middle, lines, colour=colour, bold=line.name in strong, step=12.5)
    sheet.y += ROW * n + 6


def _heads(sheet: Sheet, data: WeightsData, xs: list[float], gap: float) -> None:
    heads = [wrapping.wrap(c.name, style.LABEL, sheet.language, gap - 4, most=3) for c in data.columns]
    tall = max(len(lines) for lines in heads)
    for i, (x, lines, column) in enumerate(zip(xs, heads, data.columns, strict=True)):
        for j, line in enumerate(lines):
            y = sheet.y + 10 + (tall - len(lines) + j) * 13.5
            anchor_x = max(x, sheet.left + sheet.measure(line, style.LABEL) / 2)
            sheet.text(anchor_x, y, line, size=style.LABEL, anchor="middle", bold=i == data.official)
        y = sheet.y + 10 + tall * 13.5 + 2
        sheet.text(
            max(x, sheet.left + sheet.measure(column.weights, 10.5) / 2), y, column.weights, size=10.5,
            colour=style.MUTED, anchor="middle",
        )  # fmt: skip
    sheet.y += 18 + tall * 13.5 + 6


def _line(
    sheet: Sheet,
    line: RankLine,
    xs: list[float],
    spots: dict[tuple[str, int], float],
    colour: str | None,
) -> None:
    reach = 10.0
    for i in range(len(xs) - 1):
        a, b = spots[line.name, i], spots[line.name, i + 1]
        start, end = xs[i] + reach, xs[i + 1] - reach
        bend = (end - start) * 0.45
        sheet.add(
            Curve(
                ((start, a), (start + bend, a), (end - bend, b), (end, b)),
                colour or style.CONTEXT_LINE, 2.6 if colour else 1.7,
            )
        )  # fmt: skip
    for i, x in enumerate(xs):
        y = spots[line.name, i]
        if colour:
            sheet.add(Dot(x, y, 9.5, colour, style.PAPER, 1.2))
        sheet.text(
            x, y + 4, str(line.ranks[i]), size=style.SMALL, anchor="middle", bold=bool(colour),
            colour=style.PAPER if colour else style.SECOND,
        )  # fmt: skip
