"""Auditors' commissions: given by the office, accepted with a declaration of independence."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from evaluation.cycles.models import Cycle
from evaluation.improvement.actions.telling import tell_auditor
from evaluation.improvement.models import Commission
from surveys.catalogue.models import Organisation
from surveys.core.log import record
from surveys.core.models import User


class CommissionRefusedError(Exception):
    """A commission that cannot be given or declared; carries the sentence why."""


@transaction.atomic
def give_commission(
    *,
    auditor: User,
    cycle: Cycle,
    audit: str,
    contract: str,
    organisations: Sequence[Organisation],
    expires_on: dt.date,
    actor: User | None,
    now: dt.datetime,
) -> Commission:
    """Charge an auditor with one audit of named organisations until a day."""
    if not organisations:
        raise CommissionRefusedError(_("Choose at least one organisation."))
    if expires_on < localdate(now):
        raise CommissionRefusedError(_("The last day has passed."))
    if Commission.objects.filter(auditor=auditor, cycle=cycle, audit=audit).exists():
        raise CommissionRefusedError(_("This auditor has this commission already."))
    found = Commission.objects.create(
        auditor=auditor, cycle=cycle, audit=audit, contract=contract, expires_on=expires_on
    )
    found.organisations.set(organisations)
    record(
        actor=actor,
        verb="commission.given",
        obj=f"commission:{cycle.code}:{audit}:{auditor.username}",
        now=now,
        after={"contract": contract, "until": expires_on, "scope": sorted(row.code for row in organisations)},
    )
    tell_auditor(commission=found, actor=actor, now=now)
    return found


@transaction.atomic
def declare_independence(*, commission: Commission, text: str, actor: User, now: dt.datetime) -> Commission:
    """The auditor declares, in own words, that nothing ties them to the organisations audited."""
    found = Commission.objects.select_for_update(of=("self",)).select_related("cycle").get(pk=commission.pk)
    if found.auditor_id != actor.pk:
        raise CommissionRefusedError(_("Only the auditor can declare this."))
    if found.declared_at is not None:
        raise CommissionRefusedError(_("Independence is declared already."))
    if len(text.strip()) < 20:
        raise CommissionRefusedError(_("Write the declaration in a full sentence."))
    found.independence, found.declared_at = text.strip(), now
    found.save(update_fields=["independence", "declared_at"])
    record(
        actor=actor,
        verb="commission.declared",
        obj=f"commission:{found.cycle.code}:{found.audit}:{actor.username}",
        now=now,
        after={"text": text},
    )
    return found
