"""The sheet of weights and rules: the inputs of the scheme, open for trying others."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from openpyxl.worksheet.datavalidation import DataValidation

from evaluation.cycles.labels import AGGREGATES
from evaluation.reports.workbook.grid import INPUT, LABEL, SHARE, TEXT, Grid, Look, at
from evaluation.reports.workbook.layout import Layout
from scoring.types import Indicator, Node

WEIGHT, SHARE_COLUMN, WHOLE_COLUMN = 5, 6, 7
NUMERIC = Look(number_format=SHARE)


@dataclass
class Rules:
    """Cells of the scheme's rules by name, as formulas on other sheets write them."""

    sheet: str
    cells: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        return f"{self.sheet}!{self.cells[name]}"

    def __contains__(self, name: str) -> bool:
        return name in self.cells


def write_weights(grid: Grid, layout: Layout) -> Rules:
    """One row a part of the tree, then the rules; returns where the rules stand."""
    grid.title(
        _("Weights and rules"),
        _("Shaded cells are open: write another weight, and scores, places and grades follow."),
    )
    heads = (
        _("Code"),
        pgettext("of a thing", "Name"),
        _("Under"),
        _("Combined by"),
        _("Weight"),
        _("Share"),
        _("Of the whole"),
    )
    grid.head(4, heads, numeric=(5, 6, 7))
    scheme = layout.scheme
    parts = _parts(layout)
    ways = {node.code: str(AGGREGATES.get(node.aggregate, node.aggregate)) for node in scheme.nodes}
    last = 4 + len(layout.weight_row)
    for code, row in layout.weight_row.items():
        part = parts[code]
        name = ("  " * _depth(layout, code)) + layout.book.name(code)
        grid.row(row, (code, name, part.parent or "", ways.get(code, "")))
        if part.parent is None:
            grid.put(row, WHOLE_COLUMN, 1, NUMERIC)
            continue
        _weight(grid, layout, code, row, last)
    rule = DataValidation(type="decimal", operator="greaterThanOrEqual", formula1="0", allow_blank=False)
    rule.add(f"E5:E{last}")
    grid.ws.add_data_validation(rule)
    grid.widths(22, 44, 18, 14, 12, 12, 12)
    grid.ws.freeze_panes = "A5"
    return _rules(grid, layout, last + 3)


def _parts(layout: Layout) -> dict[str, Node | Indicator]:
    """Every node and indicator of the scheme by code."""
    parts: dict[str, Node | Indicator] = {node.code: node for node in layout.scheme.nodes}
    for indicator in layout.scheme.indicators:
        parts[indicator.code] = indicator
    return parts


def _depth(layout: Layout, code: str) -> int:
    parts = _parts(layout)
    depth = 0
    while parts[code].parent is not None:
        code, depth = str(parts[code].parent), depth + 1
    return depth


def _weight(grid: Grid, layout: Layout, code: str, row: int, last: int) -> None:
    """The weight as written, its share among its siblings, and its part of the whole."""
    parts = _parts(layout)
    parent = str(parts[code].parent)
    node = next(n for n in layout.scheme.nodes if n.code == parent)
    share = layout.book.result["weights"][parent][code]
    method = dict(layout.scheme.weights).get(parent)
    live = layout.has_live_weights(parent)
    written = 1.0 if method is not None and method.method == "equal" else parts[code].weight
    if not live:
        grid.put(row, WEIGHT, share, NUMERIC)
        grid.put(row, SHARE_COLUMN, share, NUMERIC)
    else:
        grid.put(row, WEIGHT, written, INPUT)
        if node.aggregate == "sum":
            grid.formula(row, SHARE_COLUMN, at(row, WEIGHT), share, NUMERIC)
        else:
            total = f"SUMIF($C$5:$C${last},C{row},$E$5:$E${last})"
            grid.formula(row, SHARE_COLUMN, f"{at(row, WEIGHT)}/{total}", share, NUMERIC)
    above = at(layout.weight_row[parent], WHOLE_COLUMN)
    grid.formula(row, WHOLE_COLUMN, f"{at(row, SHARE_COLUMN)}*{above}", None, NUMERIC)


def _rules(grid: Grid, layout: Layout, row: int) -> Rules:
    """Each rule that formulas use, in a cell of its own."""
    rules, scheme = Rules(grid.name), layout.scheme
    grid.put(row, 1, _("Rules"), Look(bold=True, size=13))
    row += 1

    def rule(key: str, name: str, value: float | str) -> None:
        nonlocal row
        grid.put(row, 1, key, LABEL)
        grid.put(row, 2, name)
        grid.put(row, WEIGHT, value, Look(number_format="General") if isinstance(value, str) else TEXT)
        rules.cells[key] = at(row, WEIGHT, fix_row=True, fix_column=True)
        row += 1

    asked = 1.0 if scheme.missing.rule == "refuse" else scheme.missing.availability
    rule("availability", _("Least share of the weight that must be there"), asked)
    if scheme.rank.decimals is not None:
        rule("decimals", _("Decimals a score is rounded to before it is ranked"), scheme.rank.decimals)
    if scheme.samples:
        rule("shown", _("Fewest ratings for a score to be shown"), scheme.samples.shown)
        rule("ranked", _("Fewest ratings to be ranked"), scheme.samples.ranked)
        rule("graded", _("Fewest ratings to be graded"), scheme.samples.graded)
    for adjustment in scheme.adjustments:
        name = layout.book.name(adjustment.code)
        if adjustment.kind != "veto":
            rule(f"{adjustment.code}.each", _("%(name)s: points each") % {"name": name}, adjustment.each)
        if adjustment.cap is not None:
            rule(f"{adjustment.code}.cap", _("%(name)s: at most") % {"name": name}, adjustment.cap)
        if adjustment.opens_above is not None:
            text = _("%(name)s: opens above") % {"name": name}
            rule(f"{adjustment.code}.opens", text, adjustment.opens_above)
        if adjustment.sets_to is not None:
            rule(
                f"{adjustment.code}.sets",
                _("%(name)s: sets the score to") % {"name": name},
                adjustment.sets_to,
            )
    if scheme.full_marks:
        for group, marks in scheme.full_marks.marks:
            rule(f"full.{group}", _("Full marks of group %(group)s") % {"group": group}, marks)
    _grade_rules(layout, rule)
    return rules


def _grade_rules(layout: Layout, rule: object) -> None:
    scheme = layout.scheme
    if scheme.grades is None or not callable(rule):
        return
    for i, (code, mark) in enumerate(scheme.grades.bands if scheme.grades.by == "bands" else ()):
        if mark is not None:
            rule(
                f"band.{i}",
                _("Lowest score for %(grade)s") % {"grade": layout.book.grades.get(code, code)},
                mark,
            )
    for i, (code, share) in enumerate(scheme.grades.shares if scheme.grades.by == "quota" else ()):
        if share is not None:
            rule(
                f"quota.{i}",
                _("Share of units for %(grade)s") % {"grade": layout.book.grades.get(code, code)},
                share,
            )
    if scheme.grades.floor is not None:
        rule("floor", _("Lowest score for the best grade"), scheme.grades.floor)
    for i, code in enumerate(scheme.grades.codes):
        rule(f"grade.{i}", _("Name of grade %(n)s") % {"n": i + 1}, layout.book.grades.get(code, code))
