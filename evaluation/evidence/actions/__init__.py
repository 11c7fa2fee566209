"""What can be done to evidence: bring in, attest, contest, and let a failed gate pass."""

from evaluation.evidence.actions.contests import contest_finding, decide_contest
from evaluation.evidence.actions.imports import (
    EvidenceRefusedError,
    attest_import,
    install_starter_kpis,
    open_import,
    reject_import,
    supersede,
)
from evaluation.evidence.actions.overrides import OverrideRefusedError, confirm_override, override_gate

__all__ = [
    "EvidenceRefusedError",
    "OverrideRefusedError",
    "attest_import",
    "confirm_override",
    "contest_finding",
    "decide_contest",
    "install_starter_kpis",
    "open_import",
    "override_gate",
    "reject_import",
    "supersede",
]
