"""Groups or regions compared without a map: every unit a dot on one scale, gaps within beside gaps between."""

from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext

from evaluation.reports.charts import style, words, wrapping
from evaluation.reports.charts.marks import Dot, Line, Picture, Text
from evaluation.reports.charts.sheet import Saying, Sheet

ROW = 44.0
CLEARLY = 1.2


@dataclass(frozen=True)
class Member:
    name: str
    score: float


@dataclass(frozen=True)
class Group:
    """A region or peer group with its members."""

    name: str
    members: tuple[Member, ...]

    @property
    def mean(self) -> float:
        return sum(member.score for member in self.members) / len(self.members)

    @property
    def gap(self) -> float:
        scores = [member.score for member in self.members]
        return max(scores) - min(scores)


@dataclass(frozen=True)
class GroupsData:
    """Groups are sorted here by their mean, best first."""

    groups: tuple[Group, ...]
    measure: str
    source: str


@dataclass(frozen=True)
class Scale:
    left: float
    right: float
    low: float
    high: float

    def x(self, score: float) -> float:
        return self.left + (self.right - self.left) * (score - self.low) / (self.high - self.low)


def draw(data: GroupsData, language: str, *, wide: bool = False) -> Picture:
    with translation.override(language):
        groups = sorted((group for group in data.groups if group.members), key=lambda group: -group.mean)
        saying = say(data, groups, language)
        sheet = Sheet(language, wide=wide)
        sheet.heading(saying)
        if groups:
            _body(sheet, groups)
        return sheet.finish(saying)


def say(data: GroupsData, groups: list[Group], language: str) -> Saying:
    if len(groups) < 2:
        title = gettext("There are no groups to compare")
        return Saying(title, data.measure, data.source, title)
    between = groups[0].mean - groups[-1].mean
    widest = max(groups, key=lambda group: group.gap)
    facts = {
        "group": wrapping.whole(widest.name), "inside": words.fixed(widest.gap, 1),
        "between": words.fixed(between, 1), "best": wrapping.whole(groups[0].name),
        "last": wrapping.whole(groups[-1].name),
    }  # fmt: skip
    if widest.gap > CLEARLY * between:
        title = gettext("Units of %(group)s lie %(inside)s points apart, the groups only %(between)s")
    else:
        title = gettext("%(best)s leads %(last)s by %(between)s points on average")
    title %= facts
    reading = gettext("Dot: a unit. Tick: the group’s mean.")
    figures = [
        gettext("%(name)s: mean %(mean)s, %(n)s units")
        % {"name": group.name, "mean": words.fixed(group.mean, 1), "n": len(group.members)}
        for group in [*groups[:2], *groups[2:][-1:]]
    ]
    return Saying(
        title, words.sentences(data.measure, reading, language=language), data.source,
        words.listed(title, *figures, language=language),
    )  # fmt: skip


def _body(sheet: Sheet, groups: list[Group]) -> None:
    scores = [member.score for group in groups for member in group.members]
    low, high = 10 * int(min(scores) // 10), 10 * -int(-max(scores) // 10)
    high = max(high, low + 20)
    scale = Scale(sheet.left + 4, sheet.right - 26, low, high)
    top = sheet.y
    for at in range(low, high + 1, 10 if high - low <= 60 else 20):
        sheet.add(Line(((scale.x(at), top), (scale.x(at), top + ROW * len(groups))), style.GRID))
        y = top + ROW * len(groups) + 14
        sheet.text(scale.x(at), y, str(at), size=style.SMALL, colour=style.MUTED, anchor="middle")
    for group in groups:
        _group(sheet, group, scale)
    sheet.y += 20


def _group(sheet: Sheet, group: Group, scale: Scale) -> None:
    """Name and mean above, dots below; the first and the last member are named where there is room."""
    note = gettext("mean %(mean)s") % {"mean": words.fixed(group.mean, 1)}
    n_wide = sheet.measure(note, style.SMALL)
    sheet.text(
        sheet.left, sheet.y + 13, group.name, size=13, halo=True, room=sheet.right - sheet.left - n_wide - 12
    )
    sheet.text(
        sheet.right, sheet.y + 13, note, size=style.SMALL, colour=style.SECOND, anchor="end", halo=True
    )
    y = sheet.y + 26
    ordered = sorted(group.members, key=lambda member: member.score)
    first, last = scale.x(ordered[0].score), scale.x(ordered[-1].score)
    sheet.add(Line(((first, y), (last, y)), style.CONTEXT_LIGHT, 3, round=True))
    sheet.add(Line(((scale.x(group.mean), y - 7), (scale.x(group.mean), y + 7)), style.ACCENT, 2.4))
    for member in ordered:
        sheet.add(Dot(scale.x(member.score), y, 3.6, style.CONTEXT, style.PAPER, 0.9))
    sheet.taken.clear()
    room = (sheet.right - sheet.left) / 2 - 10
    for member, x, anchor in ((ordered[0], first, "start"), (ordered[-1], last, "end")):
        text = wrapping.shorten(member.name, 10.5, sheet.language, room)
        wide = sheet.measure(text, 10.5)
        start = max(sheet.left, min(x if anchor == "start" else x - wide, sheet.right - wide))
        if member is ordered[0] or last > first:
            sheet.label([Text(start, y + 17, text, 10.5, style.MUTED, halo=True)])
    sheet.y += ROW
