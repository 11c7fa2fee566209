"""One sheet a source: every number with its base, error, period, file and witness; shares are live divisions."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from evaluation.rankings.cells import Cell
from evaluation.reports.book import TargetLine
from evaluation.reports.workbook.grid import DAY, NUMBER, WHOLE, Grid, Look, at, span
from evaluation.reports.workbook.layout import Layout
from evaluation.reports.workbook.points import NONE

RESIDENTS, KPIS, AUDITS, OUTCOMES = "residents", "kpis", "audits", "outcomes"
SHEET_OF = {
    "tally": RESIDENTS, "survey": RESIDENTS, "funnel": RESIDENTS, "case": RESIDENTS, "sample": RESIDENTS, "kpi": KPIS,
    "kpi_targets": KPIS, "audit": AUDITS, "findings": AUDITS, "outcome": OUTCOMES,
}  # fmt: skip
VALUE, NUMERATOR, DENOMINATOR = 5, 6, 7
FIRST_ROW = 5
NUM = Look(number_format="#,##0.####")
RAW = Look(number_format=NUMBER, bold=True)
COUNT = Look(number_format=WHOLE)
DATE = Look(number_format=DAY)
CLOSE = 1e-9


@dataclass
class Places:
    """Where the value of each column and unit stands."""

    cells: dict[tuple[str, str], str] = field(default_factory=dict)


def source_sheets(layout: Layout) -> dict[str, list[str]]:
    """The sheets that are needed, each with its columns in the order of the scheme."""
    found: dict[str, list[str]] = {}
    for code in layout.data_column:
        for cell in list(layout.book.cells.get(code, {}).values())[:1]:
            found.setdefault(SHEET_OF.get(cell.source, OUTCOMES), []).append(code)
    return {key: found[key] for key in (RESIDENTS, KPIS, AUDITS, OUTCOMES) if key in found}


def sheet_title(key: str) -> str:
    return {
        RESIDENTS: _("Residents"),
        KPIS: _("Internal KPIs"),
        AUDITS: _("Audits"),
        OUTCOMES: _("Outcomes"),
    }[key]


def headings() -> tuple[str, ...]:
    return (
        _("Indicator"), pgettext("of a thing", "Name"), _("Unit"), _("Name of unit"), _("Value"),
        _("Numerator"), _("Denominator"), _("n"), _("Effective n"), _("Standard error"), _("Lower 95%"),
        _("Upper 95%"), _("Interval"), _("From"), _("To"), _("Formula"), _("Why there is none"), _("Left out"),
        _("Source"), _("File digest"), _("Attested by"),
    )  # fmt: skip


def write_source(
    grid: Grid, layout: Layout, codes: Sequence[str], places: Places, counted: dict[tuple[str, str], str]
) -> None:
    """Rows by indicator and unit; `counted` holds formulas that count lines of another sheet."""
    note = _("A share is a live division of its counts. Missing is empty with its reason, never zero.")
    grid.title(grid.ws.title, note)
    grid.head(FIRST_ROW - 1, headings(), numeric=range(5, 13))
    row = FIRST_ROW
    for code in codes:
        cells = layout.book.cells[code]
        for unit in layout.units:
            if unit in cells:
                _row(grid, layout, row, cells[unit], counted.get((code, unit)))
                places.cells[code, unit] = f"{grid.name}!{at(row, VALUE, fix_row=True, fix_column=True)}"
                row += 1
    grid.widths(18, 30, 12, 26, 12, 12, 12, 10, 10, 12, 11, 11, 10, 12, 12, 22, 24, 24, 36, 20, 18)
    grid.ws.freeze_panes = at(FIRST_ROW, VALUE)
    grid.ws.auto_filter.ref = f"A{FIRST_ROW - 1}:{at(max(row - 1, FIRST_ROW), len(headings()))}"


def _row(grid: Grid, layout: Layout, row: int, cell: Cell, counted: str | None) -> None:
    book = layout.book
    grid.row(row, (cell.column, book.name(cell.column), cell.unit, book.unit(cell.unit)))
    if counted is not None:
        grid.formula(row, NUMERATOR, counted, cell.numerator, COUNT)
    else:
        grid.put(row, NUMERATOR, cell.numerator, NUM)
    grid.put(row, DENOMINATOR, cell.denominator, NUM)
    if cell.value is None:
        grid.put(row, VALUE, None if cell.applies else NONE, RAW)
    elif _is_share(cell):
        base = at(row, DENOMINATOR)
        grid.formula(row, VALUE, f'IF({base}=0,"",100*{at(row, NUMERATOR)}/{base})', cell.value, RAW)
    else:
        grid.put(row, VALUE, cell.value, RAW)
    grid.put(row, 8, cell.n, COUNT)
    for column, number in enumerate((cell.n_eff, cell.se, cell.lower, cell.upper), 9):
        grid.put(row, column, number, NUM)
    grid.put(row, 13, cell.method or None)
    grid.put(row, 14, cell.starts_on, DATE)
    grid.put(row, 15, cell.ends_on, DATE)
    grid.put(row, 16, f"{cell.formula}@{cell.version}")
    grid.put(row, 17, book.reasons.get(cell.reason, cell.reason) or None)
    grid.put(row, 18, excluded_text(layout, cell) or None)
    grid.put(row, 19, "; ".join(dict.fromkeys(o.source or o.name for o in cell.origins)) or None)
    grid.put(row, 20, "; ".join(o.digest[:16] for o in cell.origins if o.digest) or None)
    grid.put(row, 21, "; ".join(dict.fromkeys(o.attested for o in cell.origins if o.attested)) or None)


def _is_share(cell: Cell) -> bool:
    """Whether the value is 100 × numerator ÷ denominator."""
    if not cell.is_share or cell.value is None or cell.numerator is None or not cell.denominator:
        return False
    return abs(100 * cell.numerator / cell.denominator - cell.value) < CLOSE


def excluded_text(layout: Layout, cell: Cell) -> str:
    """What was left out, counted by reason."""
    parts = [
        f"{layout.book.reasons.get(reason, reason)}: {'' if n is None else n}".rstrip(": ")
        for reason, n in sorted(cell.excluded.items())
        if n != 0
    ]
    return "; ".join(parts)


def write_lines(grid: Grid, layout: Layout) -> dict[tuple[str, str], str]:
    """Indicators that have a target, line by line; returns the formulas that count those met."""
    lines = layout.book.lines
    grid.title(grid.ws.title, _("A target is met at equality. Empty under “Met”: not counted."))
    heads = (
        _("Column"), _("Unit"), _("Name of unit"), _("KPI"), pgettext("of a thing", "Name"), _("Period"),
        _("Value"), _("Target"), _("Direction"), _("Met"), _("Source"),
    )  # fmt: skip
    grid.head(FIRST_ROW - 1, heads, numeric=(7, 8, 9, 10))
    for row, line in enumerate(lines, FIRST_ROW):
        _line(grid, layout, row, line)
    last = max(FIRST_ROW + len(lines) - 1, FIRST_ROW)
    grid.widths(16, 12, 26, 22, 44, 16, 13, 13, 10, 8, 40)
    grid.ws.freeze_panes = at(FIRST_ROW, 7)
    grid.ws.auto_filter.ref = f"A{FIRST_ROW - 1}:K{last}"
    return _counts(grid, layout, last)


def _line(grid: Grid, layout: Layout, row: int, line: TargetLine) -> None:
    grid.row(row, (line.column, line.unit, layout.book.unit(line.unit), line.code, line.name, line.period))
    grid.put(row, 7, line.value, NUM)
    grid.put(row, 8, line.target, NUM)
    grid.put(row, 9, line.direction)
    if line.met is None:
        pass
    elif line.value is None:
        grid.put(row, 10, int(line.met))
    else:
        value, target, direction = (at(row, column) for column in (7, 8, 9))
        met = f"IF(OR(AND({direction}>0,{value}>={target}),AND({direction}<0,{value}<={target})),1,0)"
        grid.formula(row, 10, met, int(line.met))
    grid.put(row, 11, line.source or None)


def _counts(grid: Grid, layout: Layout, last: int) -> dict[tuple[str, str], str]:
    """A count for each unit whose lines give exactly the numerator that was scored."""
    met: dict[tuple[str, str], int] = {}
    n: dict[tuple[str, str], int] = {}
    for line in layout.book.lines:
        if line.met is not None:
            key = (line.column, line.unit)
            met[key], n[key] = met.get(key, 0) + line.met, n.get(key, 0) + 1
    columns, units, marks = (
        f"{grid.name}!{span((FIRST_ROW, column), (last, column))}" for column in (1, 2, 10)
    )
    found = {}
    for key, size in n.items():
        cell = layout.book.cells.get(key[0], {}).get(key[1])
        if cell is not None and cell.numerator == met[key] and cell.denominator == size:
            code, unit = (text.replace('"', '""') for text in key)
            found[key] = f'SUMIFS({marks},{columns},"{code}",{units},"{unit}")'
    return found
