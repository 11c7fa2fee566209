"""Turns audits, findings and outcomes into cells; “not assessed” stays missing and is never zero."""

from collections.abc import Sequence
from dataclasses import replace

from evaluation.cycles.bindings import Binding
from evaluation.cycles.models import Unit
from evaluation.evidence.enums import Missing
from evaluation.evidence.models import AuditScore
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

OUTCOME_PARTS = {
    "response_rate": ("n_contacted_in_time", "n_due"),
    "solution_rate": ("n_solved", "n_called_back"),
    "satisfaction_rate": ("n_satisfied", "n_called_back"),
}


def _last(rows: Sequence[AuditScore]) -> AuditScore | None:
    return max(rows, key=lambda row: parse_period(row.period)[1], default=None)


def audit_cells(column: str, binding: Binding, evidence: Evidence, units: Sequence[Unit]) -> dict[str, Cell]:
    """Passed ÷ checked of the latest period, or the auditor's points where no counts are given."""
    rows_of = by_unit([row for row in evidence.audits if row.audit == binding.audit], units)
    last = {unit: _last(rows) for unit, rows in rows_of.items()}
    parts: dict[str, Part] = {
        unit: (row.numerator, row.denominator)
        for unit, row in last.items()
        if row is not None
        and row.score is not None
        and row.numerator is not None
        and row.denominator is not None
    }
    estimates = shares(binding, parts)
    found = {}
    for unit, row in last.items():
        cell = Cell(unit, column, "audit", "audit_share")
        if row is None:
            found[unit] = replace(cell, reason="no_audit", included=0)
            continue
        starts_on, ends_on = parse_period(row.period)
        cell = replace(
            cell,
            starts_on=starts_on,
            ends_on=ends_on,
            origins=origins_of([row]),
            excluded={row.missing: 1} if row.missing else {},
        )
        if row.score is not None and unit not in parts:
            found[unit] = replace(cell, formula="audit_score", value=float(row.score), included=1)
            continue
        found[unit] = share_cell(
            cell,
            estimates.get(unit),
            parts.get(unit, (0, 0)),
            reason=row.missing,
            applies=row.missing != Missing.NOT_APPLICABLE,
        )
    return found


def finding_cells(
    column: str, binding: Binding, evidence: Evidence, units: Sequence[Unit]
) -> dict[str, Cell]:
    """Findings that stand, of those whose code begins as asked; where nobody looked, none are counted."""
    rows_of = by_unit([row for row in evidence.audits if row.audit == binding.audit], units)
    found = {}
    for unit, rows in rows_of.items():
        starts_on, ends_on = span_of([row.period for row in rows])
        cell = Cell(
            unit,
            column,
            "findings",
            "findings_standing",
            starts_on=starts_on,
            ends_on=ends_on,
            origins=origins_of(rows),
        )
        if not any(row.score is not None for row in rows):
            due = not rows or any(row.missing != Missing.NOT_APPLICABLE for row in rows)
            found[unit] = replace(cell, reason=rows[0].missing if rows else "no_audit", applies=due)
            continue
        wanted = [
            finding
            for row in rows
            for finding in row.findings.all()
            if finding.code.startswith(binding.finding)
        ]
        standing = sum(not finding.upheld for finding in wanted)
        dropped = len(wanted) - standing
        found[unit] = replace(
            cell,
            value=float(standing),
            included=standing,
            excluded={"contest_upheld": dropped} if dropped else {},
        )
    return found


def outcome_cells(
    column: str, binding: Binding, evidence: Evidence, units: Sequence[Unit]
) -> dict[str, Cell]:
    """A rate of the hotline or of complaints over all spans in the cycle; unreasonable items are counted apart."""
    rows_of = by_unit([row for row in evidence.outcomes if row.kind == binding.outcome], units)
    top, bottom = OUTCOME_PARTS[binding.formula]
    parts: dict[str, Part] = {
        unit: (sum(getattr(row, top) for row in rows), sum(getattr(row, bottom) for row in rows))
        for unit, rows in rows_of.items()
    }
    estimates = shares(binding, parts)
    found = {}
    for unit, rows in rows_of.items():
        left = sum(row.n_unreasonable for row in rows)
        cell = Cell(
            unit,
            column,
            "outcome",
            binding.formula,
            starts_on=min((row.starts_on for row in rows), default=None),
            ends_on=max((row.ends_on for row in rows), default=None),
            origins=origins_of(rows),
            excluded={"unreasonable": left} if left else {},
        )
        reason = "nothing_due" if rows else "no_outcomes"
        found[unit] = share_cell(cell, estimates.get(unit), parts[unit], reason=reason)
    return found
