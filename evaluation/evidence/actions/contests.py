"""A department may contest a finding; someone else decides, and contest and decision are kept."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from evaluation.cycles.enums import CycleState
from evaluation.evidence.actions.imports import EvidenceRefusedError
from evaluation.evidence.models import AuditFinding
from surveys.core.log import record
from surveys.core.models import User

OVER = (CycleState.PUBLISHED, CycleState.ARCHIVED)


def _finding(finding: AuditFinding) -> AuditFinding:
    found = (
        AuditFinding.objects.select_for_update(of=("self",))
        .select_related("score__cycle", "score__organisation")
        .get(pk=finding.pk)
    )
    if found.score.cycle.state in OVER:
        raise EvidenceRefusedError(
            _("The results are published; a mistake is now a matter for a correction.")
        )
    return found


def _object(finding: AuditFinding) -> str:
    score = finding.score
    return f"finding:{score.cycle.code}:{score.audit}:{score.organisation.code}:{finding.code}"


@transaction.atomic
def contest_finding(*, finding: AuditFinding, text: str, actor: User, now: dt.datetime) -> AuditFinding:
    """Say why a finding is wrong; once for each finding."""
    found = _finding(finding)
    if found.contested_at is not None:
        raise EvidenceRefusedError(_("This finding has been contested already."))
    if not text.strip():
        raise EvidenceRefusedError(_("Say what is wrong with the finding."))
    found.contest, found.contested_by, found.contested_at = text, actor, now
    found.save(update_fields=["contest", "contested_by", "contested_at"])
    record(actor=actor, verb="finding.contested", obj=_object(found), now=now, after={"contest": text})
    return found


@transaction.atomic
def decide_contest(
    *, finding: AuditFinding, upheld: bool, decision: str, actor: User, now: dt.datetime
) -> AuditFinding:
    """Decide a contest; when it is upheld the finding no longer stands and no longer counts."""
    found = _finding(finding)
    if found.contested_at is None or found.decided_at is not None:
        raise EvidenceRefusedError(_("There is no open contest of this finding."))
    if found.contested_by_id == actor.pk:
        raise EvidenceRefusedError(_("Someone other than the person who contested must decide."))
    if not decision.strip():
        raise EvidenceRefusedError(_("Give the reasons of the decision; they are kept with the finding."))
    found.upheld, found.decision, found.decided_by, found.decided_at = upheld, decision, actor, now
    found.save(update_fields=["upheld", "decision", "decided_by", "decided_at"])
    after = {"upheld": upheld, "decision": decision}
    record(actor=actor, verb="finding.decided", obj=_object(found), now=now, after=after)
    return found
