"""The sheets of measures, ordered by what they give for their cost, and of deadlines by day."""

from django.utils.translation import gettext as _

from evaluation.reports.planning.shapes import Plan, PlannedMeasure
from evaluation.reports.workbook.grid import DAY, MUTED, NUMBER, TEXT, WHOLE, Grid, Look, at, span
from evaluation.reports.workbook.layout import Layout
from evaluation.reports.workbook.weights import WHOLE_COLUMN

FIRST_ROW = 5
PER = 10_000
DATE = Look(number_format=DAY)
COUNT = Look(number_format=WHOLE)
VALUE = Look(number_format=NUMBER)
GAIN = Look(number_format=NUMBER, bold=True)
QUIET = Look(colour=MUTED)
PLACE = Look(number_format="0", bold=True, horizontal="right")


def write_measures(grid: Grid, plan: Plan, layout: Layout, weights: Grid) -> None:
    """Gain under this file's weights, gain for cost and the order by it are formulas."""
    grid.title(
        _("Measures"),
        _("Expected gain follows the weights of this file; proven effect is the change against the peers."),
    )
    heads = (
        _("Order"), _("Measure"), _("Department"), _("Owner"), _("Opened from"), _("Indicator"), _("State"),
        _("Due"), _("Cost"), _("People reached"), _("Expected points, official weights"),
        _("Official share of the whole"), _("Expected points, weights of this file"),
        _("Points for 10,000 of cost"), _("Proven effect"), _("Lower 95%"), _("Upper 95%"), _("In a word"),
        _("Metric"), _("Target"),
    )  # fmt: skip
    grid.head(FIRST_ROW - 1, heads, numeric=(1, 9, 10, 11, 12, 13, 14, 15, 16, 17, 20))
    last = FIRST_ROW + len(plan.measures) - 1
    for row, measure in enumerate(plan.measures, FIRST_ROW):
        _measure(grid, layout, weights, row, measure)
        _order(grid, plan, row, last)
    grid.widths(7, 36, 24, 14, 16, 14, 14, 12, 12, 12, 13, 12, 13, 13, 12, 10, 10, 18, 22, 10)
    grid.ws.freeze_panes = at(FIRST_ROW, 3)
    grid.ws.auto_filter.ref = f"A{FIRST_ROW - 1}:{at(max(last, FIRST_ROW), len(heads))}"
    if not plan.measures:
        grid.put(FIRST_ROW, 2, _("No measure is open."), QUIET)


def _order(grid: Grid, plan: Plan, row: int, last: int) -> None:
    """The place of a measure by its gain for its cost."""
    worths = [_worth(measure) for measure in plan.measures]
    own = worths[row - FIRST_ROW]
    known = "" if own is None else 1 + sum(other is not None and other > own for other in worths)
    column = span((FIRST_ROW, 14), (last, 14))
    grid.formula(row, 1, f'IF(ISNUMBER({at(row, 14)}),RANK({at(row, 14)},{column}),"")', known, PLACE)


def _worth(measure: PlannedMeasure) -> float | None:
    """Expected points for 10,000 of cost."""
    return None if measure.gain is None or not measure.cost else PER * measure.gain / measure.cost


def _measure(grid: Grid, layout: Layout, weights: Grid, row: int, measure: PlannedMeasure) -> None:
    grid.row(
        row,
        (measure.title, measure.department, measure.owner, measure.opened_from, measure.indicator, measure.state),
        TEXT, start=2,
    )  # fmt: skip
    grid.put(row, 8, measure.due_on, DATE)
    grid.put(row, 9, measure.cost, VALUE)
    grid.put(row, 10, measure.n_reached, COUNT)
    grid.put(row, 11, measure.gain, VALUE)
    share = official_share(layout, measure.indicator)
    grid.put(row, 12, share, Look(number_format="0.0000", colour=MUTED))
    official, part = at(row, 11), at(row, 12)
    if share:
        place = at(layout.weight_row[measure.indicator], WHOLE_COLUMN, fix_row=True, fix_column=True)
        gain = f"{official}*{weights.name}!{place}/{part}"
    else:
        gain = official
    grid.formula(row, 13, f'IF(ISNUMBER({official}),{gain},"")', _known(measure.gain), GAIN)
    cost = at(row, 9)
    worth = f"AND(ISNUMBER({at(row, 13)}),N({cost})>0)"
    grid.formula(row, 14, f'IF({worth},{PER}*{at(row, 13)}/{cost},"")', _known(_worth(measure)), VALUE)
    for offset, value in enumerate((measure.effect, measure.lower, measure.upper)):
        grid.put(row, 15 + offset, value, Look(number_format="0.0000"))
    grid.row(row, (measure.verdict, measure.metric), TEXT, start=18)
    grid.put(row, 20, measure.target, VALUE)


def _known(value: float | None) -> float | str:
    return "" if value is None else value


def official_share(layout: Layout, code: str) -> float | None:
    """What part of the whole a node or indicator has under the official weights; None where it is none."""
    parts = {node.code: node.parent for node in layout.scheme.nodes}
    parts |= {indicator.code: indicator.parent for indicator in layout.scheme.indicators}
    if code not in parts:
        return None
    share = 1.0
    at_code: str | None = code
    while at_code is not None and parts[at_code] is not None:
        share *= float(layout.book.result["weights"][parts[at_code]][at_code])
        at_code = parts[at_code]
    return share


def write_deadlines(grid: Grid, plan: Plan) -> None:
    """Everything with a day, the nearest first."""
    grid.title(_("Deadlines"), _("As of %(day)s.") % {"day": plan.as_of.isoformat()})
    grid.head(
        FIRST_ROW - 1,
        (_("Day"), _("What"), _("Department"), _("Kind"), _("State"), _("Days left")),
        numeric=(6,),
    )
    for row, deadline in enumerate(plan.deadlines, FIRST_ROW):
        grid.put(row, 1, deadline.on_day, DATE)
        grid.row(row, (deadline.what, deadline.department, deadline.kind, deadline.state), TEXT, start=2)
        grid.put(row, 6, (deadline.on_day - plan.as_of).days, COUNT)
    if not plan.deadlines:
        grid.put(FIRST_ROW, 2, _("Nothing is due."), QUIET)
    grid.widths(12, 60, 28, 18, 20, 10)
    grid.ws.freeze_panes = at(FIRST_ROW, 1)
