"""Where the points come from: parts that sum to the score, and the units that have none, with reasons."""

from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext

from evaluation.reports.charts import style, words, wrapping
from evaluation.reports.charts.marks import Box, Picture
from evaluation.reports.charts.ranking import Listed
from evaluation.reports.charts.sheet import Saying, Sheet, render

ROW = 28.0
BAR = 17.0
MANY = ("#9aa1aa", style.CONTEXT_LIGHT, "#b9c0cf", "#e9e4d8", "#7f8794", "#cdd3df")


@dataclass(frozen=True)
class Contribution:
    """A ranked unit: its place and what each part adds; parts sum to the score."""

    name: str
    rank: float
    parts: tuple[float, ...]

    @property
    def score(self) -> float:
        return sum(self.parts)


@dataclass(frozen=True)
class ContributionsData:
    """Rows best first; heads name the parts, the first being the residents'."""

    heads: tuple[str, ...]
    rows: tuple[Contribution, ...]
    measure: str
    source: str
    listed: tuple[Listed, ...] = ()


def contributions_chart(
    data: ContributionsData, language: str, fmt: style.Format = "svg", *, wide: bool = False
) -> bytes:
    return render(draw(data, language, wide=wide), fmt)


def draw(data: ContributionsData, language: str, *, wide: bool = False) -> Picture:
    with translation.override(language):
        told = _surprise(data)
        saying = say(data, told, language)
        sheet = Sheet(language, wide=wide)
        sheet.heading(saying)
        _body(sheet, data, told)
        return sheet.finish(saying)


def _surprise(data: ContributionsData) -> Contribution | None:
    """A unit in the first third of the list whose first part is in the last half of all units'."""
    order = sorted(row.parts[0] for row in data.rows)
    for row in data.rows[: -(-len(data.rows) // 3)]:
        if len(data.heads) > 1 and order.index(row.parts[0]) < (len(order) - 1) / 2:
            return row
    return None


def say(data: ContributionsData, told: Contribution | None, language: str) -> Saying:
    if not data.rows:
        title = gettext("Nobody has a score yet")
        return Saying(title, data.measure, data.source, title)
    if told:
        title = gettext("%(name)s comes %(place)s with little help from “%(head)s”") % {
            "name": wrapping.whole(told.name), "place": words.place(told.rank, language), "head": data.heads[0],
        }  # fmt: skip
    else:
        first = data.rows[0]
        largest = max(range(len(first.parts)), key=lambda i: first.parts[i])
        title = gettext("%(name)s leads with %(score)s points; “%(head)s” adds most") % {
            "name": wrapping.whole(first.name), "score": words.fixed(first.score, 1), "head": data.heads[largest],
        }  # fmt: skip
    reading = gettext("Each part is what that source adds; the parts sum to the score.")
    figures = [
        gettext("%(name)s %(score)s points") % {"name": row.name, "score": words.fixed(row.score, 1)}
        for row in [*data.rows[:2], *data.rows[2:][-1:]]
    ]
    return Saying(
        title, words.sentences(data.measure, reading, language=language), data.source,
        words.listed(title, *figures, language=language),
    )  # fmt: skip


def colours_of(n_parts: int) -> tuple[str, ...]:
    return (style.ACCENT, *(MANY[i % len(MANY)] for i in range(n_parts - 1)))


def _body(sheet: Sheet, data: ContributionsData, told: Contribution | None) -> None:
    names = [row.name for row in data.rows] + [row.name for row in data.listed]
    longest = max((sheet.measure(name, style.LABEL) for name in names), default=60.0)
    name_room = min(longest + 4, (sheet.right - sheet.left) * 0.34)
    first = sheet.left + name_room + 9
    room = sheet.right - first - 38
    most = max((sum(max(part, 0) for part in row.parts) for row in data.rows), default=1.0) or 1.0
    scale = room / most
    if data.rows:
        _heads(sheet, data, first, scale)
    for row in data.rows:
        middle = sheet.y + ROW / 2
        if row is told:
            sheet.add(Box(6, sheet.y + 1, sheet.width - 12, ROW - 2, style.ACCENT_WASH))
        lines = wrapping.wrap(row.name, style.LABEL, sheet.language, name_room, most=2)
        sheet.lines(sheet.left, middle, lines, bold=row is told, step=12.5)
        x = first
        for part, colour in zip(row.parts, colours_of(len(row.parts)), strict=True):
            width = max(part, 0.0) * scale
            if width > 0:
                sheet.add(Box(x, middle - BAR / 2, max(width - 0.8, 0.5), BAR, colour))
                text = words.fixed(part)
                if width >= sheet.measure(text, style.SMALL) + 6:
                    sheet.text(
                        x + width / 2,
                        middle + 4,
                        text,
                        size=style.SMALL,
                        colour=style.on(colour),
                        anchor="middle",
                    )
            x += width
        sheet.text(x + 6, middle + 4.8, words.fixed(row.score, 1), size=13, bold=True)
        sheet.y += ROW
    _lane(sheet, data, name_room, first)


def _heads(sheet: Sheet, data: ContributionsData, first: float, scale: float) -> None:
    """Each part is named above its piece of the first bar, or in a row of its own where that is too narrow."""
    x, fits = first, True
    spots = []
    for head, part in zip(data.heads, data.rows[0].parts, strict=True):
        spots.append(x)
        fits &= sheet.measure(head, style.LABEL) <= max(part, 0) * scale + (
            40 if head == data.heads[-1] else -4
        )
        x += max(part, 0.0) * scale
    inks = (style.ACCENT, style.SECOND, style.MUTED)
    if fits:
        for i, (head, spot) in enumerate(zip(data.heads, spots, strict=True)):
            sheet.text(spot, sheet.y + 10, head, size=style.LABEL, colour=inks[min(i, 2)], bold=True)
        sheet.y += 18
        return
    x, y = sheet.left, sheet.y + 10
    for head, colour in zip(data.heads, colours_of(len(data.heads)), strict=True):
        wide = sheet.measure(head, style.SMALL) + 26
        if x + wide > sheet.right and x > sheet.left:
            x, y = sheet.left, y + 17
        sheet.add(Box(x, y - 8, 9, 9, colour))
        sheet.text(x + 13, y, head, size=style.SMALL, colour=style.SECOND, room=sheet.right - x - 13)
        x += wide
    sheet.y = y + 12


def _lane(sheet: Sheet, data: ContributionsData, name_room: float, first: float) -> None:
    if not data.listed:
        return
    sheet.y += 24
    head = gettext("Listed, not ranked")
    sheet.text(sheet.left, sheet.y - 5, head, size=style.LABEL, colour=style.WARM, bold=True)
    sheet.rule(sheet.y)
    sheet.y += 3
    for row in data.listed:
        lines = wrapping.wrap(row.name, style.LABEL, sheet.language, name_room, most=2)
        said = wrapping.wrap(row.reason, style.LABEL, sheet.language, sheet.right - first, most=3)
        height = 22 + 13.5 * (max(len(lines), len(said)) - 1)
        sheet.lines(sheet.left, sheet.y + height / 2, lines, step=12.5)
        sheet.lines(first, sheet.y + height / 2, said, colour=style.SECOND, step=14)
        sheet.y += height
