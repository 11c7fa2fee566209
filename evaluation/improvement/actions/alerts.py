"""Alerts: looked for by the clock, then seen, given to someone, closed with what came of it."""

import datetime as dt

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from evaluation.improvement.actions.telling import tell_of_alert, tell_of_given_alert
from evaluation.improvement.enums import AlertState
from evaluation.improvement.models import Alert
from evaluation.improvement.watching import Finding, findings
from surveys.core.log import record
from surveys.core.models import User

QUIET = dt.timedelta(days=14)
"""After an alert was closed the same one is not raised again for so long."""


class AlertRefusedError(Exception):
    """What an alert does not allow; carries the sentence why."""


def raise_alerts(*, now: dt.datetime) -> int:
    """Look for everything worth a look; what is open already, or was closed lately, is not raised twice."""
    known = set(
        Alert.objects.filter(~Q(state=AlertState.CLOSED) | Q(closed_at__gte=now - QUIET)).values_list(
            "kind", "organisation_id", "subject"
        )
    )
    found = [one for one in findings(timezone.localdate(now)) if one.key not in known]
    for one in found:
        _raise(one, now)
    return len(found)


@transaction.atomic
def _raise(found: Finding, now: dt.datetime) -> None:
    alert, is_new = Alert.objects.get_or_create(
        kind=found.kind,
        organisation_id=found.organisation_id,
        subject=found.subject,
        state=AlertState.OPEN,
        defaults={
            "on_day": found.on_day, "facts": found.facts, "p_value": found.p_value, "raised_at": now,
        },
    )  # fmt: skip
    if is_new:
        after = {"kind": found.kind, "organisation": found.organisation_id, "subject": found.subject}
        record(actor=None, verb="alert.raised", obj=f"alert:{alert.pk}", now=now, after=after)
        tell_of_alert(alert=alert, now=now)


def _locked(alert: Alert) -> Alert:
    found = Alert.objects.select_for_update(of=("self",)).get(pk=alert.pk)
    if found.state == AlertState.CLOSED:
        raise AlertRefusedError(_("This alert is closed already."))
    return found


def _kept(alert: Alert, verb: str, actor: User, now: dt.datetime, **after: object) -> Alert:
    alert.save()
    record(actor=actor, verb=verb, obj=f"alert:{alert.pk}", now=now, after=dict(after))
    return alert


@transaction.atomic
def acknowledge_alert(*, alert: Alert, actor: User, now: dt.datetime) -> Alert:
    """Somebody has seen it."""
    found = _locked(alert)
    if found.state != AlertState.OPEN:
        raise AlertRefusedError(_("Somebody has seen this alert already."))
    found.state, found.acknowledged_by, found.acknowledged_at = AlertState.ACKNOWLEDGED, actor, now
    return _kept(found, "alert.acknowledged", actor, now)


@transaction.atomic
def assign_alert(*, alert: Alert, to: User, actor: User, now: dt.datetime) -> Alert:
    """Give it to someone, who is told."""
    found = _locked(alert)
    if not to.is_active:
        raise AlertRefusedError(_("That person no longer works here; choose someone else."))
    if found.acknowledged_at is None:
        found.acknowledged_by, found.acknowledged_at = actor, now
    found.state, found.assigned_to = AlertState.ASSIGNED, to
    tell_of_given_alert(alert=found, actor=actor, now=now)
    return _kept(found, "alert.assigned", actor, now, to=to.username)


@transaction.atomic
def close_alert(*, alert: Alert, outcome: str, actor: User, now: dt.datetime) -> Alert:
    """Done, with a sentence on what came of it."""
    found = _locked(alert)
    if not outcome.strip():
        raise AlertRefusedError(_("Say what came of the alert."))
    found.state, found.outcome = AlertState.CLOSED, outcome.strip()
    found.closed_by, found.closed_at = actor, now
    return _kept(found, "alert.closed", actor, now, outcome=found.outcome)
