"""Evidence comes in whole with its file, and counts once a second person has attested it."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from evaluation.cycles.actions import lock_row
from evaluation.cycles.enums import CycleState
from evaluation.cycles.models import Cycle
from evaluation.evidence.enums import ImportState
from evaluation.evidence.models import AuditScore, EvidenceImport, KpiDefinition, KpiValue, OutcomeCount
from evaluation.evidence.queries import row_key
from surveys.core.log import record
from surveys.core.models import StoredFile, User

STARTER = Path(__file__).parent.parent / "presets" / "kpis.json"
BEFORE_SCORING = (CycleState.OPEN, CycleState.LOCKED)
Evidence = KpiValue | AuditScore | OutcomeCount


class EvidenceRefusedError(Exception):
    """Something that cannot be done to evidence; carries the sentence why."""


def open_import(
    *,
    cycle: Cycle,
    kind: str,
    file: StoredFile,
    file_name: str,
    n_rows: int,
    warnings: list[dict[str, Any]],
    actor: User | None,
    now: dt.datetime,
) -> EvidenceImport:
    """Enter a file that was read without error; part of the importer's transaction."""
    batch = EvidenceImport.objects.create(
        cycle=cycle,
        kind=kind,
        file=file,
        file_name=file_name,
        n_rows=n_rows,
        warnings=warnings,
        imported_by=actor,
        imported_at=now,
    )
    after = {"kind": kind, "file": file.sha256, "rows": n_rows}
    record(actor=actor, verb="evidence.imported", obj=_object(batch), now=now, after=after, detail=after)
    return batch


def _object(batch: EvidenceImport) -> str:
    return f"evidence:{batch.cycle.code}:{batch.kind}:{batch.pk}"


def _rows(batch: EvidenceImport) -> list[Evidence]:
    return [
        *KpiValue.objects.filter(brought_by=batch).order_by("pk"),
        *AuditScore.objects.filter(brought_by=batch).order_by("pk"),
        *OutcomeCount.objects.filter(brought_by=batch).order_by("pk"),
    ]


def supersede(batch: EvidenceImport, *, now: dt.datetime) -> list[EvidenceImport]:
    """Mark earlier imports of which nothing counts any more because later rows took every place.

    Rows that wait replace rows that wait; attested rows are replaced by attested ones alone.
    """
    taken = {row_key(row) for row in _rows(batch)}
    earlier = EvidenceImport.objects.filter(
        cycle=batch.cycle, kind=batch.kind, state=batch.state, pk__lt=batch.pk
    ).order_by("-pk")
    gone = []
    for other in earlier:
        keys = {row_key(row) for row in _rows(other)}
        if keys <= taken:
            other.state = ImportState.SUPERSEDED
            other.save(update_fields=["state"])
            after = {"by": batch.pk}
            record(
                actor=None, verb="evidence.superseded", obj=_object(other), now=now, after=after, detail=after
            )
            gone.append(other)
        taken |= keys
    return gone


def _waiting(batch: EvidenceImport) -> EvidenceImport:
    lock_row(batch.cycle)
    batch = EvidenceImport.objects.select_for_update(of=("self",)).select_related("cycle").get(pk=batch.pk)
    if batch.state != ImportState.IMPORTED:
        raise EvidenceRefusedError(
            _("This import no longer waits for a decision; it is: {state}.").format(
                state=batch.get_state_display()
            )
        )
    if batch.cycle.state not in BEFORE_SCORING:
        raise EvidenceRefusedError(
            _("Evidence is fixed once the cycle is scored; this cycle is: {state}.").format(
                state=batch.cycle.get_state_display()
            )
        )
    return batch


@transaction.atomic
def attest_import(*, evidence_import: EvidenceImport, actor: User, now: dt.datetime) -> EvidenceImport:
    """A second person has compared the file with its source; from now on it is scored."""
    batch = _waiting(evidence_import)
    if batch.imported_by_id == actor.pk:
        raise EvidenceRefusedError(_("Someone other than the person who imported it must attest it."))
    batch.state, batch.attested_by, batch.attested_at = ImportState.ATTESTED, actor, now
    batch.save(update_fields=["state", "attested_by", "attested_at"])
    record(actor=actor, verb="evidence.attested", obj=_object(batch), now=now, after={"file": batch.file_id})
    supersede(batch, now=now)
    return batch


@transaction.atomic
def reject_import(
    *, evidence_import: EvidenceImport, reason: str, actor: User, now: dt.datetime
) -> EvidenceImport:
    """The file does not hold; nothing of it is scored, and the reason is kept."""
    batch = _waiting(evidence_import)
    if not reason.strip():
        raise EvidenceRefusedError(_("Say why the file is rejected; the reason is kept."))
    batch.state, batch.note = ImportState.REJECTED, reason
    batch.save(update_fields=["state", "note"])
    record(
        actor=actor,
        verb="evidence.rejected",
        obj=_object(batch),
        now=now,
        after={"file": batch.file_id},
        detail={"reason": reason},
    )
    return batch


@transaction.atomic
def install_starter_kpis(*, now: dt.datetime, actor: User | None = None) -> list[KpiDefinition]:
    """The starter set of efficiency KPIs; those already there stay as they are."""
    held = set(KpiDefinition.objects.values_list("code", flat=True))
    found = json.loads(STARTER.read_text(encoding="utf-8"))
    fresh = [
        KpiDefinition(**{**kpi, "source": found["source"]})
        for kpi in found["kpis"]
        if kpi["code"] not in held
    ]
    KpiDefinition.objects.bulk_create(fresh)
    if fresh:
        codes = [kpi.code for kpi in fresh]
        record(actor=actor, verb="kpis.installed", obj="kpis:starter", now=now, after=codes)
    return fresh
