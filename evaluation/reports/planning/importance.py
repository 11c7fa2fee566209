"""The sheet of importance against performance, with charts that Excel draws; weights are live, drivers carry bars."""

from typing import Any, Literal

from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from openpyxl.chart import Reference, ScatterChart, Series
from openpyxl.chart.data_source import NumDataSource, NumRef
from openpyxl.chart.error_bar import ErrorBars
from openpyxl.chart.marker import Marker
from openpyxl.chart.shapes import GraphicalProperties

from evaluation.reports.planning.measures import official_share
from evaluation.reports.planning.shapes import Plan
from evaluation.reports.workbook.grid import LONG, MUTED, NUMBER, Grid, Look, at, span
from evaluation.reports.workbook.layout import FIRST, Layout
from evaluation.reports.workbook.scores import Sheets
from evaluation.reports.workbook.weights import WHOLE_COLUMN

FIRST_ROW = 6
SHARE = Look(number_format="0.0%")
VALUE = Look(number_format=NUMBER)
HEADING = Look(bold=True, size=13, line=False)
ACCENT, BAR = "2C4096", "6F7680"
CHART_HEIGHT, CHART_ROWS = 11.0, 24


def write_importance(grid: Grid, plan: Plan, layout: Layout, sheets: Sheets) -> None:
    """Indicators by weight, then the questions residents answered."""
    grid.title(
        _("Importance"),
        _(
            "To the right: how well it goes. Upwards: how much it matters. What matters and goes badly comes first."
        ),
    )
    last = _indicators(grid, plan, layout, sheets)
    _chart(grid, last, _("Share of the whole against average points"), at(4, 7), bars=False)
    row = max(last, FIRST_ROW + CHART_ROWS) + 3
    grid.put(row, 1, _("What goes with residents’ satisfaction"), HEADING)
    if plan.drivers:
        _drivers(grid, plan, row + 1)
    else:
        told = _("Fewer than a hundred residents answered all questions; nothing can be said yet.")
        grid.put(row + 1, 1, told, Look(colour=MUTED, line=False))
    grid.widths(18, 40, 14, 14, 14, 14)


def _indicators(grid: Grid, plan: Plan, layout: Layout, sheets: Sheets) -> int:
    grid.put(FIRST_ROW - 2, 1, _("Indicators of the scheme"), HEADING)
    heads = (
        _("Indicator"),
        pgettext("of a thing", "Name"),
        _("How well it goes, percent of full points"),
        _("Share of the whole"),
    )
    grid.head(FIRST_ROW - 1, heads, numeric=(3, 4))
    for row, indicator in enumerate(layout.indicators, FIRST_ROW):
        column = layout.data_column[indicator.code]
        block = f"{sheets.points.name}!{span((FIRST, column), (layout.last, column))}"
        full = plan.full_of(indicator)
        points = [x for x in layout.book.result["normalised"][indicator.code] if x is not None]
        hidden = any(layout.is_withheld(indicator.code, unit) for unit in layout.units)
        mean = None if hidden else 100 * sum(points) / len(points) / full if points else ""
        grid.row(row, (indicator.code, layout.book.name(indicator.code)), LONG)
        grid.formula(row, 3, f'IFERROR(100*AVERAGE({block})/{full!r},"")', mean, VALUE)
        whole = at(layout.weight_row[indicator.code], WHOLE_COLUMN, fix_row=True, fix_column=True)
        share = official_share(layout, indicator.code)
        grid.formula(row, 4, f"{sheets.weights.name}!{whole}", share, SHARE)
    return FIRST_ROW + len(layout.indicators) - 1


def _drivers(grid: Grid, plan: Plan, row: int) -> None:
    """A table with the lengths of the error bars, then the chart."""
    heads = (
        "", _("Question"), _("How well it goes, 0 to 100"), _("Importance"), _("Half width to the right"),
        _("Importance down"), _("Importance up"),
    )  # fmt: skip
    grid.head(row, heads, numeric=range(3, 8))
    for i, driver in enumerate(plan.drivers):
        here = row + 1 + i
        grid.row(here, (str(i + 1), driver.name), LONG)
        level, share = driver.level, driver.importance
        grid.put(here, 3, level[0], VALUE)
        grid.put(here, 4, share[0], SHARE)
        grid.put(here, 5, (level[2] - level[1]) / 2, VALUE)
        grid.put(here, 6, share[0] - share[1], SHARE)
        grid.put(here, 7, share[2] - share[0], SHARE)
    last = row + len(plan.drivers)
    _chart(
        grid,
        last,
        _("What goes with satisfaction, with 95% intervals"),
        at(last + 2, 1),
        first=row + 1,
        bars=True,
    )


def _chart(grid: Grid, last: int, title: str, place: str, *, first: int = FIRST_ROW, bars: bool) -> None:
    """A scatter of column 4 over column 3, one dot a row; error bars from columns 5 to 7."""
    chart = ScatterChart()
    chart.title, chart.style, chart.legend = title, 13, None
    chart.scatterStyle = "lineMarker"
    x = Reference(grid.ws, min_col=3, min_row=first, max_row=last)
    y = Reference(grid.ws, min_col=4, min_row=first, max_row=last)
    series = _dots(Series(y, x, title=title))
    chart.series.append(series)
    if bars:
        series.errBars = _bars(grid, "y", (6, 7), first, last)
        across = _dots(Series(y, x, title=title))
        across.errBars = _bars(grid, "x", (5, 5), first, last)
        chart.series.append(across)
    chart.x_axis.title, chart.y_axis.title = _("How well it goes"), _("How much it matters")
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.y_axis.number_format, chart.x_axis.number_format = "0%", "0"
    chart.y_axis.scaling.min = 0
    chart.height, chart.width = CHART_HEIGHT, 20
    grid.ws.add_chart(chart, place)


def _dots(series: Any) -> Any:
    """Dots in the accent without a line between them."""
    series.marker = Marker("circle", size=8)
    series.marker.graphicalProperties = GraphicalProperties(solidFill=ACCENT)
    series.graphicalProperties = GraphicalProperties()
    series.graphicalProperties.line.noFill = True
    return series


def _bars(
    grid: Grid, direction: Literal["x", "y"], columns: tuple[int, int], first: int, last: int
) -> ErrorBars:
    """Bars whose lengths stand in the sheet."""

    def lengths(column: int) -> NumDataSource:
        return NumDataSource(numRef=NumRef(f=f"{grid.name}!{span((first, column), (last, column))}"))

    line = GraphicalProperties()
    line.line.solidFill = BAR
    return ErrorBars(
        errDir=direction, errBarType="both", errValType="cust", noEndCap=False,
        minus=lengths(columns[0]), plus=lengths(columns[1]), spPr=line,
    )  # fmt: skip
