"""Turns KPI values into cells: a single KPI, and targets met among all that have one."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from evaluation.cycles.bindings import Binding
from evaluation.cycles.models import Unit
from evaluation.evidence.enums import Missing
from evaluation.evidence.models import KpiValue
from evaluation.evidence.periods import parse_period
from evaluation.rankings.cells import Cell
from evaluation.rankings.evidence_cells import (
    Evidence,
    Part,
    by_unit,
    origins_of,
    share_cell,
    shares,
    span_of,
)

SHARE_UNIT, PERCENT_UNIT = "share", "%"


@dataclass(frozen=True)
class TargetLine:
    """One indicator with a target: its value now and earlier, and whether it was met (None = not reported)."""

    kpi: KpiValue
    history: tuple[tuple[str, Decimal | None], ...]
    met: bool | None


def is_met(value: Decimal, target: Decimal, direction: int) -> bool:
    """A target is met at equality, in exact decimals."""
    return value >= target if direction > 0 else value <= target


def latest(rows: Sequence[KpiValue]) -> list[KpiValue]:
    """One row a KPI: that of its latest period, in the order of the KPIs' codes."""
    found: dict[str, KpiValue] = {}
    for row in sorted(rows, key=lambda row: parse_period(row.period)[1]):
        found[row.definition.code] = row
    return [found[key] for key in sorted(found)]


def kpi_cells(column: str, binding: Binding, evidence: Evidence, units: Sequence[Unit]) -> dict[str, Cell]:
    """One KPI of each unit; shares become percent, several periods become one."""
    rows_of = by_unit([row for row in evidence.kpis if row.definition.code == binding.kpi], units)
    return {unit: _kpi_cell(column, unit, rows) for unit, rows in rows_of.items()}


def _kpi_cell(column: str, unit: str, rows: Sequence[KpiValue]) -> Cell:
    told = [row for row in rows if row.value is not None]
    starts_on, ends_on = span_of([row.period for row in told or rows])
    cell = Cell(
        unit,
        column,
        "kpi",
        "kpi_value",
        starts_on=starts_on,
        ends_on=ends_on,
        origins=origins_of(rows),
        included=len(told),
        excluded=dict(sorted(Counter(row.missing for row in rows if row.missing).items())),
    )
    if not told:
        reasons = {row.missing for row in rows}
        due = reasons != {Missing.NOT_APPLICABLE.value}
        return replace(cell, reason=min(reasons) if reasons else "no_value", applies=due)
    formula, value = _joined(told)
    tops = [row.numerator for row in told if row.numerator is not None]
    bottoms = [row.denominator for row in told if row.denominator is not None]
    whole = len(tops) == len(bottoms) == len(told)
    in_shares = told[0].definition.measure_unit == SHARE_UNIT
    return replace(
        cell,
        formula=formula,
        value=float(100 * value if in_shares else value),
        n=float(sum(bottoms)) if whole else None,
        numerator=float(sum(tops)) if whole else None,
        denominator=float(sum(bottoms)) if whole else None,
        is_share=in_shares,
    )


def _joined(rows: Sequence[KpiValue]) -> tuple[str, Decimal]:
    """The value over one or several periods: pooled where all state their base, else the plain mean."""
    values = [row.value for row in rows if row.value is not None]
    if len(rows) == 1:
        return "kpi_value", values[0]
    parts = [(row.numerator, row.denominator) for row in rows]
    tops = [top for top, _ in parts if top is not None]
    bottoms = [bottom for _, bottom in parts if bottom is not None]
    if len(tops) == len(bottoms) == len(rows):
        scale = 100 if rows[0].definition.measure_unit == PERCENT_UNIT else 1
        return "kpi_ratio", scale * sum(tops, Decimal(0)) / sum(bottoms, Decimal(0))
    return "kpi_mean", sum(values, Decimal(0)) / len(values)


def target_lines(binding: Binding, evidence: Evidence, units: Sequence[Unit]) -> dict[str, list[TargetLine]]:
    """Every indicator that has a target in its latest period, by unit."""
    found: dict[str, list[TargetLine]] = {}
    for unit, rows in _of_dimension(binding, evidence, units).items():
        past: dict[str, list[tuple[str, Decimal | None]]] = {}
        for row in sorted(rows, key=lambda row: parse_period(row.period)):
            past.setdefault(row.definition.code, []).append((row.period, row.value))
        found[unit] = [
            TargetLine(row, tuple(past[row.definition.code]), _met(row, binding))
            for row in latest(rows)
            if row.target is not None
        ]
    return found


def _met(row: KpiValue, binding: Binding) -> bool | None:
    if row.value is not None and row.target is not None:
        return is_met(row.value, row.target, row.definition.direction)
    silent = binding.unreported == "not_met" and row.missing != Missing.NOT_APPLICABLE
    return False if silent else None


def _of_dimension(binding: Binding, evidence: Evidence, units: Sequence[Unit]) -> dict[str, list[KpiValue]]:
    return by_unit(
        [row for row in evidence.kpis if binding.dimension in {"", row.definition.dimension}], units
    )


def target_cells(column: str, binding: Binding, evidence: Evidence, units: Sequence[Unit]) -> dict[str, Cell]:
    """Targets met ÷ indicators that have a target, of the latest period of each indicator."""
    rows_of = {unit: latest(rows) for unit, rows in _of_dimension(binding, evidence, units).items()}
    lines = target_lines(binding, evidence, units)
    parts: dict[str, Part] = {}
    for unit in rows_of:
        judged = [line.met for line in lines[unit] if line.met is not None]
        parts[unit] = (sum(judged), len(judged))
    estimates = shares(binding, parts)
    found = {}
    for unit, rows in rows_of.items():
        counted = [line.kpi for line in lines[unit] if line.met is not None]
        left = Counter(
            "no_target" if row.target is None else row.missing for row in rows if row not in counted
        )
        starts_on, ends_on = span_of([row.period for row in counted or rows])
        cell = Cell(
            unit,
            column,
            "kpi_targets",
            "targets_met",
            starts_on=starts_on,
            ends_on=ends_on,
            excluded=dict(sorted(left.items())),
            origins=origins_of(counted or rows),
        )
        reason = "not_reported" if lines[unit] else "no_targets"
        found[unit] = share_cell(cell, estimates.get(unit), parts[unit], reason=reason)
    return found
