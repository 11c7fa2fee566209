"""The data-quality gate: five dimensions for each source a scheme reads, measured, stored with their places."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from evaluation.cycles.models import Cycle
from evaluation.evidence.enums import EvidenceKind, QualityDimension
from evaluation.evidence.models import QualityOverride, QualityVerdict
from evaluation.evidence.quality import Measured, measure_evidence
from evaluation.evidence.quality_residents import measure_residents
from surveys.core.log import record

RESIDENTS = "residents"
THRESHOLDS: Mapping[str, Mapping[str, float]] = {
    EvidenceKind.KPIS: {
        QualityDimension.COMPLETENESS: 0.8,
        QualityDimension.VALIDITY: 0.98,
        QualityDimension.UNIQUENESS: 0.98,
        QualityDimension.TIMELINESS: 0.9,
        QualityDimension.CONSISTENCY: 0.95,
    },
    EvidenceKind.AUDITS: {
        QualityDimension.COMPLETENESS: 0.8,
        QualityDimension.VALIDITY: 1.0,
        QualityDimension.UNIQUENESS: 1.0,
        QualityDimension.TIMELINESS: 0.9,
        QualityDimension.CONSISTENCY: 0.95,
    },
    EvidenceKind.OUTCOMES: {
        QualityDimension.COMPLETENESS: 0.8,
        QualityDimension.VALIDITY: 1.0,
        QualityDimension.UNIQUENESS: 1.0,
        QualityDimension.TIMELINESS: 0.9,
        QualityDimension.CONSISTENCY: 0.95,
    },
    RESIDENTS: {
        QualityDimension.COMPLETENESS: 0.8,
        QualityDimension.VALIDITY: 0.95,
        QualityDimension.UNIQUENESS: 1.0,
        QualityDimension.TIMELINESS: 0.9,
        QualityDimension.CONSISTENCY: 1.0,
    },
}
"""The least share that passes, by source and dimension."""
MOST_PLACES = 200


@dataclass(frozen=True)
class Gate:
    """What measuring found: every verdict, and whether all passed."""

    verdicts: Sequence[QualityVerdict]

    @property
    def is_open(self) -> bool:
        return all(verdict.passed for verdict in self.verdicts)


@transaction.atomic
def measure(*, cycle: Cycle, now: dt.datetime) -> Gate:
    """Measure every source the scheme reads and store the verdicts; an override ends when its failure grows."""
    found: dict[tuple[str, str], Measured] = {}
    for kind in EvidenceKind:
        for dimension, one in measure_evidence(cycle, kind).items():
            found[kind, dimension] = one
    for dimension, one in measure_residents(cycle).items():
        found[RESIDENTS, dimension] = one
    verdicts = [_store(cycle, source, dimension, one, now) for (source, dimension), one in found.items()]
    stale = QualityVerdict.objects.filter(cycle=cycle).exclude(pk__in=[row.pk for row in verdicts])
    stale.delete()
    after = {f"{row.source}.{row.dimension}": [row.value, row.passed] for row in verdicts}
    record(actor=None, verb="gate.measured", obj=f"gate:{cycle.code}", now=now, after=after)
    return Gate(verdicts)


def _store(cycle: Cycle, source: str, dimension: str, one: Measured, now: dt.datetime) -> QualityVerdict:
    threshold = THRESHOLDS[source][dimension]
    before = QualityVerdict.objects.filter(cycle=cycle, source=source, dimension=dimension).first()
    verdict, _created = QualityVerdict.objects.update_or_create(
        cycle=cycle,
        source=source,
        dimension=dimension,
        defaults={
            "value": one.value,
            "threshold": threshold,
            "passed": one.value >= threshold,
            "places": [place.as_json() for place in one.places[:MOST_PLACES]],
            "checked_at": now,
        },
    )
    if before is not None and before.value > verdict.value:
        QualityOverride.objects.filter(cycle=cycle, source=source, dimension=dimension).delete()
    return verdict
