"""Turns released figures of sampled surveys into cells: weighted, with design-based error and effective n."""

from collections.abc import Sequence

from evaluation.cycles.bindings import Binding
from evaluation.cycles.models import Cycle, Unit
from evaluation.rankings.cells import Cell, Origin
from evaluation.rankings.formulas import tally_version
from surveys.tallies.survey_estimates import SurveyFigure, survey_figures

SHARES = frozenset({"top_box", "top2"})
METHOD = "Taylor"


def survey_cells(column: str, binding: Binding, cycle: Cycle, units: Sequence[Unit]) -> dict[str, Cell]:
    """The survey's figure of each unit's own organisation; a unit nobody was asked about has none."""
    rows = survey_figures(
        starts_on=cycle.starts_on,
        ends_on=cycle.ends_on,
        item=binding.item,
        figure=binding.formula,
        survey=binding.survey,
    )
    own = {row.organisation_id: row for row in rows}
    return {unit.code: _cell(unit.code, column, binding, own.get(unit.organisation_id)) for unit in units}


def _cell(unit: str, column: str, binding: Binding, row: SurveyFigure | None) -> Cell:
    version = tally_version(binding.formula)
    if row is None:
        return Cell(unit, column, "survey", binding.formula, version, reason="no_survey", included=0)
    return Cell(
        unit,
        column,
        "survey",
        binding.formula,
        version,
        value=row.value,
        se=row.se,
        n=float(row.n),
        n_eff=row.n_eff,
        lower=row.lower,
        upper=row.upper,
        method=METHOD,
        is_share=binding.formula in SHARES,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        included=row.n,
        excluded={"dont_know": row.n_dont_know} if row.n_dont_know else {},
        origins=(Origin(name=row.survey, digest=row.digest, kind="survey"),),
    )
