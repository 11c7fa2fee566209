"""Reads runs and editions: the one source of ranking rows for page, workbook, CSV and API alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from evaluation.cycles.bindings import Binding, parse_bindings
from evaluation.cycles.models import Cycle, Unit
from evaluation.cycles.queries import units_of
from evaluation.rankings.cells import Cell, cell_from_json
from evaluation.rankings.enums import PlacementState, RunKind
from evaluation.rankings.models import Edition, Figure, Objection, Run
from evaluation.rankings.reasons import listed_reason, text_of
from evaluation.rankings.tree import NodeInfo, leaves_below, scales, tree_of
from scoring.schemes import scheme_from_json
from scoring.types import Scheme

Names = Mapping[str, str]


class NothingPublishedError(LookupError):
    """There is no edition, unit or figure of that name; carries the sentence."""


@dataclass(frozen=True)
class NodeValue:
    """One unit at one part of the tree: points, what it gives to the score, and the raw cell of a leaf."""

    code: str
    points: float | None
    contribution: float | None
    possible: float | None
    cell: Cell | None

    @property
    def raw(self) -> float | None:
        """The raw value in its own unit; shares from 0 to 1."""
        if self.cell is None or self.cell.value is None:
            return None
        return self.cell.value / 100 if self.cell.is_share else self.cell.value

    @property
    def missing(self) -> Names:
        """Why there is no value, in three languages; empty where there is one."""
        if self.cell is None or self.cell.value is not None or not self.cell.reason:
            return {}
        return text_of(self.cell.reason)


@dataclass(frozen=True)
class RankingRow:
    """One unit of a run: where it stands, every place it may hold, and its value at every part of the tree."""

    unit: str
    names: Names
    organisation_id: int
    peer_group: Names
    state: str
    reason: Names
    score: float | None
    se: float | None
    rank: float | None
    lower: int | None
    upper: int | None
    joint_lower: int | None
    joint_upper: int | None
    tier: str
    grade: str
    values: Mapping[str, NodeValue]

    @property
    def is_ranked(self) -> bool:
        return self.state == PlacementState.RANKED


@dataclass(frozen=True)
class RunView:
    """A run as it is read everywhere: the scheme's tree and the rows in the order of the ranking."""

    run: Run
    cycle: Cycle
    scheme: Scheme
    bindings: Mapping[str, Binding]
    nodes: tuple[NodeInfo, ...]
    cells: Mapping[str, Mapping[str, Cell]]
    rows: tuple[RankingRow, ...]

    @cached_property
    def by_unit(self) -> dict[str, RankingRow]:
        return {row.unit: row for row in self.rows}

    @cached_property
    def by_code(self) -> dict[str, NodeInfo]:
        return {node.code: node for node in self.nodes}

    @property
    def root(self) -> str:
        return self.scheme.rank.node

    @property
    def ranked(self) -> tuple[RankingRow, ...]:
        return tuple(row for row in self.rows if row.is_ranked)

    @property
    def listed(self) -> tuple[RankingRow, ...]:
        return tuple(row for row in self.rows if not row.is_ranked)


def runs_of(cycle: Cycle) -> QuerySet[Run]:
    """Official runs of a cycle, the latest first."""
    return Run.objects.filter(cycle=cycle, kind=RunKind.OFFICIAL).order_by("-number")


def latest_run(cycle: Cycle) -> Run | None:
    """The last official run; what-if runs never count."""
    return runs_of(cycle).select_related("cycle").first()


def what_if_runs(cycle: Cycle) -> QuerySet[Run]:
    """Trials of a cycle, the latest first."""
    return Run.objects.filter(cycle=cycle, kind=RunKind.WHAT_IF).order_by("-number")


def edition_of(cycle_code: str) -> Edition:
    """The newest edition of a cycle, withdrawn or not; NothingPublishedError if there is none."""
    found = editions().filter(cycle__code=cycle_code).order_by("-number").first()
    if found is None:
        raise NothingPublishedError(_("Nothing is published for {code}.").format(code=cycle_code))
    return found


def editions() -> QuerySet[Edition]:
    """Every edition, the newest first."""
    return Edition.objects.select_related("cycle", "run").order_by("-published_at", "-pk")


def previous_edition(view: RunView) -> Edition | None:
    """The standing edition of the cycle before, if there is one."""
    if view.cycle.previous_id is None:
        return None
    return (
        Edition.objects.filter(cycle=view.cycle.previous_id, withdrawn_at=None)
        .select_related("cycle", "run")
        .order_by("-number")
        .first()
    )


def figure_by_code(code: str) -> Figure:
    """A published figure of the newest edition that has it; codes are CYCLE.UNIT.NODE.MEASURE."""
    found = (
        Figure.objects.filter(code=code)
        .select_related("edition__cycle")
        .order_by("-edition__number", "-pk")
        .first()
    )
    if found is None:
        raise NothingPublishedError(_("There is no figure {code}.").format(code=code))
    return found


def objections_of(cycle: Cycle) -> QuerySet[Objection]:
    """Objections to a cycle's results, the oldest first."""
    return (
        Objection.objects.filter(run__cycle=cycle)
        .select_related("unit", "run", "lodged_by", "decided_by")
        .order_by("lodged_at", "pk")
    )


def open_objections(cycle: Cycle) -> QuerySet[Objection]:
    """Objections not yet decided; while there are any, nothing is published."""
    return objections_of(cycle).filter(decided_at=None)


def run_view(run: Run) -> RunView:
    """The run with its tree and rows; reads the units once and nothing else."""
    cycle = run.cycle
    scheme = scheme_from_json(run.scheme)
    bindings, _faults = parse_bindings(cycle.frozen_bindings or cycle.scheme.bindings)
    nodes = tree_of(scheme, run.result["weights"])
    cells = _cells(run)
    units = {unit.code: unit for unit in units_of(cycle)}
    read = _Read(run.result, scheme, nodes, cells)
    rows = [_row(read, units[code], at) for at, code in enumerate(run.result["units"]) if code in units]
    rows.sort(key=lambda row: (row.rank is None, row.rank or 0.0, row.unit))
    return RunView(run, cycle, scheme, bindings, nodes, cells, tuple(rows))


def ranking_rows(run: Run) -> tuple[RankingRow, ...]:
    """The rows of a run: ranked by place, then listed by code."""
    return run_view(run).rows


def unit_view(run: Run, code: str) -> RankingRow:
    """One unit of a run; NothingPublishedError if it takes no part."""
    found = run_view(run).by_unit.get(code)
    if found is None:
        raise NothingPublishedError(_("There is no unit {code} in this ranking.").format(code=code))
    return found


def _cells(run: Run) -> dict[str, dict[str, Cell]]:
    found: dict[str, dict[str, Cell]] = {}
    for item in run.table["inputs"]:
        cell = cell_from_json(item)
        found.setdefault(cell.column, {})[cell.unit] = cell
    return found


@dataclass(frozen=True)
class _Read:
    """What every row of a run is made from."""

    result: Mapping[str, Any]
    scheme: Scheme
    nodes: Sequence[NodeInfo]
    cells: Mapping[str, Mapping[str, Cell]]


def _row(read: _Read, unit: Unit, at: int) -> RankingRow:
    result = read.result
    status = result["status"][at]
    sets, joint = result.get("rank_sets") or {}, result.get("uncertainty") or {}
    values = _values(read, unit.code, at)
    ranked = status["state"] == PlacementState.RANKED
    return RankingRow(
        unit=unit.code,
        names=unit.names,
        organisation_id=unit.organisation_id,
        peer_group=unit.peer_group.names if unit.peer_group else {},
        state=status["state"],
        reason={} if ranked else _reason(status, read.nodes, values),
        score=result["scores"][read.scheme.rank.node][at],
        se=result["se"][at] if result["se"] else None,
        rank=result["ranks"][at],
        lower=_at(sets.get("lower"), at),
        upper=_at(sets.get("upper"), at),
        joint_lower=_at(joint.get("rank_lower"), at),
        joint_upper=_at(joint.get("rank_upper"), at),
        tier=(result["tiers"][at] or "") if result.get("tiers") else "",
        grade=result["grades"][at] or "",
        values=values,
    )


def _at(values: Sequence[Any] | None, at: int) -> int | None:
    return None if not values or values[at] is None else int(values[at])


def _reason(status: Mapping[str, Any], nodes: Sequence[NodeInfo], values: Mapping[str, NodeValue]) -> Names:
    """Each missing part with its own reason; a rule of the scheme where no part is missing."""
    gaps = [
        (node.names, cell.reason)
        for node in nodes
        if node.code in status["codes"]
        and (cell := values[node.code].cell) is not None
        and cell.value is None
        and cell.reason
    ]
    return listed_reason(status["reason"], gaps)


def _values(read: _Read, unit: str, at: int) -> dict[str, NodeValue]:
    result = read.result
    points = {code: values[at] for code, values in (result["scores"] | result["normalised"]).items()}
    present = {code: value is not None for code, value in points.items()}
    scale = scales(read.scheme, result["weights"], present)
    given = result["contributions"].get(unit, {})
    found = {}
    for node in read.nodes:
        parts = [given[leaf] for leaf in leaves_below(read.nodes, node.code) if leaf in given]
        found[node.code] = NodeValue(
            code=node.code,
            points=points[node.code],
            contribution=sum(parts) if parts else None,
            possible=scale[node.code] * node.full if points[node.code] is not None else None,
            cell=read.cells.get(node.code, {}).get(unit) if node.is_indicator else None,
        )
    return found
