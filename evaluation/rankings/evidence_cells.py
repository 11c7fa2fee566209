"""What all cells from evidence share: rows by unit, spans, files, and shares of counts."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TypeVar

from evaluation.cycles.bindings import Binding
from evaluation.cycles.enums import Reading
from evaluation.cycles.models import Cycle, Unit
from evaluation.evidence.models import AuditScore, EvidenceImport, KpiValue, OutcomeCount
from evaluation.evidence.periods import parse_period
from evaluation.evidence.queries import audit_rows, kpi_rows, outcome_rows
from evaluation.rankings.cells import Cell, Origin
from evaluation.rankings.formulas import Estimate, share

Row = TypeVar("Row", KpiValue, AuditScore, OutcomeCount)
Span = tuple[dt.date | None, dt.date | None]
Part = tuple[Decimal | int, Decimal | int]


@dataclass(frozen=True)
class Evidence:
    """The attested evidence of a cycle, read once for all columns."""

    kpis: Sequence[KpiValue]
    audits: Sequence[AuditScore]
    outcomes: Sequence[OutcomeCount]


def read_evidence(cycle: Cycle) -> Evidence:
    return Evidence(kpi_rows(cycle), audit_rows(cycle), outcome_rows(cycle))


def by_unit(rows: Sequence[Row], units: Sequence[Unit]) -> dict[str, list[Row]]:
    """Rows of each unit's organisation, every unit present; rows of others are left out."""
    code_of = {unit.organisation_id: unit.code for unit in units}
    found: dict[str, list[Row]] = {unit.code: [] for unit in units}
    for row in rows:
        if row.organisation_id in code_of:
            found[code_of[row.organisation_id]].append(row)
    return found


def origins_of(rows: Sequence[Row]) -> tuple[Origin, ...]:
    """The files the rows came with, each once, with who attested it."""
    counts = Counter(row.brought_by.file_id for row in rows)
    found: dict[str, Origin] = {}
    for row in rows:
        batch: EvidenceImport = row.brought_by
        found[batch.file_id] = Origin(
            name=batch.file_name,
            digest=batch.file_id,
            place=f"{row.organisation.code} × {counts[batch.file_id]}",
            source=row.source,
            attested=str(batch.attested_by or ""),
            rows=batch.n_rows,
            kind=batch.kind,
        )
    return tuple(found[key] for key in sorted(found))


def span_of(periods: Sequence[str]) -> Span:
    """First and last day over several written periods."""
    spans = [parse_period(period) for period in periods]
    return (min(first for first, _ in spans), max(last for _, last in spans)) if spans else (None, None)


def shares(binding: Binding, parts: Mapping[str, Part]) -> dict[str, Estimate | None]:
    """Passed ÷ whole of each unit whose whole is above zero, read as the binding says."""
    units = [unit for unit, (_, whole) in parts.items() if whole > 0]
    if not units:
        return {}
    passed, whole = ([float(parts[unit][i]) for unit in units] for i in (0, 1))
    return dict(zip(units, share(passed, whole, sampled=binding.reading == Reading.SAMPLE), strict=True))


def share_cell(
    cell: Cell, estimate: Estimate | None, part: Part, *, reason: str, applies: bool = True
) -> Cell:
    """A prepared cell with its share of counts, or with why there is none."""
    if estimate is None:
        return replace(cell, is_share=True, reason=reason, applies=applies, included=0)
    passed, n = part
    return replace(
        cell,
        is_share=True,
        value=estimate.value,
        se=estimate.se,
        n=float(n),
        lower=estimate.lower,
        upper=estimate.upper,
        method=estimate.method,
        numerator=float(passed),
        denominator=float(n),
        included=int(n),
    )
