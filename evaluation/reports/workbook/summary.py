"""The first sheet: the finding, the facts that every reader needs, the pictures, and what each sheet holds."""

import io
from collections.abc import Sequence

from django.utils.translation import gettext as _
from openpyxl.drawing.image import Image
from openpyxl.worksheet.pagebreak import Break

from evaluation.reports.book import Book
from evaluation.reports.workbook.grid import ACCENT, HEAD, LABEL, LONG, MUTED, Grid, Look

PICTURE_WIDTH = 620
ROW_HEIGHT = 20


def write_summary(grid: Grid, book: Book, sheets: Sequence[tuple[str, str]]) -> None:
    """`sheets`: title and content of every other sheet."""
    grid.title(book.title, book.finding)
    row = 4
    if book.is_synthetic:
        grid.put(
            row,
            1,
            _("Synthetic data: made up to try the system. No real organisation is rated."),
            Look(bold=True, colour="FF8A480C"),
        )
        row += 1
    for fact in book.facts:
        grid.put(row, 1, fact.name, LABEL)
        grid.put(row, 2, fact.value, LONG)
        row += 1
    if book.notes:
        grid.put(row, 1, _("What readers must know"), LABEL)
        grid.put(row, 2, book.notes, LONG)
        row += 1
    row += 1
    grid.row(row, (_("Sheet"), _("Content")), HEAD)
    for title, content in sheets:
        row += 1
        grid.put(row, 1, title, Look(colour=ACCENT))
        target = title.replace("'", "''")
        grid.ws.cell(row=row, column=1).hyperlink = f"#'{target}'!A1"
        grid.put(row, 2, content, LONG)
    row += 2
    grid.put(
        row, 1,
        _("Sheets are protected against slips, without a password: unprotect a sheet to change its formulas."),
        Look(colour=MUTED),
    )  # fmt: skip
    _pictures(grid, book, row + 2)
    grid.widths(30, 90)


def _pictures(grid: Grid, book: Book, row: int) -> None:
    """Each picture on a page of its own in print, what it says in words below it."""
    for content, alt in book.pictures:
        grid.ws.row_breaks.append(Break(id=row - 1))
        image = Image(io.BytesIO(content))
        scale = PICTURE_WIDTH / image.width
        image.width, image.height = PICTURE_WIDTH, round(image.height * scale)
        grid.ws.add_image(image, f"A{row}")
        row += int(image.height / ROW_HEIGHT) + 2
        grid.put(row - 1, 1, alt, Look(colour=MUTED, size=9))
