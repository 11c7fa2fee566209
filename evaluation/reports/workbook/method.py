"""The sheets in words: method, exclusions, trail, dictionary."""

import json

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from evaluation.cycles.labels import GRADINGS
from evaluation.reports.workbook.evidence import excluded_text, headings
from evaluation.reports.workbook.grid import HEAD, LABEL, LONG, MUTED, Grid, Look
from evaluation.reports.workbook.layout import Layout
from evaluation.reports.workbook.wording import adjustment_words, node_words, rank_words, scale_words, told
from scoring.types import Node

SMALL = Look(colour=MUTED, wrap=True)


def write_method(grid: Grid, layout: Layout) -> None:
    """How scores come about, step by step, and which steps of this file are live formulas."""
    scheme, book = layout.scheme, layout.book
    grid.title(_("Method"), _("How the scores come about, in the order in which they are computed."))
    grid.head(4, (_("Step"), _("Rule"), _("In this file")))
    live, values = _("live formula"), _("values only: this method is not written as a formula")
    row = 5

    def step(name: str, rule: str, *, is_live: bool | None = None) -> None:
        nonlocal row
        told = "" if is_live is None else live if is_live else values
        grid.row(row, (name, rule, told), LONG)
        row += 1

    step(_("Scheme"), f"{book.name(scheme.code)} ({scheme.code}, {scheme.version})")
    step(_("Source of the scheme"), f"{scheme.source or ''} {scheme.date or ''}".strip())
    if scheme.impute.method != "none":
        step(_("Missing values are filled in by"), scheme.impute.method, is_live=False)
    if scheme.treat.method != "none":
        step(_("Extreme values are treated by"), scheme.treat.method, is_live=False)
    for indicator in layout.indicators:
        step(
            _("Points of %(name)s") % {"name": book.name(indicator.code)},
            scale_words(indicator.normalise), is_live=layout.is_live_indicator(indicator),
        )  # fmt: skip
    for node in layout.nodes:
        step(
            _("Score of %(name)s") % {"name": book.name(node.code)}, _node_text(layout, node),
            is_live=layout.is_live_node(node) and layout.has_live_weights(node.code),
        )  # fmt: skip
    step(_("Missing parts"), _missing_text(layout))
    for adjustment in scheme.adjustments:
        step(book.name(adjustment.code), adjustment_words(adjustment), is_live=True)
    step(_("Places"), rank_words(scheme.rank), is_live=layout.is_live_rank)
    if scheme.grades is not None:
        step(_("Grades"), _grade_text(layout), is_live=layout.is_live_grade)
    step(_("Possible places and tiers"), _sets_text(layout), is_live=False)
    grid.widths(40, 80, 40)
    grid.ws.freeze_panes = "A5"


def _node_text(layout: Layout, node: Node) -> str:
    shares = layout.book.result["weights"][node.code]
    codes = layout.scheme.children[node.code]
    return node_words(node.aggregate, ((layout.book.name(code), shares[code]) for code in codes))


def _missing_text(layout: Layout) -> str:
    missing = layout.scheme.missing
    return {
        "rescale": _(
            "The weight of a missing part goes to its siblings; at least %(share)s of it must be there."
        ),
        "redistribute": _(
            "The weight of a missing part goes to named parts; at least %(share)s must be there."
        ),
        "refuse": _("A unit with a missing part has no score."),
    }[missing.rule] % {"share": f"{missing.availability:.0%}"}


def _grade_text(layout: Layout) -> str:
    grades = layout.scheme.grades
    assert grades is not None
    pairs = grades.bands if grades.by == "bands" else grades.shares
    held = (f"{layout.book.name(code)} {'' if x is None else f'{x:g}'}".strip() for code, x in pairs)
    return told(GRADINGS[grades.by], held)


def _sets_text(layout: Layout) -> str:
    sets = layout.book.result.get("rank_sets")
    if not sets:
        return _("None: the data carry no errors.")
    return _("Simultaneous rank sets, %(coverage)s sure, %(draws)s draws, seed %(seed)s.") % {
        "coverage": f"{sets['coverage']:.0%}", "draws": sets["draws"], "seed": sets["seed"],
    }  # fmt: skip


def write_exclusions(grid: Grid, layout: Layout) -> None:
    """Units that are listed but not ranked, missing values, and what was left out of each number."""
    book = layout.book
    grid.title(_("Exclusions"), _("Who is not ranked and why, which values are missing, what was left out."))
    grid.head(4, (_("Unit"), pgettext("of a thing", "Name"), _("Column"), _("What"), _("Why")))
    row = 5
    for entry in book.rows:
        if not entry.is_ranked:
            grid.row(
                row, (entry.unit, book.unit(entry.unit), "", _("listed, not ranked"), entry.reason), LONG
            )
            row += 1
    for code in layout.data_column:
        for unit in layout.units:
            cell = book.cells.get(code, {}).get(unit)
            if cell is None:
                continue
            if cell.value is None:
                why = book.reasons.get(cell.reason, cell.reason)
                grid.row(row, (unit, book.unit(unit), book.name(code), _("no value"), why), LONG)
                row += 1
            if left := excluded_text(layout, cell):
                grid.row(row, (unit, book.unit(unit), book.name(code), _("left out"), left), LONG)
                row += 1
    grid.widths(14, 30, 30, 20, 60)
    grid.ws.freeze_panes = "A5"


def write_trail(grid: Grid, layout: Layout) -> None:
    """Run, digests and code version, then the engine's steps with the digests of what went in and came out."""
    grid.title(_("Trail"), _("The same inputs, scheme and code give these digests again, on any machine."))
    row = 4
    for fact in layout.book.trail:
        grid.put(row, 1, fact.name, LABEL)
        grid.put(row, 2, fact.value)
        row += 1
    row += 1
    if not layout.book.result["trail"]:
        grid.put(row, 1, _("The steps’ digests stand in the audit package: small counts are held back here."))
        grid.widths(24, 80)
        return
    grid.row(row, (_("Step"), _("Parameters"), _("Digest before"), _("Digest after")), HEAD)
    for step in layout.book.result["trail"]:
        row += 1
        parameters = json.dumps(step["parameters"], ensure_ascii=False, sort_keys=True)
        grid.row(row, (step["step"], parameters[:2000], step["input"], step["output"]), LONG)
    grid.widths(24, 80, 36, 36)


def write_dictionary(grid: Grid, layout: Layout) -> None:
    """What every indicator and every column of the source sheets means."""
    book = layout.book
    grid.title(_("Dictionary"), _("What each indicator and each column holds."))
    grid.head(4, (_("Code"), pgettext("of a thing", "Name"), _("Meaning"), _("Unit of measure")))
    row = 5
    for code in layout.data_column:
        cells = list(book.cells.get(code, {}).values())
        formula = next((cell.formula for cell in cells), "")
        share = any(cell.is_share for cell in cells)
        grid.row(
            row, (code, book.name(code), book.formulas.get(formula, formula), "%" if share else ""), LONG
        )
        row += 1
    meanings = (
        _("code of the indicator"), _("its name"), _("code of the unit"), _("its name"),
        _("the raw value; shares in percent"), _("what the formula counts"), _("out of how many"),
        _("number of answers, targets or checks"), _("n after weighting"), _("sampling error of the value"),
        _("lower bound of the 95% interval"), _("upper bound of the 95% interval"), _("how the interval is made"),
        _("first day of the period"), _("last day of the period"), _("code and version of the formula"),
        _("reason of a missing value"), _("what was left out, by reason"), _("where the number was published"),
        _("first letters of the source file’s SHA-256"), _("second person who confirmed the file"),
    )  # fmt: skip
    for name, meaning in zip(headings(), meanings, strict=True):
        grid.row(row, ("", name, meaning, ""), LONG)
        row += 1
    grid.widths(24, 34, 70, 18)
    grid.ws.freeze_panes = "A5"
