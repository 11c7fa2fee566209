"""The sheet of gaps: each unit and indicator against its target and its peers, and the points still to be won."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from evaluation.reports.planning.measures import official_share
from evaluation.reports.planning.shapes import Plan
from evaluation.reports.workbook.grid import MUTED, NUMBER, TEXT, Grid, Look, at, span
from evaluation.reports.workbook.layout import FIRST, Layout
from evaluation.reports.workbook.scores import Sheets
from evaluation.reports.workbook.weights import WHOLE_COLUMN
from scoring.types import Indicator

FIRST_ROW = 5
GROUP_COLUMN = 3
VALUE = Look(number_format=NUMBER)
GAP = Look(number_format='"+"#,##0.00;"−"#,##0.00;0.00', bold=True)
WIN = Look(number_format="0.00", bold=True)
QUIET = Look(colour=MUTED)


def write_gaps(grid: Grid, plan: Plan, layout: Layout, sheets: Sheets) -> int:
    """Rows by unit in the order of the ranking, then by indicator; returns the last row."""
    grid.title(
        _("Gaps"),
        _("Plus: better than the target or the peers. Points still to be won follow the sheet “Weights”."),
    )
    heads = (
        _("Unit"), _("Name of unit"), _("Indicator"), _("Name of the indicator"), _("Value"), _("Target"),
        _("Gap to the target"),
        _("Average of the peers"), _("Gap to the peers"), _("Points"), _("Full points"),
        _("Points of the score still to be won"),
    )  # fmt: skip
    grid.head(FIRST_ROW - 1, heads, numeric=range(5, 13))
    row = FIRST_ROW
    bench = _Bench(grid, plan, layout, sheets, _values(layout))
    for entry in plan.book.rows:
        for indicator in layout.indicators:
            _row(bench, row, entry.unit, indicator)
            row += 1
    grid.widths(12, 28, 16, 36, 12, 12, 12, 12, 12, 11, 11, 14)
    grid.ws.freeze_panes = at(FIRST_ROW, 5)
    grid.ws.auto_filter.ref = f"A{FIRST_ROW - 1}:{at(max(row - 1, FIRST_ROW), 12)}"
    return row - 1


def target_of(plan: Plan, indicator: Indicator, unit: str) -> float | None:
    """The unit's own target, else the scheme's."""
    own = plan.targets.get((indicator.code, unit))
    return own if own is not None else indicator.normalise.target


@dataclass(frozen=True)
class _Bench:
    """Everything a row needs to know of its surroundings."""

    grid: Grid
    plan: Plan
    layout: Layout
    sheets: Sheets
    values: Mapping[str, Mapping[str, float]]

    def known_peers(self, code: str, unit: str) -> float | None:
        """The average of the other units of the same group, as the formula computes it."""
        groups = self.layout.groups
        found = [
            value for other, value in self.values[code].items()
            if other != unit and groups.get(other) == groups.get(unit)
        ]  # fmt: skip
        return sum(found) / len(found) if found else None


def _values(layout: Layout) -> dict[str, dict[str, float]]:
    """Raw values that are shown, by indicator and unit."""
    data = layout.book.result["data"]
    place = {name: i for i, name in enumerate(data["columns"])}
    return {
        indicator.code: {
            row[0]: float(row[place[indicator.code]])
            for row in data["rows"]
            if isinstance(row[place[indicator.code]], int | float)
            and (indicator.code, row[0]) not in layout.book.withheld
        }
        for indicator in layout.indicators
    }


def _row(bench: _Bench, row: int, unit: str, indicator: Indicator) -> None:
    grid, plan, layout, sheets = bench.grid, bench.plan, bench.layout, bench.sheets
    code, source = indicator.code, layout.row[unit]
    column = layout.data_column[code]
    grid.row(row, (unit, plan.book.unit(unit), code, plan.book.name(code)), TEXT)
    if layout.is_withheld(code, unit):
        grid.put(row, 5, _("not shown"), QUIET)
        return
    value, points = f"{sheets.values.name}!{at(source, column)}", f"{sheets.points.name}!{at(source, column)}"
    sign = "" if indicator.direction > 0 else "-1*"
    now, target = bench.values[code].get(unit), target_of(plan, indicator, unit)
    peers, won = (
        bench.known_peers(code, unit),
        layout.book.result["normalised"][code][layout.units.index(unit)],
    )
    full = plan.full_of(indicator)
    share = official_share(layout, code) or 0.0
    grid.formula(row, 5, f'IF(ISNUMBER({value}),{value},"")', _text(now), VALUE)
    grid.put(row, 6, target, VALUE)
    grid.formula(row, 7, _gap(row, 5, 6, sign), _less(now, target, indicator), GAP)
    grid.formula(row, 8, f'IFERROR({_peers(layout, sheets, column, source)},"")', _text(peers), VALUE)
    grid.formula(row, 9, _gap(row, 5, 8, sign), _less(now, peers, indicator), GAP)
    grid.formula(row, 10, f'IF(ISNUMBER({points}),{points},"")', _text(won), VALUE)
    grid.put(row, 11, full, VALUE)
    whole = at(layout.weight_row[code], WHOLE_COLUMN, fix_row=True, fix_column=True)
    win = f"{sheets.weights.name}!{whole}*MAX(0,{at(row, 11)}-{at(row, 10)})"
    known = "" if won is None else share * max(0.0, full - won)
    grid.formula(row, 12, f'IF(ISNUMBER({at(row, 10)}),{win},"")', known, WIN)


def _text(value: float | None) -> float | str:
    return "" if value is None else value


def _less(value: float | None, other: float | None, indicator: Indicator) -> float | str:
    return "" if value is None or other is None else indicator.direction * (value - other)


def _gap(row: int, column: int, other: int, sign: str) -> str:
    """A difference where both are numbers; plus is always the better side."""
    here, there = at(row, column), at(row, other)
    return f'IF(AND(ISNUMBER({here}),ISNUMBER({there})),{sign}({here}-{there}),"")'


def _peers(layout: Layout, sheets: Sheets, column: int, source: int) -> str:
    """The average of the other units of the same group, or of all others."""
    block = f"{sheets.values.name}!{span((FIRST, column), (layout.last, column))}"
    own = f"{sheets.values.name}!{at(source, column)}"
    if layout.groups:
        groups = f"{sheets.values.name}!{span((FIRST, GROUP_COLUMN), (layout.last, GROUP_COLUMN))}"
        mine = f"{sheets.values.name}!{at(source, GROUP_COLUMN)}"
        total, n = f"SUMIFS({block},{groups},{mine})", f'COUNTIFS({groups},{mine},{block},"<1E+300")'
    else:
        total, n = f"SUM({block})", f"COUNT({block})"
    return f"({total}-N({own}))/({n}-IF(ISNUMBER({own}),1,0))"
