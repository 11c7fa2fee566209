"""The only bridge from tallies and evidence to scoring: one table, and for every number where it comes from."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from evaluation.cycles.bindings import Binding
from evaluation.cycles.enums import BindingSource
from evaluation.cycles.models import Cycle, Unit
from evaluation.cycles.queries import BoundScheme, bound_scheme, units_of
from evaluation.rankings.audit_cells import audit_cells, finding_cells, outcome_cells
from evaluation.rankings.cells import Cell
from evaluation.rankings.evidence_cells import Evidence, read_evidence
from evaluation.rankings.kpi_cells import kpi_cells, target_cells
from evaluation.rankings.resident_cells import case_cells, funnel_cells, tally_cells
from evaluation.rankings.survey_cells import survey_cells
from scoring.checks import needed_columns
from scoring.types import Floats, Table

Column = Callable[[str, Binding, Evidence, Sequence[Unit]], dict[str, Cell]]
FROM_EVIDENCE: Mapping[str, Column] = {
    BindingSource.KPI: kpi_cells,
    BindingSource.KPI_TARGETS: target_cells,
    BindingSource.AUDIT: audit_cells,
    BindingSource.FINDINGS: finding_cells,
    BindingSource.OUTCOME: outcome_cells,
}
FROM_RESIDENTS: Mapping[str, Callable[[str, Binding, Cycle, Sequence[Unit]], dict[str, Cell]]] = {
    BindingSource.TALLY: tally_cells,
    BindingSource.SURVEY: survey_cells,
    BindingSource.FUNNEL: funnel_cells,
    BindingSource.CASE: case_cells,
}


@dataclass(frozen=True)
class Panel:
    """What is scored: the bound scheme, the table, and every cell with its provenance."""

    bound: BoundScheme
    units: tuple[Unit, ...]
    table: Table
    cells: Mapping[str, Mapping[str, Cell]]
    """Column, then unit."""

    def cell(self, column: str, unit: str) -> Cell:
        return self.cells[column][unit]


def build(cycle: Cycle, bound: BoundScheme | None = None) -> Panel:
    """Read what a scheme asks for, by default the cycle's own; nothing is filled in, what is missing stays missing."""
    bound = bound or bound_scheme(cycle)
    units = tuple(units_of(cycle))
    evidence = read_evidence(cycle)
    cells: dict[str, Mapping[str, Cell]] = {}
    for column, binding in bound.bindings.items():
        if binding.source in FROM_EVIDENCE:
            cells[column] = FROM_EVIDENCE[binding.source](column, binding, evidence, units)
        elif binding.source in FROM_RESIDENTS:
            cells[column] = FROM_RESIDENTS[binding.source](column, binding, cycle, units)
    for column, binding in bound.bindings.items():
        if binding.source == BindingSource.SAMPLE:
            cells[column] = _samples(column, binding, cells, units)
    return Panel(bound, units, _table(bound, units, cells), cells)


def _samples(
    column: str, binding: Binding, cells: Mapping[str, Mapping[str, Cell]], units: Sequence[Unit]
) -> dict[str, Cell]:
    """How many answers stand behind the named indicators; none known counts as none."""
    found = {}
    for unit in units:
        behind = [cells[code][unit.code] for code in binding.of]
        n = sum(cell.n or 0 for cell in behind)
        found[unit.code] = Cell(unit.code, column, "sample", "sample_size", value=float(n), n=float(n))
    return found


def _table(bound: BoundScheme, units: Sequence[Unit], cells: Mapping[str, Mapping[str, Cell]]) -> Table:
    scheme = bound.scheme
    numbers, groups = needed_columns(scheme)
    codes = [unit.code for unit in units]

    def block(pick: Callable[[Cell], float | None]) -> Floats:
        rows = [[pick(cells[code][unit]) for code in scheme.codes] for unit in codes]
        return np.array(rows, dtype=np.float64).reshape(len(codes), len(scheme.codes))

    nothing = np.array(
        [[not cells[code][unit].applies for code in scheme.codes] for unit in codes], dtype=bool
    )
    se = block(lambda cell: cell.se)
    n = block(lambda cell: cell.n)
    return Table(
        units=tuple(codes),
        codes=scheme.codes,
        values=block(lambda cell: cell.value),
        se=None if np.isnan(se).all() else se,
        n=None if np.isnan(n).all() else n,
        not_applicable=nothing if nothing.any() else None,
        columns={
            name: np.array([cells[name][unit].value for unit in codes], dtype=np.float64) for name in numbers
        },
        groups={name: tuple(_group(unit) for unit in units) for name in groups},
    )


def _group(unit: Unit) -> str:
    return unit.peer_group.code if unit.peer_group else ""
