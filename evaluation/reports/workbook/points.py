"""The sheets of values and points: each value points to its evidence, each point is a formula of its value."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from evaluation.reports.workbook.grid import HEAD, HEAD_RIGHT, LABEL, NUMBER, TEXT, Grid, Look, at, span
from evaluation.reports.workbook.layout import FIRST, LEFT, WEIGHT_ROW, Layout
from evaluation.reports.workbook.weights import SHARE_COLUMN
from scoring.normalise import span_to
from scoring.types import Indicator

NONE = "n/a"
VALUE = Look(number_format=NUMBER)
PARAMETER = Look(number_format="#,##0.####", horizontal="right")
SMALL = Look(bold=True, horizontal="right")


def unit_columns(grid: Grid, layout: Layout) -> None:
    """Code, name and peer group of every unit, in the rows all these sheets share."""
    head = FIRST - 1
    grid.row(head, (_("Unit"), pgettext("of a thing", "Name"), _("Group")), HEAD)
    for unit, row in layout.row.items():
        grid.row(row, (unit, layout.book.unit(unit), layout.groups.get(unit, "")))
    grid.widths(14, 30, 14)
    grid.ws.freeze_panes = at(FIRST, LEFT + 1)


def heads(grid: Grid, layout: Layout, columns: Mapping[str, int]) -> None:
    """Names and codes above the columns."""
    for code, column in columns.items():
        grid.put(FIRST - 1, column, code, HEAD_RIGHT)
        grid.put(3, column, layout.book.name(code), Look(wrap=True, bold=True, horizontal="right"))
        grid.ws.column_dimensions[at(1, column)[:-1]].width = 15
    grid.ws.row_dimensions[3].height = 48


def write_values(grid: Grid, layout: Layout, places: Mapping[tuple[str, str], str]) -> None:
    """Raw values, each a reference to the sheet of its source; missing stays empty, n/a is not applicable."""
    grid.title(
        _("Values"), _("Every value refers to the sheet of its source. Empty: missing. n/a: does not apply.")
    )
    unit_columns(grid, layout)
    heads(grid, layout, layout.data_column)
    table = _table(layout)
    for code, column in layout.data_column.items():
        for unit, row in layout.row.items():
            value = table.get(code, {}).get(unit)
            place = places.get((code, unit))
            if place is None:
                grid.put(row, column, value, VALUE)
            else:
                grid.formula(row, column, f'IF({place}="","",{place})', "" if value is None else value, VALUE)


def _table(layout: Layout) -> dict[str, dict[str, Any]]:
    data = layout.book.result["data"]
    place = {name: i for i, name in enumerate(data["columns"])}
    withheld = layout.book.withheld
    return {
        code: {row[0]: row[place[code]] for row in data["rows"] if (code, row[0]) not in withheld}
        for code in layout.data_column
        if code in place
    }


def write_points(grid: Grid, layout: Layout, values: Grid, weights: Grid) -> None:
    """Points of every indicator; its method and parameters stand above its column."""
    grid.title(_("Points"), _("Method and parameters stand above each column; the formula below uses them."))
    unit_columns(grid, layout)
    labels = (
        _("Method"), _("Direction"), _("First parameter"), _("Second parameter"), _("From"), _("To"),
        _("Limited to the range"),
    )  # fmt: skip
    for row, label in enumerate(labels, 4):
        grid.put(row, 2, label, LABEL)
    grid.put(WEIGHT_ROW, 2, _("Share under its parent"), LABEL)
    columns = {i.code: layout.data_column[i.code] for i in layout.indicators}
    heads(grid, layout, columns)
    known = layout.book.result["normalised"]
    for indicator in layout.indicators:
        column = columns[indicator.code]
        place = at(layout.weight_row[indicator.code], SHARE_COLUMN, fix_row=True, fix_column=True)
        share = layout.book.result["weights"][indicator.parent][indicator.code]
        grid.formula(WEIGHT_ROW, column, f"{weights.name}!{place}", share, PARAMETER)
        _parameters(grid, layout, indicator, column, values)
        for i, (unit, row) in enumerate(layout.row.items()):
            points = known[indicator.code][i]
            if (indicator.code, unit) in layout.book.withheld:
                grid.put(row, column, _("not shown"), SMALL)
                continue
            if not layout.is_live_indicator(indicator):
                grid.put(row, column, points, VALUE)
                continue
            x = f"{values.name}!{at(row, column)}"
            text = f'IF(ISNUMBER({x}),{_formula(indicator, x, column)},IF({x}="{NONE}","{NONE}",""))'
            grid.formula(row, column, text, "" if points is None else points, VALUE)


def _parameters(grid: Grid, layout: Layout, indicator: Indicator, column: int, values: Grid) -> None:
    spec, lo_hi = indicator.normalise, span_to(indicator.normalise)
    method = (
        spec.method
        if layout.is_live_indicator(indicator)
        else _("%(method)s (values only)") % {"method": spec.method}
    )
    grid.put(4, column, method, SMALL)
    grid.put(5, column, indicator.direction, PARAMETER)
    block = f"{values.name}!{span((FIRST, column), (layout.last, column))}"
    if spec.method == "goalposts":
        pair: tuple[Any, Any] = (spec.lo, spec.hi)
    elif spec.method == "target":
        pair = (spec.target, None)
    elif spec.method == "piecewise" and not spec.points:
        pair, lo_hi = (spec.target, spec.slope), (spec.floor or 0.0, spec.cap or 0.0)
    else:
        pair = (None, None)
    if spec.method in ("minmax", "zscore") and layout.is_live_indicator(indicator):
        first, second = ("MIN", "MAX") if spec.method == "minmax" else ("AVERAGE", "STDEV")
        grid.formula(6, column, f"{first}({block})", None, PARAMETER)
        grid.formula(7, column, f"{second}({block})", None, PARAMETER)
        if spec.method == "zscore":
            lo_hi = (spec.mean, spec.sd)
    else:
        grid.put(6, column, pair[0], PARAMETER)
        grid.put(7, column, pair[1], PARAMETER)
    if spec.method in ("goalposts", "minmax", "zscore", "target") or pair[1] is not None:
        grid.put(8, column, lo_hi[0], PARAMETER)
        grid.put(9, column, lo_hi[1], PARAMETER)
    if spec.method == "goalposts":
        grid.put(10, column, 1 if spec.clip else 0, PARAMETER)


def _formula(indicator: Indicator, x: str, column: int) -> str:
    """Points of the value x; parameters are read from the rows above the column."""
    spec = indicator.normalise
    d, a, b, low, high, clip = (at(row, column, fix_row=True) for row in range(5, 11))
    if spec.method == "none":
        return f"{d}*{x}"
    if spec.method in ("goalposts", "minmax"):
        share = f"IF({d}>0,({x}-{a})/({b}-{a}),({b}-{x})/({b}-{a}))"
        if spec.method == "goalposts":
            share = f"IF({clip}=1,MIN(1,MAX(0,{share})),{share})"
        return f"{low}+{share}*({high}-{low})"
    if spec.method == "zscore":
        return f"{low}+{d}*{high}*({x}-{a})/{b}"
    if spec.method == "target":
        near = f"ABS({x}-{a})<=1E-12*MAX(ABS({x}),ABS({a}))"
        return f"IF(OR({d}*({x}-{a})>=0,{near}),{high},{low})"
    if spec.points:
        return _broken_line(spec.points, x)
    return f"MIN(MAX({high}-{b}*MAX(0,{d}*({a}-{x})),{low}),{high})"


def _broken_line(points: tuple[tuple[float, float], ...], x: str) -> str:
    """Straight lines between pairs, flat outside."""
    text = repr(points[-1][1])
    for (x0, y0), (x1, y1) in reversed(list(pairwise(points))):
        text = f"IF({x}<={x1!r},{y0!r}+({x}-{x0!r})*{(y1 - y0)!r}/{(x1 - x0)!r},{text})"
    return f"IF({x}<={points[0][0]!r},{points[0][1]!r},{text})"


__all__ = ["HEAD", "NONE", "TEXT", "heads", "unit_columns", "write_points", "write_values"]
