"""The sheet that answers "what if the weights were other": official results as values, the scenario as formulas."""

from django.utils.translation import gettext as _

from evaluation.reports.workbook.grid import MUTED, NUMBER, Grid, Look, at
from evaluation.reports.workbook.layout import Layout
from evaluation.reports.workbook.scores import Columns

FIRST_ROW = 5
PLACE = Look(bold=True, horizontal="right", number_format="0.#")
OFFICIAL = Look(colour=MUTED, horizontal="right", number_format="0.#")
OFFICIAL_SCORE = Look(colour=MUTED, number_format=NUMBER)
SCORE = Look(bold=True, number_format=NUMBER)
CHANGE = Look(horizontal="right", number_format='"+"0.#;"−"0.#;0')


def write_scenario(grid: Grid, layout: Layout, scores: Grid, columns: Columns) -> None:
    """One row a unit in the official order; the scenario follows the sheet of weights."""
    grid.title(
        _("Scenario"),
        _("Write other weights on the sheet “Weights”; places and scores here follow. Official ones stay."),
    )
    heads = (
        _("Unit"), _("Name of unit"), _("Official place"), _("Official score"), _("Place in the scenario"),
        _("Score in the scenario"), _("Places gained"),
    )  # fmt: skip
    grid.head(FIRST_ROW - 1, heads, numeric=range(3, 8))
    result, root = layout.book.result, layout.scheme.rank.node
    at_unit = {unit: i for i, unit in enumerate(layout.units)}
    for row, entry in enumerate(layout.book.rows, FIRST_ROW):
        i, source = at_unit[entry.unit], layout.row[entry.unit]
        rank, score = result["ranks"][i], result["scores"][root][i]
        if layout.is_withheld(root, entry.unit):
            score = None
        grid.row(row, (entry.unit, layout.book.unit(entry.unit)))
        grid.put(row, 3, rank, OFFICIAL)
        grid.put(row, 4, score, OFFICIAL_SCORE)
        place = f"{scores.name}!{at(source, columns.rank)}"
        total = f"{scores.name}!{at(source, layout.score_column[root])}"
        grid.formula(row, 5, f'IF({place}="","",{place})', "" if rank is None else rank, PLACE)
        grid.formula(row, 6, f'IF(ISNUMBER({total}),{total},"")', "" if score is None else score, SCORE)
        both = f"AND(ISNUMBER({at(row, 3)}),ISNUMBER({at(row, 5)}))"
        known: float | str = "" if rank is None else 0
        grid.formula(row, 7, f'IF({both},{at(row, 3)}-{at(row, 5)},"")', known, CHANGE)
    grid.widths(12, 34, 12, 12, 14, 14, 12)
    grid.ws.freeze_panes = at(FIRST_ROW, 3)
