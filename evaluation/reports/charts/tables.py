"""The figures of each chart as a table: what a picture shows can be read, copied and heard."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import singledispatch
from typing import Any

from django.utils.translation import gettext

from evaluation.reports.charts import words
from evaluation.reports.charts.contributions import ContributionsData
from evaluation.reports.charts.funnel import FunnelData
from evaluation.reports.charts.groups import GroupsData
from evaluation.reports.charts.importance import Estimate, ImportanceData
from evaluation.reports.charts.levels import LevelsData
from evaluation.reports.charts.rank_change import RankChangeData
from evaluation.reports.charts.ranking import RankingData
from evaluation.reports.charts.shape import ShapeData
from evaluation.reports.charts.sources import Cell, SourcesData
from evaluation.reports.charts.trend import TrendData
from evaluation.reports.charts.weights import WeightsData


@dataclass(frozen=True)
class ChartTable:
    """Heads and rows as text; the first column names the row."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@singledispatch
def table_of(data: Any) -> ChartTable:
    """The table under a chart."""
    raise TypeError(type(data).__name__)


@table_of.register
def _(data: RankingData) -> ChartTable:
    heads = [gettext("Unit"), gettext("Place"), gettext("Possible places"), data.value_head]
    rows = [
        [one.name, f"{one.rank:g}", f"{one.lower}–{one.upper}", one.value] + [one.n] * bool(data.n_head)
        for one in data.places
    ]
    rows += [[one.name, "–", one.reason, "–"] + [""] * bool(data.n_head) for one in data.listed]
    return _table([*heads, data.n_head] if data.n_head else heads, rows)


@table_of.register
def _(data: SourcesData) -> ChartTable:
    heads = [gettext("Unit"), *(panel.title for panel in data.panels)]
    return _table(heads, [[row.name, *map(_cell, row.cells)] for row in data.rows])


def _cell(cell: Cell) -> str:
    if cell.share is None:
        return cell.missing
    if cell.lower is None or cell.upper is None:
        return cell.label
    return f"{cell.label} ({words.fixed(100 * cell.lower, 1)}–{words.fixed(100 * cell.upper, 1)})"


@table_of.register
def _(data: ContributionsData) -> ChartTable:
    heads = [gettext("Unit"), gettext("Place"), *data.heads, gettext("Score")]
    rows = [
        [
            row.name,
            f"{row.rank:g}",
            *(words.fixed(part, 1) for part in row.parts),
            words.fixed(sum(row.parts), 1),
        ]
        for row in data.rows
    ]
    return _table(heads, rows)


@table_of.register
def _(data: WeightsData) -> ChartTable:
    heads = [gettext("Unit"), *(f"{column.name} ({column.weights})" for column in data.columns)]
    return _table(heads, [[line.name, *map(str, line.ranks)] for line in data.lines])


@table_of.register
def _(data: LevelsData) -> ChartTable:
    return _table(
        [gettext("Unit"), *data.labels], [[row.name, *map(words.count, row.counts)] for row in data.rows]
    )


@table_of.register
def _(data: ShapeData) -> ChartTable:
    total = max(sum(data.counts), 1)
    rows = [
        [label, words.count(n), words.percent(n / total)]
        for label, n in zip(data.labels, data.counts, strict=True)
    ]
    return _table([gettext("Answer"), gettext("Number"), gettext("Share")], rows)


@table_of.register
def _(data: FunnelData) -> ChartTable:
    rows = [[one.name, words.count(one.n), words.percent(one.good / one.n)] for one in data.points]
    return _table([gettext("Unit"), data.n_head, gettext("Share")], rows)


@table_of.register
def _(data: ImportanceData) -> ChartTable:
    rows = [
        [
            item.name,
            *_with_bounds(item.importance, words.percent),
            *_with_bounds(item.satisfaction, data.told),
        ]
        for item in data.items
    ]
    interval = gettext("95% interval")
    heads = [gettext("Item"), gettext("Importance"), interval, gettext("Satisfaction"), interval]
    return _table(heads, rows)


def _with_bounds(value: Estimate, told: Callable[[float], str]) -> tuple[str, str]:
    return told(value.share), f"{told(value.lower)}–{told(value.upper)}"


@table_of.register
def _(data: GroupsData) -> ChartTable:
    heads = [gettext("Group"), gettext("Units"), gettext("Mean"), gettext("Highest"), gettext("Lowest")]
    rows = [
        [
            group.name,
            str(len(group.members)),
            words.fixed(group.mean, 1),
            words.fixed(max(member.score for member in group.members), 1),
            words.fixed(min(member.score for member in group.members), 1),
        ]
        for group in sorted(data.groups, key=lambda group: -group.mean)
    ]
    return _table(heads, rows)


@table_of.register
def _(data: RankChangeData) -> ChartTable:
    rows = [[cause.name, words.fixed(cause.gain, 1)] for cause in data.causes]
    rows.append([gettext("Change of place"), words.fixed(data.rank_before - data.rank_after, 1)])
    return _table([gettext("Because of"), gettext("Places won")], rows)


@table_of.register
def _(data: TrendData) -> ChartTable:
    labels = dict(data.ticks)
    rows = [
        [
            labels.get(point.at, str(point.at + 1)),
            words.fixed(100 * point.share, 1),
            f"{words.fixed(100 * point.lower, 1)}–{words.fixed(100 * point.upper, 1)}",
            data.breaks[at - 1] if at and point is segment.points[0] else "",
        ]
        for at, segment in enumerate(data.segments)
        for point in segment.points
    ]
    return _table([gettext("Until"), gettext("Mean"), gettext("Interval"), gettext("Break")], rows)


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> ChartTable:
    return ChartTable(tuple(heads), tuple(tuple(row) for row in rows))
