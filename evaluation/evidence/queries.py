"""Reads the evidence in force: for every key the latest import wins, and only attested rows are scored."""

from collections.abc import Hashable, Iterable
from typing import TypeVar

from django.db.models import QuerySet

from evaluation.cycles.models import Cycle
from evaluation.evidence.enums import ImportState
from evaluation.evidence.models import (
    AuditFinding,
    AuditScore,
    EvidenceImport,
    KpiValue,
    OutcomeCount,
    QualityOverride,
    QualityVerdict,
)

LIVE = (ImportState.IMPORTED, ImportState.ATTESTED)
RELATED = ("organisation", "brought_by__attested_by")
"""Prefetched, not joined: thousands of rows share a handful of imports and organisations."""
Row = TypeVar("Row", KpiValue, AuditScore, OutcomeCount)


def row_key(row: KpiValue | AuditScore | OutcomeCount) -> tuple[Hashable, ...]:
    """What identifies a piece of evidence within a cycle across its imports."""
    if isinstance(row, KpiValue):
        return row.definition_id, row.organisation_id, row.period
    if isinstance(row, AuditScore):
        return row.audit, row.organisation_id, row.period
    return row.kind, row.organisation_id, row.starts_on, row.ends_on


def _latest(rows: Iterable[Row]) -> list[Row]:
    found: dict[tuple[Hashable, ...], Row] = {}
    for row in rows:
        found[row_key(row)] = row
    return list(found.values())


def _states(attested_only: bool) -> tuple[str, ...]:  # noqa: FBT001
    return (ImportState.ATTESTED,) if attested_only else LIVE


def kpi_rows(cycle: Cycle, *, attested_only: bool = True) -> list[KpiValue]:
    """KPI values in force, ordered by KPI, organisation and period."""
    rows = KpiValue.objects.filter(cycle=cycle, brought_by__state__in=_states(attested_only))
    latest = _latest(rows.prefetch_related("definition", *RELATED).order_by("brought_by_id", "pk"))
    return sorted(latest, key=lambda row: (row.definition.code, row.organisation.code, row.period))


def audit_rows(cycle: Cycle, *, attested_only: bool = True) -> list[AuditScore]:
    """Audit scores in force with their findings, ordered by audit, organisation and period."""
    rows = AuditScore.objects.filter(cycle=cycle, brought_by__state__in=_states(attested_only))
    latest = _latest(rows.prefetch_related("findings", *RELATED).order_by("brought_by_id", "pk"))
    return sorted(latest, key=lambda row: (row.audit, row.organisation.code, row.period))


def outcome_rows(cycle: Cycle, *, attested_only: bool = True) -> list[OutcomeCount]:
    """Outcome counts in force, ordered by kind, organisation and first day."""
    rows = OutcomeCount.objects.filter(cycle=cycle, brought_by__state__in=_states(attested_only))
    latest = _latest(rows.prefetch_related(*RELATED).order_by("brought_by_id", "pk"))
    return sorted(latest, key=lambda row: (row.kind, row.organisation.code, row.starts_on, row.ends_on))


def imports_of(cycle: Cycle) -> QuerySet[EvidenceImport]:
    """Every import of a cycle, the latest first."""
    return (
        EvidenceImport.objects.filter(cycle=cycle)
        .select_related("file", "imported_by", "attested_by")
        .defer("file__content")
        .order_by("-imported_at", "-pk")
    )


def waiting_imports() -> QuerySet[EvidenceImport]:
    """Imports that wait for a second person, the oldest first."""
    return (
        EvidenceImport.objects.filter(state=ImportState.IMPORTED)
        .select_related("cycle", "imported_by")
        .order_by("imported_at", "pk")
    )


def contested_findings(cycle: Cycle) -> QuerySet[AuditFinding]:
    """Findings contested and not yet decided, the oldest first."""
    return (
        AuditFinding.objects.filter(score__cycle=cycle, contested_at__isnull=False, decided_at=None)
        .select_related("score__organisation", "contested_by")
        .order_by("contested_at", "pk")
    )


def verdicts_of(cycle: Cycle) -> QuerySet[QualityVerdict]:
    """The data-quality verdicts as last measured."""
    return QualityVerdict.objects.filter(cycle=cycle).order_by("source", "dimension", "pk")


def overrides_of(cycle: Cycle) -> QuerySet[QualityOverride]:
    """The overrides of failed verdicts, complete or waiting for their second person."""
    return (
        QualityOverride.objects.filter(cycle=cycle)
        .select_related("first_person", "second_person")
        .order_by("source", "dimension", "pk")
    )


def open_failures(cycle: Cycle) -> list[QualityVerdict]:
    """Failed verdicts that no two persons have let pass; while there are any, nothing is published."""
    passed = {(row.source, row.dimension) for row in overrides_of(cycle) if row.second_person_id is not None}
    return [row for row in verdicts_of(cycle) if not row.passed and (row.source, row.dimension) not in passed]
