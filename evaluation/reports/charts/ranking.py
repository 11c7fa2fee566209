"""The ranking with rank sets and tiers: who shares a place, who is surely first or last."""

from dataclasses import dataclass
from typing import Literal

from django.utils import translation
from django.utils.translation import gettext

from evaluation.reports.charts import style, words, wrapping
from evaluation.reports.charts.marks import Box, Dot, Line, Picture
from evaluation.reports.charts.sheet import Saying, Sheet

Tier = Literal["top", "middle", "bottom"]
TIERS: tuple[Tier, ...] = ("top", "middle", "bottom")
COLOURS = {
    "top": (style.ACCENT, style.ACCENT_MID, style.ACCENT),
    "middle": (style.CONTEXT, style.CONTEXT_LIGHT, style.SECOND),
    "bottom": (style.WARM, style.WARM_LIGHT, style.WARM),
}
ROW = 27.0


@dataclass(frozen=True)
class Place:
    """A ranked unit: its place, and every place it may truly hold."""

    name: str
    rank: float
    lower: int
    upper: int
    tier: Tier
    value: str
    n: str = ""


@dataclass(frozen=True)
class Listed:
    name: str
    reason: str


@dataclass(frozen=True)
class RankingData:
    """Places best first; measure and source are whole sentences; heads are those of the two right columns."""

    places: tuple[Place, ...]
    measure: str
    source: str
    value_head: str
    n_head: str = ""
    coverage: str = "95%"
    cut: Literal["thirds", "halves", "quarters", "fifths", "tenths"] = "thirds"
    listed: tuple[Listed, ...] = ()


def draw(data: RankingData, language: str, *, wide: bool = False) -> Picture:
    with translation.override(language):
        saying = say(data, language)
        sheet = Sheet(language, wide=wide)
        sheet.heading(saying)
        _body(sheet, data)
        return sheet.finish(saying)


def say(data: RankingData, language: str) -> Saying:
    """The finding in words, in the active language."""
    title = _title(data)
    reading = gettext(
        "Bar: every place it may hold, all judged at once, %(coverage)s sure. Dot: its place in the list."
    ) % {"coverage": data.coverage}
    subtitle = words.sentences(data.measure, _stretch(data, language), reading, language=language)
    figures = [
        gettext("%(name)s: place %(rank)s, possible %(span)s, %(value)s")
        % {
            "name": p.name,
            "rank": words.fixed(p.rank),
            "span": words.span(p.lower, p.upper),
            "value": p.value,
        }
        for p in (data.places[:2] + data.places[2:][-1:])
    ]
    return Saying(title, subtitle, data.source, words.listed(title, *figures, language=language))


def _title(data: RankingData) -> str:
    p = len(data.places)
    if p == 0:
        return gettext("Nobody can be ranked yet")
    first = [wrapping.whole(place.name) for place in data.places if place.lower == 1]
    last = [wrapping.whole(place.name) for place in data.places if place.upper == p]
    if p == 1:
        return gettext("Only %(name)s can be ranked") % {"name": first[0]}
    if len(first) == p:
        return gettext("Any of the %(n)s may be first: the order is uncertain") % {"n": p}
    facts = {
        "first": words.names(first), "last": words.names(last), "n_first": len(first), "n_last": len(last),
    }  # fmt: skip
    kind = ("one" if len(first) == 1 else "two" if len(first) == 2 else "many", len(last) == 1)
    return {
        ("one", True): gettext("%(first)s is first and %(last)s is last"),
        ("two", True): gettext("%(first)s share first place and %(last)s is last"),
        ("many", True): gettext("%(n_first)s may be first and %(last)s is last"),
        ("one", False): gettext("%(first)s is first; %(n_last)s may be last"),
        ("two", False): gettext("%(first)s share first place; %(n_last)s may be last"),
        ("many", False): gettext("%(n_first)s may be first; %(n_last)s may be last"),
    }[kind] % facts


def _stretch(data: RankingData, language: str) -> str:
    """The longest run of places among which no order is certain."""
    best, start = (0, 0), 1
    reach = 0
    for at, place in enumerate(data.places, 1):
        if place.lower > reach and at > 1:
            start = at
        reach = max(reach, place.upper)
        if at - start > best[1] - best[0]:
            best = (start, at)
    if best[1] - best[0] < 2 or best[1] - best[0] + 1 == len(data.places):
        return ""
    return gettext("From place %(a)s to %(b)s the order is uncertain.") % {
        "a": words.place(best[0], language),
        "b": words.place(best[1], language),
    }


def tier_name(tier: str, cut: str) -> str:
    """The heading of a tier under the cut of the scheme, in the active language."""
    return {
        ("top", "thirds"): gettext("Surely top third"),
        ("top", "halves"): gettext("Surely upper half"),
        ("top", "quarters"): gettext("Surely top quarter"),
        ("top", "fifths"): gettext("Surely top fifth"),
        ("top", "tenths"): gettext("Surely top tenth"),
        ("bottom", "thirds"): gettext("Surely last third"),
        ("bottom", "halves"): gettext("Surely lower half"),
        ("bottom", "quarters"): gettext("Surely last quarter"),
        ("bottom", "fifths"): gettext("Surely last fifth"),
        ("bottom", "tenths"): gettext("Surely last tenth"),
    }.get((tier, cut), gettext("Not certain"))


@dataclass(frozen=True)
class Columns:
    """Where the parts of a row stand."""

    name_room: float
    first: float
    last: float
    value: float
    p: int

    def x(self, place: float) -> float:
        return self.first + (self.last - self.first) * (place - 1) / max(self.p - 1, 1)


def _body(sheet: Sheet, data: RankingData) -> None:
    columns = _columns(sheet, data)
    if data.places:
        _head(sheet, data, columns)
    for tier in TIERS if data.places else ():
        _tier(sheet, data, columns, tier)
    if data.listed:
        _lane(sheet, data, columns)


def _columns(sheet: Sheet, data: RankingData) -> Columns:
    names = [*(row.name for row in data.places), *(row.name for row in data.listed)]
    longest = max((sheet.measure(name, style.LABEL) for name in names), default=80.0)
    name_room = min(longest + 2, (sheet.right - sheet.left) * (0.36 if sheet.wide else 0.34))
    n_wide = max([sheet.measure(p.n, style.SMALL) for p in data.places] + [sheet.measure(data.n_head, 11)])
    value_wide = max(
        [sheet.measure(p.value, style.VALUE) for p in data.places] + [sheet.measure(data.value_head, 11)]
    )
    value = sheet.right - (n_wide + 10 if data.n_head else 0)
    first = sheet.left + max(name_room + 16, 90)
    return Columns(name_room, first, value - value_wide - (36 if sheet.wide else 24), value, len(data.places))


def ticks(p: int, *, most: int) -> tuple[int, ...]:
    """Places to name on an axis of p places: the first, the last, and round ones between."""
    if p <= most:
        return tuple(range(1, p + 1))
    step = next(step for step in (2, 3, 5, 10, 20, 25, 50, 100, 200, 500, 1000) if p / step <= most)
    inner = [at for at in range(step, p, step) if at - 1 >= step / 2 and p - at >= step / 2]
    return (1, *inner, p)


def _head(sheet: Sheet, data: RankingData, columns: Columns) -> None:
    sheet.text(
        columns.first - 6, sheet.y + 8, gettext("Possible place"), size=style.SMALL, colour=style.SECOND
    )
    room = (columns.last - columns.first) / 26
    for at in ticks(columns.p, most=max(3, int(room))):
        sheet.text(
            columns.x(at), sheet.y + 23, str(at), size=style.SMALL, colour=style.MUTED, anchor="middle"
        )
    sheet.text(
        columns.value, sheet.y + 23, data.value_head, size=style.SMALL, colour=style.SECOND, anchor="end"
    )
    if data.n_head:
        sheet.text(sheet.right, sheet.y + 23, data.n_head, size=style.SMALL, colour=style.MUTED, anchor="end")
    sheet.y += 28


def _tier(sheet: Sheet, data: RankingData, columns: Columns, tier: Tier) -> None:
    rows = [place for place in data.places if place.tier == tier]
    dot, bar, head = COLOURS[tier]
    sheet.y += 22
    sheet.text(sheet.left, sheet.y - 5, tier_name(tier, data.cut), size=style.LABEL, colour=head, bold=True)
    sheet.rule(sheet.y)
    if not rows:
        sheet.text(sheet.left, sheet.y + 18, gettext("nobody"), size=style.LABEL, colour=style.MUTED)
        sheet.y += ROW
        return
    top = sheet.y
    named = [wrapping.wrap(row.name, style.LABEL, sheet.language, columns.name_room, most=2) for row in rows]
    bottom = top + sum(ROW if len(lines) == 1 else ROW + 10 for lines in named)
    for at in range(1, columns.p + 1) if columns.p <= 15 else ticks(columns.p, most=8):
        sheet.add(Line(((columns.x(at), top), (columns.x(at), bottom)), style.GRID))
    for row, lines in zip(rows, named, strict=True):
        height = ROW if len(lines) == 1 else ROW + 10
        middle = sheet.y + height / 2
        sheet.lines(sheet.left, middle, lines, size=style.LABEL, step=13.5)
        left, right = columns.x(row.lower) - 7, columns.x(row.upper) + 7
        sheet.add(
            Box(left, middle - 6.5, right - left, 13, bar, radius=6.5),
            Dot(columns.x(row.rank), middle, 4.4, dot, style.PAPER, 1.2),
        )
        sheet.text(columns.value, middle + 4.5, row.value, size=style.VALUE, anchor="end")
        sheet.text(sheet.right, middle + 4, row.n, size=style.SMALL, colour=style.MUTED, anchor="end")
        sheet.y += height


def _lane(sheet: Sheet, data: RankingData, columns: Columns) -> None:
    sheet.y += 22
    sheet.text(
        sheet.left,
        sheet.y - 5,
        gettext("Listed, not ranked"),
        size=style.LABEL,
        colour=style.SECOND,
        bold=True,
    )
    sheet.rule(sheet.y)
    at = columns.first - 6
    for row in data.listed:
        lines = wrapping.wrap(row.name, style.LABEL, sheet.language, columns.name_room, most=2)
        said = wrapping.wrap(row.reason, style.LABEL, sheet.language, sheet.right - at, most=3)
        height = ROW + 13 * (max(len(lines), len(said)) - 1)
        sheet.lines(sheet.left, sheet.y + height / 2, lines, size=style.LABEL, step=13.5)
        sheet.lines(at, sheet.y + height / 2, said, size=style.LABEL, colour=style.SECOND, step=14)
        sheet.y += height
