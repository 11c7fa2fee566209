"""The sheet people read first: places, scores, possible places, tiers and grades, with a chart that Excel draws."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from openpyxl.chart import BarChart, Reference
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.shapes import GraphicalProperties

from evaluation.reports.charts.ranking import tier_name
from evaluation.reports.workbook.grid import MUTED, NUMBER, TEXT, Grid, Look, at
from evaluation.reports.workbook.layout import Layout
from evaluation.reports.workbook.scores import Columns

FIRST_ROW = 5
PLACE = Look(bold=True, horizontal="right", number_format="0.#")
SCORE = Look(bold=True, number_format=NUMBER)
VALUE = Look(number_format=NUMBER)
QUIET = Look(colour=MUTED)
WHOLE = Look(number_format="0", horizontal="right")


def write_ranking(grid: Grid, layout: Layout, scores: Grid, points: Grid, columns: Columns) -> int:
    """Ranked units first, then those only listed; returns the last row with a score."""
    scheme, book = layout.scheme, layout.book
    grid.title(
        _("Ranking"),
        _(
            "Places and scores are live; possible places and tiers come from simulation and are not recalculated."
        ),
    )
    parts = scheme.children[scheme.rank.node]
    heads = (
        _("Place"), _("Unit"), pgettext("of a thing", "Name"), _("Score"), _("Place from"), _("Place to"), _("Tier"),
        _("Grade") if scheme.grades is not None else "",
        *(book.name(code) for code in parts), _("Remark"),
    )  # fmt: skip
    grid.head(FIRST_ROW - 1, heads, numeric=(1, 4, 5, 6, *range(9, 9 + len(parts))))
    at_unit = {unit: i for i, unit in enumerate(layout.units)}
    for row, entry in enumerate(book.rows, FIRST_ROW):
        i, source = at_unit[entry.unit], layout.row[entry.unit]
        rank, score = book.result["ranks"][i], book.result["scores"][scheme.rank.node][i]
        if layout.is_withheld(scheme.rank.node, entry.unit):
            score = None
        place = f"{scores.name}!{at(source, columns.rank)}"
        grid.formula(row, 1, f'IF({place}="","",{place})', "" if rank is None else rank, PLACE)
        grid.row(row, (entry.unit, book.unit(entry.unit)), start=2)
        total = f"{scores.name}!{at(source, layout.score_column[scheme.rank.node])}"
        grid.formula(row, 4, f'IF(ISNUMBER({total}),{total},"")', "" if score is None else score, SCORE)
        grid.put(row, 5, entry.lower, WHOLE)
        grid.put(row, 6, entry.upper, WHOLE)
        grid.put(row, 7, tier_name(entry.tier, scheme.tiers) if entry.tier else None)
        if scheme.grades is not None:
            grade = book.result["grades"][i]
            place = f"{scores.name}!{at(source, columns.grade)}"
            known = book.grades.get(grade, grade) if grade else ""
            grid.formula(row, 8, f'IF({place}="","",{place})', known)
        _parts(grid, layout, (scores, points), row, entry.unit)
        grid.put(row, 9 + len(parts), entry.reason or None, Look(colour=MUTED, wrap=True))
    grid.widths(8, 12, 30, 11, 10, 10, 20, 12 if scheme.grades else 3, *([13] * len(parts)), 40)
    grid.ws.freeze_panes = at(FIRST_ROW, 4)
    n_ranked = sum(entry.is_ranked for entry in book.rows)
    if n_ranked:
        _chart(grid, FIRST_ROW + n_ranked - 1, FIRST_ROW + len(book.rows) + 2)
    return FIRST_ROW + n_ranked - 1


def _parts(grid: Grid, layout: Layout, sheets: tuple[Grid, Grid], row: int, unit: str) -> None:
    """The children of the ranked node, by reference to their own sheets."""
    scores, points = sheets
    source = layout.row[unit]
    at_unit = layout.units.index(unit)
    for column, code in enumerate(layout.scheme.children[layout.scheme.rank.node], 9):
        if code in layout.score_column:
            place = f"{scores.name}!{at(source, layout.score_column[code])}"
            known = layout.book.result["scores"][code][at_unit]
        else:
            place = f"{points.name}!{at(source, layout.data_column[code])}"
            known = layout.book.result["normalised"][code][at_unit]
        if layout.is_withheld(code, unit):
            grid.put(row, column, _("not shown"), QUIET)
            continue
        grid.formula(
            row, column, f'IF(ISNUMBER({place}),{place},"–")', "–" if known is None else known, VALUE
        )


def _chart(grid: Grid, last: int, below: int) -> None:
    """Bars of the scores in the order of the sheet; numbers at their ends, no legend, axis from zero."""
    chart = BarChart()
    chart.type = "bar"
    chart.style = 10
    chart.title = _("Score")
    chart.legend = None
    chart.gapWidth = 45
    chart.y_axis.scaling.min = 0
    chart.y_axis.delete = False
    chart.x_axis.delete = False
    chart.x_axis.scaling.orientation = "maxMin"
    chart.y_axis.majorGridlines = None
    chart.y_axis.number_format = "0"
    chart.add_data(Reference(grid.ws, min_col=4, min_row=FIRST_ROW, max_row=last), titles_from_data=False)
    chart.set_categories(Reference(grid.ws, min_col=3, min_row=FIRST_ROW, max_row=last))
    series = chart.series[0]
    series.graphicalProperties = GraphicalProperties(solidFill="2C4096")
    chart.dataLabels = DataLabelList()
    chart.dataLabels.showVal = True
    for flag in ("showSerName", "showCatName", "showLegendKey", "showPercent"):
        setattr(chart.dataLabels, flag, False)
    chart.dataLabels.numFmt = "0.0"
    chart.height = max(6.0, 0.62 * (last - FIRST_ROW + 1) + 2.5)
    chart.width = 26
    grid.ws.add_chart(chart, at(below, 2))


__all__ = ["FIRST_ROW", "TEXT", "write_ranking"]
