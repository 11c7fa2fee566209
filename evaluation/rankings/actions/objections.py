"""Objections during the notice: a department objects, another body decides, both are kept in public."""

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from evaluation.cycles.actions import lock_row
from evaluation.cycles.enums import CycleState
from evaluation.cycles.models import Unit
from evaluation.rankings.models import Objection
from evaluation.rankings.queries import latest_run
from surveys.core.log import record
from surveys.core.models import StoredFile, User


class ObjectionRefusedError(Exception):
    """An objection or decision that the rules do not allow; carries the sentence why."""


@transaction.atomic
def lodge_objection(
    *,
    unit: Unit,
    node: str,
    text: str,
    actor: User,
    now: dt.datetime,
    file: StoredFile | None = None,
) -> Objection:
    """Object to one's result while the notice runs; `node` names the part of the score, or is empty."""
    cycle = lock_row(unit.cycle)
    last = cycle.objection_ends_on
    if cycle.state != CycleState.OBJECTION or last is None:
        raise ObjectionRefusedError(_("Objections are taken while the results are on notice."))
    if timezone.localdate(now) > last:
        raise ObjectionRefusedError(_("The notice ended on {day}.").format(day=last.isoformat()))
    if not text.strip():
        raise ObjectionRefusedError(_("Say what is wrong, and with which figure."))
    run = latest_run(cycle)
    if run is None:
        raise ObjectionRefusedError(_("There is no result to object to."))
    found = Objection.objects.create(
        run=run, unit=unit, node=node, text=text, file=file, lodged_by=actor, lodged_at=now
    )
    record(
        actor=actor,
        verb="objection.lodged",
        obj=f"objection:{cycle.code}:{unit.code}:{found.pk}",
        now=now,
        after={"text": text, "node": node, "file": file.sha256 if file else None},
    )
    return found


@transaction.atomic
def decide_objection(
    *, objection: Objection, upheld: bool, decision: str, actor: User, now: dt.datetime
) -> Objection:
    """Decide with reasons; upheld means the figures must be mended and evaluated again before publication."""
    found = (
        Objection.objects.select_for_update(of=("self",))
        .select_related("run__cycle", "unit")
        .get(pk=objection.pk)
    )
    if found.decided_at is not None:
        raise ObjectionRefusedError(_("This objection is decided already."))
    if found.lodged_by_id == actor.pk:
        raise ObjectionRefusedError(_("Someone other than the person who objected must decide."))
    if not decision.strip():
        raise ObjectionRefusedError(_("Give the reasons of the decision; they are published."))
    found.upheld, found.decision, found.decided_by, found.decided_at = upheld, decision, actor, now
    found.save(update_fields=["upheld", "decision", "decided_by", "decided_at"])
    record(
        actor=actor,
        verb="objection.decided",
        obj=f"objection:{found.run.cycle.code}:{found.unit.code}:{found.pk}",
        now=now,
        after={"upheld": upheld, "decision": decision},
    )
    return found
