"""The sheet a chart is drawn on: heading above, source line below, labels that give way to one another."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from evaluation.reports.charts import fonts, png, style, svg, wrapping
from evaluation.reports.charts.marks import Anchor, Box, Line, Mark, Picture, Text

Rectangle = tuple[float, float, float, float]
MOST_TITLE_LINES = 4


@dataclass(frozen=True)
class Saying:
    """What a chart says: its finding, how to read it, where it comes from, and all that for those who hear it."""

    title: str
    subtitle: str
    source: str
    alt: str


@dataclass
class Sheet:
    """Marks collected from the top down; `y` is where the next part begins."""

    language: str
    wide: bool = False
    y: float = 0.0
    marks: list[Mark] = field(default_factory=list)
    taken: list[Rectangle] = field(default_factory=list)

    @property
    def width(self) -> float:
        return style.WIDE if self.wide else style.NARROW

    @property
    def left(self) -> float:
        return style.MARGIN

    @property
    def right(self) -> float:
        return self.width - style.MARGIN

    def add(self, *marks: Mark) -> None:
        self.marks.extend(marks)

    def measure(self, text: str, size: float) -> float:
        return fonts.width(text, size, self.language)

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float = style.LABEL,
        colour: str = style.INK,
        anchor: Anchor = "start",
        bold: bool = False,
        halo: bool = False,
        room: float | None = None,
    ) -> Text:
        """One line on baseline y; with `room` it is shortened to fit."""
        line = wrapping.clean(text) if room is None else wrapping.shorten(text, size, self.language, room)
        mark = Text(x, y, line, size, colour, anchor, bold, halo)
        self.marks.append(mark)
        return mark

    def lines(
        self,
        x: float,
        y: float,
        lines: Sequence[str],
        *,
        size: float = style.LABEL,
        colour: str = style.INK,
        anchor: Anchor = "start",
        bold: bool = False,
        step: float = 0.0,
    ) -> None:
        """Several lines, the block centred on y."""
        step = step or size * 1.2
        first = y - step * (len(lines) - 1) / 2 + size * 0.36
        for i, line in enumerate(lines):
            self.text(x, first + i * step, line, size=size, colour=colour, anchor=anchor, bold=bold)

    def rule(self, y: float, *, colour: str = style.RULE, left: float | None = None) -> None:
        start = self.left if left is None else left
        self.add(Line(((start, y), (self.right, y)), colour))

    def heading(self, saying: Saying) -> None:
        """Accent tick, the finding, how to read it."""
        room = self.right - self.left
        size, title = self._title(saying.title, room if not self.wide else room * 0.92)
        self.add(Box(self.left, 13.5, 28, 3, style.ACCENT))
        self.y = 17.0
        for line in title:
            self.y += size * 1.25
            self.text(self.left, self.y - size * 0.14, line, size=size, bold=True)
        self.y += 4
        reading = room if not self.wide else min(room, 480)
        for line in wrapping.wrap(saying.subtitle, style.SUBTITLE, self.language, reading):
            self.y += 17
            self.text(self.left, self.y - 3, line, size=style.SUBTITLE, colour=style.SECOND)
        self.y += 14

    def _title(self, text: str, room: float) -> tuple[float, tuple[str, ...]]:
        """Its lines and their size: a title with long names is set smaller before it grows beyond a few lines."""
        size = style.TITLE_WIDE if self.wide else style.TITLE
        lines = wrapping.wrap(text, size, self.language, room)
        while len(lines) > MOST_TITLE_LINES and size > style.TITLE_LEAST:
            size -= 1
            lines = wrapping.wrap(text, size, self.language, room)
        return size, lines

    def finish(self, saying: Saying) -> Picture:
        """Rule, source line, and the frame closed around everything."""
        self.y += 10
        self.rule(self.y)
        self.y += 4
        for line in wrapping.wrap(
            saying.source, style.SOURCE, self.language, self.right - self.left, full=True, most=20
        ):
            self.y += 14.2
            self.text(self.left, self.y - 1.5, line, size=style.SOURCE, colour=style.MUTED)
        self.y += 12
        return Picture(
            self.width, float(round(self.y)), self.language, saying.title, saying.alt, tuple(self.marks)
        )

    def box_of(self, mark: Text) -> Rectangle:
        """The ground a text covers: left, top, right, bottom."""
        return box_of(mark, self.language)

    def take(self, *areas: Rectangle) -> None:
        """Ground that labels must leave free."""
        self.taken.extend(areas)

    def is_free(self, area: Rectangle, *, margin: float = 1.0) -> bool:
        left, top, right, bottom = area
        if left < self.left - 2 or right > self.right + 2:
            return False
        return all(
            right + margin <= a or left - margin >= c or bottom + margin <= b or top - margin >= d
            for a, b, c, d in self.taken
        )

    def label(self, options: Sequence[Text], *, must: bool = False) -> Text | None:
        """Draw the first of the options whose ground is free; none when all collide, unless it must be there."""
        chosen = next((option for option in options if self.is_free(self.box_of(option))), None)
        if chosen is None and must and options:
            chosen = options[0]
        if chosen is not None:
            self.marks.append(chosen)
            self.take(self.box_of(chosen))
        return chosen


def box_of(mark: Text, language: str) -> Rectangle:
    wide = fonts.width(mark.text, mark.size, language)
    left = {"start": mark.x, "middle": mark.x - wide / 2, "end": mark.x - wide}[mark.anchor]
    return (left, mark.y - mark.size * 0.8, left + wide, mark.y + mark.size * 0.22)


def render(picture: Picture, fmt: style.Format) -> bytes:
    return svg.write(picture) if fmt == "svg" else png.paint(picture)
