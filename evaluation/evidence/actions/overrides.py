"""Two persons may let a ranking pass a failed data-quality gate, with a reason that is published."""

import datetime as dt
from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from evaluation.cycles.models import Cycle
from evaluation.evidence.models import QualityOverride, QualityVerdict
from surveys.core.log import record
from surveys.core.models import User


class OverrideRefusedError(Exception):
    """An override that the rules do not allow; carries the sentence why."""


@transaction.atomic
def override_gate(
    *,
    cycle: Cycle,
    source: str,
    dimension: str,
    reason: str,
    actor: User,
    now: dt.datetime,
    translations: Mapping[str, str] | None = None,
) -> QualityOverride:
    """The first person asks that a failed verdict be let pass, and says why, in several languages where they can."""
    verdict = QualityVerdict.objects.filter(cycle=cycle, source=source, dimension=dimension).first()
    if verdict is None or verdict.passed:
        raise OverrideRefusedError(_("This check has not failed; there is nothing to let pass."))
    if not reason.strip():
        raise OverrideRefusedError(_("Give the reason; it is published with the results."))
    override = QualityOverride.objects.select_for_update(of=("self",)).filter(
        cycle=cycle, source=source, dimension=dimension
    ).first()  # fmt: skip
    if override is not None and override.second_person_id is not None:
        raise OverrideRefusedError(_("Two people have let this check pass already."))
    override = override or QualityOverride(cycle=cycle, source=source, dimension=dimension)
    override.reason, override.translations = reason, dict(translations or {})
    override.first_person, override.first_at = actor, now
    override.save()
    record(
        actor=actor,
        verb="gate.override_asked",
        obj=f"gate:{cycle.code}:{source}:{dimension}",
        now=now,
        after={"value": verdict.value, "threshold": verdict.threshold},
        detail={"reason": reason},
    )
    return override


@transaction.atomic
def confirm_override(*, override: QualityOverride, actor: User, now: dt.datetime) -> QualityOverride:
    """The second person agrees; only now does the gate let the ranking pass."""
    found = (
        QualityOverride.objects.select_for_update(of=("self",)).select_related("cycle").get(pk=override.pk)
    )
    if found.second_person_id is not None:
        raise OverrideRefusedError(_("Two people have let this check pass already."))
    if found.first_person_id == actor.pk:
        raise OverrideRefusedError(_("A second person must agree, other than the one who asked."))
    found.second_person, found.second_at = actor, now
    found.save(update_fields=["second_person", "second_at"])
    record(
        actor=actor,
        verb="gate.overridden",
        obj=f"gate:{found.cycle.code}:{found.source}:{found.dimension}",
        now=now,
        after={"first": found.first_person_id, "second": actor.pk},
        detail={"reason": found.reason},
    )
    return found
