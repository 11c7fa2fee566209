"""Puts the planning sheets over the live sheets of the workbook; the same plan gives the same bytes."""

from django.utils import translation
from django.utils.translation import gettext as _

from evaluation.reports.planning.gaps import write_gaps
from evaluation.reports.planning.importance import write_importance
from evaluation.reports.planning.measures import write_deadlines, write_measures
from evaluation.reports.planning.scenario import write_scenario
from evaluation.reports.planning.shapes import Plan
from evaluation.reports.workbook.build import FORBIDDEN, begin, finish
from evaluation.reports.workbook.grid import Grid
from evaluation.reports.workbook.layout import Layout
from evaluation.reports.workbook.method import write_method
from evaluation.reports.workbook.points import write_points, write_values
from evaluation.reports.workbook.scores import Sheets, write_scores
from evaluation.reports.workbook.summary import write_summary
from evaluation.reports.workbook.weights import write_weights


def build_planning(plan: Plan) -> bytes:
    """The workbook's bytes, in the language of the plan's book."""
    book = plan.book
    with translation.override(book.language):
        workbook = begin(book)
        titles = _titles()
        grids = {
            key: Grid(workbook.create_sheet(FORBIDDEN.sub(" ", title)[:31]), book.language)
            for key, (title, _content) in titles.items()
        }
        _write(grids, plan)
        listed = [(grids[key].ws.title, content) for key, (_title, content) in titles.items() if content]
        write_summary(grids["summary"], book, listed)
        return finish(workbook, grids, book)


def _titles() -> dict[str, tuple[str, str]]:
    """Every sheet in order: key, title, content."""
    return {
        "summary": (_("Summary"), ""),
        "scenario": (_("Scenario"), _("Official places beside those under the weights of this file")),
        "gaps": (_("Gaps"), _("Distance to the target and to the peers, and the points still to be won")),
        "measures": (_("Measures"), _("Cost, reach, expected and proven effect, ordered by gain for cost")),
        "importance": (_("Importance"), _("What matters against how well it goes, with a chart")),
        "deadlines": (_("Deadlines"), _("Measures, steps and stages of the cycle by day")),
        "weights": (_("Weights"), _("Weights and rules: the cells to change when trying another scheme")),
        "values": (_("Values"), _("Raw values, one column an indicator")),
        "points": (_("Points"), _("Values brought to one scale")),
        "scores": (_("Scores"), _("Nodes, adjustments, places and grades")),
        "method": (_("Method"), _("Every step in words, and whether it is live")),
    }


def _write(grids: dict[str, Grid], plan: Plan) -> None:
    layout = Layout(plan.book)
    rules = write_weights(grids["weights"], layout)
    write_values(grids["values"], layout, {})
    write_points(grids["points"], layout, grids["values"], grids["weights"])
    sheets = Sheets(grids["values"], grids["points"], grids["weights"], rules)
    columns = write_scores(grids["scores"], layout, sheets)
    write_method(grids["method"], layout)
    write_scenario(grids["scenario"], layout, grids["scores"], columns)
    write_gaps(grids["gaps"], plan, layout, sheets)
    write_measures(grids["measures"], plan, layout, grids["weights"])
    write_importance(grids["importance"], plan, layout, sheets)
    write_deadlines(grids["deadlines"], plan)
