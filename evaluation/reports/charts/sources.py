"""Three sources side by side: where residents, own targets and audits disagree about the same unit."""

from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext

from evaluation.reports.charts import style, words, wrapping
from evaluation.reports.charts.marks import Box, Dot, Line, Picture, Text
from evaluation.reports.charts.sheet import Saying, Sheet, render

ROW = 30.0
MIN_FOR_RELATION = 5


@dataclass(frozen=True)
class Cell:
    """A share between 0 and 1 with its label and interval, or why there is none."""

    share: float | None
    label: str = ""
    lower: float | None = None
    upper: float | None = None
    missing: str = ""


@dataclass(frozen=True)
class Panel:
    """One source: its name, what its share counts, and its own period."""

    title: str
    measure: str
    period: str


@dataclass(frozen=True)
class SourceRow:
    name: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class SourcesData:
    """Rows are sorted here by the first panel; every row has one cell a panel."""

    panels: tuple[Panel, ...]
    rows: tuple[SourceRow, ...]
    source: str
    interval: str = "95%"


def sources_chart(
    data: SourcesData, language: str, fmt: style.Format = "svg", *, wide: bool = False
) -> bytes:
    return render(draw(data, language, wide=wide), fmt)


def draw(data: SourcesData, language: str, *, wide: bool = False) -> Picture:
    with translation.override(language):
        rows = ordered(data)
        told = _contrast(rows) if len(data.panels) > 1 else None
        saying = say(data, rows, told, language)
        sheet = Sheet(language, wide=wide)
        sheet.heading(saying)
        _body(sheet, data, rows, told.name if told else "")
        return sheet.finish(saying)


def ordered(data: SourcesData) -> list[SourceRow]:
    """Rows by the first panel, highest first, missing last."""

    def key(row: SourceRow) -> tuple[bool, float]:
        share = _share(row, 0)
        return (share is None, -(share or 0.0))

    return sorted(data.rows, key=key)


def _share(row: SourceRow, panel: int) -> float | None:
    return row.cells[panel].share


def spearman(pairs: list[tuple[float, float]]) -> float:
    """Rank correlation with average ranks for ties; 0 where one side has no spread."""
    a, b = (_ranks([pair[side] for pair in pairs]) for side in (0, 1))
    mean = (len(pairs) + 1) / 2
    top = sum((x - mean) * (y - mean) for x, y in zip(a, b, strict=True))
    spread = (sum((x - mean) ** 2 for x in a) * sum((y - mean) ** 2 for y in b)) ** 0.5
    return top / spread if spread else 0.0


def _ranks(values: list[float]) -> list[float]:
    return [
        sum(other < value for other in values) + (sum(other == value for other in values) + 1) / 2
        for value in values
    ]


def _contrast(rows: list[SourceRow]) -> SourceRow | None:
    """The unit about which the first two sources disagree most, if they disagree by a third of the field."""
    both = [row for row in rows if _share(row, 0) is not None and _share(row, 1) is not None]
    if len(both) < 3:
        return None
    first, second = (_ranks([row.cells[panel].share or 0.0 for row in both]) for panel in (0, 1))
    gaps = [abs(a - b) for a, b in zip(first, second, strict=True)]
    best = max(range(len(both)), key=lambda i: (gaps[i], both[i].cells[1].share or 0.0))
    return both[best] if gaps[best] >= len(both) / 3 else None


def say(data: SourcesData, rows: list[SourceRow], told: SourceRow | None, language: str) -> Saying:
    pairs = [
        (row.cells[0].share or 0.0, row.cells[1].share or 0.0)
        for row in rows
        if len(data.panels) > 1 and row.cells[0].share is not None and row.cells[1].share is not None
    ]
    title = _title(data, pairs)
    reading = gettext("Line: %(interval)s interval.") % {"interval": data.interval}
    detail = ""
    if told:
        a, b = told.cells[0], told.cells[1]
        detail = gettext("%(name)s: %(first)s %(a)s, %(second)s %(b)s.") % {
            "name": wrapping.whole(told.name), "first": data.panels[0].title, "a": words.percent(a.share or 0),
            "second": data.panels[1].title, "b": words.percent(b.share or 0),
        }  # fmt: skip
    figures = [
        gettext("%(name)s: %(values)s")
        % {
            "name": row.name,
            "values": words.commas(
                (
                    f"{panel.title} {cell.label or cell.missing}"
                    for panel, cell in zip(data.panels, row.cells, strict=True)
                ),
                language=language,
            ),
        }
        for row in ([told] if told else []) + [row for row in (rows[:1] + rows[-1:]) if row is not told]
    ]
    alt = words.listed(title, *figures[:3], language=language)
    return Saying(title, words.sentences(detail, reading, language=language), data.source, alt)


def _title(data: SourcesData, pairs: list[tuple[float, float]]) -> str:
    if len(data.panels) < 2:
        return gettext("%(first)s, unit by unit") % {"first": data.panels[0].title if data.panels else ""}
    facts = {"first": data.panels[0].title, "second": data.panels[1].title}
    if len(pairs) < MIN_FOR_RELATION:
        return gettext("Too few units to say whether %(first)s and %(second)s agree") % facts
    rho = spearman(pairs)
    if abs(rho) < 0.3:
        return gettext("%(first)s and %(second)s hardly go together") % facts
    if rho >= 0.7:
        return gettext("%(first)s and %(second)s largely agree") % facts
    if rho > 0:
        return gettext("%(first)s and %(second)s agree only in part") % facts
    return gettext("%(first)s and %(second)s point in opposite directions") % facts


@dataclass(frozen=True)
class Frame:
    """Where the name column ends and each panel stands."""

    name_room: float
    starts: tuple[float, ...]
    span: float

    def x(self, panel: int, share: float) -> float:
        return self.starts[panel] + self.span * share


def _frame(sheet: Sheet, data: SourcesData, rows: list[SourceRow]) -> Frame:
    longest = max((sheet.measure(row.name, style.LABEL) for row in rows), default=60.0)
    whole = sheet.right - sheet.left
    name_room = min(longest + 2, whole * (0.34 if sheet.wide else 0.315))
    first = sheet.left + max(name_room + 12, 70)
    gap = 26 if sheet.wide else 14
    span = (sheet.right - first - gap * (len(data.panels) - 1)) / max(len(data.panels), 1)
    return Frame(name_room, tuple(first + i * (span + gap) for i in range(len(data.panels))), span - 4)


def _body(sheet: Sheet, data: SourcesData, rows: list[SourceRow], told: str) -> None:
    frame = _frame(sheet, data, rows)
    _heads(sheet, data, frame)
    top = sheet.y
    named = [wrapping.wrap(row.name, style.LABEL, sheet.language, frame.name_room, most=2) for row in rows]
    heights = [_height(sheet, row, frame) for row in rows]
    bottom = top + sum(heights)
    shade = next((i for i, row in enumerate(rows) if row.name == told), None)
    if shade is not None:
        above = top + sum(heights[:shade])
        sheet.add(Box(6, above + 1, sheet.width - 12, heights[shade] - 2, style.ACCENT_WASH))
    for panel in range(len(data.panels)):
        for share, colour in ((0.0, style.RULE), (0.5, style.GRID), (1.0, style.GRID)):
            x = frame.x(panel, share)
            sheet.add(Line(((x, top), (x, bottom)), colour))
    for row, lines, height in zip(rows, named, heights, strict=True):
        bold = row.name == told
        sheet.lines(sheet.left, sheet.y + height / 2, lines, bold=bold, step=13)
        for panel, cell in enumerate(row.cells):
            _cell(sheet, frame, panel, cell, height, bold=bold)
        sheet.y += height
    for panel in range(len(data.panels)):
        for share, text, anchor in ((0.0, "0", "start"), (1.0, "100%", "end")):
            sheet.text(
                frame.x(panel, share), sheet.y + 14, text, size=style.SMALL, colour=style.MUTED,
                anchor="start" if anchor == "start" else "end",
            )  # fmt: skip
    sheet.y += 18


def _heads(sheet: Sheet, data: SourcesData, frame: Frame) -> None:
    colours = (style.ACCENT, style.INK, style.INK)
    room = frame.span + 6
    measures = [wrapping.wrap(p.measure, style.SMALL, sheet.language, room, most=3) for p in data.panels]
    periods = [wrapping.wrap(p.period, style.SMALL, sheet.language, room, most=2) for p in data.panels]
    deepest = max((len(m) + len(p) for m, p in zip(measures, periods, strict=True)), default=0)
    titles = [wrapping.wrap(p.title, 13, sheet.language, room, most=2) for p in data.panels]
    tall = max((len(lines) for lines in titles), default=1)
    for panel, lines in enumerate(titles):
        x = frame.starts[panel]
        for i, line in enumerate(lines):
            y = sheet.y + 10 + (tall - len(lines) + i) * 15
            sheet.text(x, y, line, size=13, colour=colours[min(panel, 2)], bold=True)
        y = sheet.y + 10 + (tall - 1) * 15
        for i, line in enumerate((*measures[panel], *periods[panel])):
            faint = i >= len(measures[panel])
            sheet.text(
                x, y + 15 + i * 13.5, line, size=style.SMALL, colour=style.MUTED if faint else style.SECOND
            )
    sheet.y += 18 + (tall - 1) * 15 + deepest * 13.5 + 4


def _why(sheet: Sheet, cell: Cell, frame: Frame) -> tuple[str, ...]:
    return wrapping.wrap(cell.missing, style.SMALL, sheet.language, frame.span, most=4)


def _height(sheet: Sheet, row: SourceRow, frame: Frame) -> float:
    """Room for the longest reason in the row."""
    lines = [len(_why(sheet, cell, frame)) for cell in row.cells if cell.share is None]
    return max(ROW, 12.5 * max(lines, default=1) + 6)


def _cell(sheet: Sheet, frame: Frame, panel: int, cell: Cell, height: float, *, bold: bool) -> None:
    middle = sheet.y + height / 2
    if cell.share is None:
        lines = _why(sheet, cell, frame)
        sheet.lines(frame.starts[panel] + 2, middle, lines, size=style.SMALL, colour=style.WARM, step=12.5)
        return
    low = middle + ROW / 2 - 11
    if cell.lower is not None and cell.upper is not None:
        sheet.add(
            Line(
                ((frame.x(panel, cell.lower), low), (frame.x(panel, cell.upper), low)),
                style.ACCENT_MID if bold else style.CONTEXT_LIGHT, 3, round=True,
            )
        )  # fmt: skip
    x = frame.x(panel, cell.share)
    sheet.add(Dot(x, low, 4.1, style.ACCENT if bold else style.CONTEXT, style.PAPER, 1))
    half = sheet.measure(cell.label, style.LABEL) / 2
    inside = min(max(x, frame.starts[panel] + half - 4), sheet.right - half + 3)
    sheet.add(Text(inside, low - 7, cell.label, style.LABEL, style.INK, "middle", bold=bold))
