"""The quality gate as pages show it: each verdict with what was done about a failure."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from evaluation.cycles.models import Cycle
from evaluation.evidence import queries
from evaluation.evidence.enums import EvidenceKind
from evaluation.evidence.models import QualityOverride, QualityVerdict


@dataclass(frozen=True)
class Check:
    """One line of the quality gate with what was done about a failure."""

    verdict: QualityVerdict
    override: QualityOverride | None

    @property
    def label(self) -> str:
        """The source the check is about, in words."""
        known = {str(kind): str(label) for kind, label in EvidenceKind.choices}
        return known.get(self.verdict.source) or _("Residents’ ratings")

    @property
    def is_let_pass(self) -> bool:
        return self.override is not None and self.override.second_person_id is not None


def checks_of(cycle: Cycle) -> list[Check]:
    """The gate's verdicts, failures first, each with its override."""
    passed = {(row.source, row.dimension): row for row in queries.overrides_of(cycle)}
    rows = [Check(row, passed.get((row.source, row.dimension))) for row in queries.verdicts_of(cycle)]
    return sorted(rows, key=lambda check: check.verdict.passed)
