"""Puts the sheets together: the same book gives the same bytes."""

import re
from collections.abc import Mapping
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.workbook.properties import CalcProperties
from openpyxl.worksheet.properties import PageSetupProperties

from evaluation.reports.book import Book
from evaluation.reports.workbook import cached
from evaluation.reports.workbook.evidence import (
    Places,
    sheet_title,
    source_sheets,
    write_lines,
    write_source,
)
from evaluation.reports.workbook.grid import Grid
from evaluation.reports.workbook.layout import Layout
from evaluation.reports.workbook.method import write_dictionary, write_exclusions, write_method, write_trail
from evaluation.reports.workbook.points import write_points, write_values
from evaluation.reports.workbook.ranking import write_ranking
from evaluation.reports.workbook.scores import Sheets, write_scores
from evaluation.reports.workbook.summary import write_summary
from evaluation.reports.workbook.weights import write_weights
from surveys.core.workbooks.writing import save_workbook

FORBIDDEN = re.compile(r"[\[\]:*?/\\]")


def build_workbook(book: Book) -> bytes:
    """The workbook's bytes, in the language of the book."""
    with translation.override(book.language):
        workbook, layout = begin(book), Layout(book)
        grids = _grids(workbook, layout)
        _write(grids, layout)
        return finish(workbook, grids, book)


def begin(book: Book) -> Workbook:
    """An empty workbook that calculates when it is opened."""
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    workbook.calculation = CalcProperties(fullCalcOnLoad=True)
    workbook.properties.title = book.title
    workbook.properties.creator = ""
    return workbook


def finish(workbook: Workbook, grids: Mapping[str, Grid], book: Book) -> bytes:
    """The bytes, every sheet ready to print, with known results where nothing has calculated yet."""
    for grid in grids.values():
        print_setup(grid, book)
    parts = {
        f"xl/worksheets/sheet{number}.xml": grid.known
        for number, grid in enumerate(grids.values(), 1)
        if grid.known
    }
    return cached.with_results(save_workbook(workbook), parts)


def _titles(layout: Layout) -> dict[str, tuple[str, str]]:
    """Every sheet in order: key, title, content."""
    titles = {
        "summary": (_("Summary"), ""),
        "ranking": (_("Ranking"), _("Places, scores, possible places, tiers and grades, with a chart")),
    }
    for key in source_sheets(layout):
        titles[key] = (sheet_title(key), _("Raw evidence with counts, errors, periods and files"))
    if layout.book.lines:
        titles["lines"] = (_("Targets"), _("Each target with its value and whether it is met"))
    titles |= {
        "values": (_("Values"), _("Raw values, one column an indicator")),
        "points": (_("Points"), _("Values brought to one scale")),
        "weights": (_("Weights"), _("Weights and rules: the cells to change when trying another scheme")),
        "scores": (_("Scores"), _("Nodes, adjustments, places and grades")),
        "method": (_("Method"), _("Every step in words, and whether it is live")),
        "exclusions": (_("Exclusions"), _("Who is not ranked, what is missing or left out, and why")),
        "trail": (_("Trail"), _("Run, digests, code version and steps")),
        "dictionary": (_("Dictionary"), _("What each indicator and column means")),
    }
    return titles


def _grids(workbook: Workbook, layout: Layout) -> dict[str, Grid]:
    grids = {}
    for key, (title, _content) in _titles(layout).items():
        sheet: Any = workbook.create_sheet(FORBIDDEN.sub(" ", title)[:31])
        grids[key] = Grid(sheet, layout.book.language)
    return grids


def _write(grids: dict[str, Grid], layout: Layout) -> None:
    places = Places()
    counted = write_lines(grids["lines"], layout) if "lines" in grids else {}
    for key, codes in source_sheets(layout).items():
        write_source(grids[key], layout, codes, places, counted)
    rules = write_weights(grids["weights"], layout)
    write_values(grids["values"], layout, places.cells)
    write_points(grids["points"], layout, grids["values"], grids["weights"])
    sheets = Sheets(grids["values"], grids["points"], grids["weights"], rules)
    columns = write_scores(grids["scores"], layout, sheets)
    write_ranking(grids["ranking"], layout, grids["scores"], grids["points"], columns)
    write_method(grids["method"], layout)
    write_exclusions(grids["exclusions"], layout)
    write_trail(grids["trail"], layout)
    write_dictionary(grids["dictionary"], layout)
    titles = _titles(layout)
    listed = [(grids[key].ws.title, titles[key][1]) for key in titles if key != "summary"]
    write_summary(grids["summary"], layout.book, listed)


def print_setup(grid: Grid, book: Book) -> None:
    """A4 on its side, one or two pages wide, headings repeated, footer with title, sheet and page; protected."""
    ws = grid.ws
    ws.page_setup.orientation = "landscape"
    ws.page_setup.paperSize = 9
    ws.page_setup.fitToWidth = 2 if ws.max_column > 18 else 1
    ws.page_setup.fitToHeight = 0
    ws.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    ws.print_options.gridLines = False
    ws.page_margins.left = ws.page_margins.right = 0.5
    ws.page_margins.top, ws.page_margins.bottom = 0.6, 0.7
    ws.page_margins.header = ws.page_margins.footer = 0.3
    grid.fit_rows()
    frozen = re.fullmatch(r"([A-Z]+)([0-9]+)", ws.freeze_panes or "")
    if frozen:
        ws.print_title_rows = f"1:{int(frozen[2]) - 1}"
        left = column_index_from_string(frozen[1]) - 1
        if left and ws.page_setup.fitToWidth > 1:
            ws.print_title_cols = f"A:{get_column_letter(left)}"
    footer: Any = ws.oddFooter
    for part, text in zip(
        (footer.left, footer.center, footer.right),
        (book.title.replace("&", "&&"), "&A", "&P / &N"),
        strict=True,
    ):
        part.text = text
    ws.sheet_view.showGridLines = False
    ws.protection.sheet = True
    for allowed in ("formatColumns", "formatRows", "autoFilter", "sort", "selectLockedCells"):
        setattr(ws.protection, allowed, False)
