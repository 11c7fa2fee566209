"""Keep what a resident said on the telephone, or how the call ended otherwise."""

import datetime as dt
from dataclasses import replace

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from surveys.catalogue.enums import CHANNEL_MODE, Channel, Identity
from surveys.core.models import User
from surveys.instruments.queries import definition_of
from surveys.ratings.actions.submitting import rate_matter
from surveys.ratings.enums import PRIVACY_OF_IDENTITY, CallOutcome, Privacy
from surveys.ratings.models import CallAttempt, Matter
from surveys.ratings.shapes import Entry, Receipt

MOST_TRIES = 3


class CallRefusedError(ValueError):
    """A call that must not be made or kept; carries the sentence why."""


@transaction.atomic
def take_call(*, matter: Matter, channel: str, entry: Entry, actor: User, now: dt.datetime) -> Receipt:
    """Store what was said. Of an unlinked case no call may tell afterwards that it was rated by telephone."""
    definition = definition_of(matter.invitation.version_id)
    fitting = definition.tag_codes(int(str(entry.level)), CHANNEL_MODE[Channel(channel)])
    receipt = rate_matter(
        case_no=matter.case_no,
        stage=matter.stage,
        service_no=matter.service_no,
        entry=replace(entry, tags=tuple(code for code in entry.tags if code in fitting)),
        channel=channel,
        rated_at=now,
        now=now,
    )
    linked = PRIVACY_OF_IDENTITY[Identity(matter.identity)] == Privacy.LINKED
    if not linked:
        CallAttempt.objects.filter(matter=matter).update(matter=None)
    _keep(matter if linked else None, channel, CallOutcome.ANSWERED, actor, now)
    return receipt


@transaction.atomic
def note_call(*, matter: Matter, channel: str, outcome: str, actor: User, now: dt.datetime) -> CallAttempt:
    """Keep how a call ended that brought no rating."""
    if outcome == CallOutcome.ANSWERED:
        raise CallRefusedError(_("Ask for the level and key its number, 5 to 1."))
    if why := stop_reason(matter):
        raise CallRefusedError(why)
    return _keep(matter, channel, outcome, actor, now)


def stop_reason(matter: Matter) -> str:
    """Why this resident must not be called again; empty where one may."""
    outcomes = list(
        CallAttempt.objects.filter(matter=matter, channel=Channel.CALLBACK_PHONE)
        .order_by("called_on", "pk")
        .values_list("outcome", flat=True)
    )
    if CallOutcome.REFUSED in outcomes:
        return _("This person does not want to rate. Do not call again.")
    if CallOutcome.WRONG_NUMBER in outcomes:
        return _("The number is wrong. Do not call it again.")
    if outcomes.count(CallOutcome.NO_ANSWER) >= MOST_TRIES:
        return _("Three calls went unanswered. Do not call again.")
    return ""


def _keep(matter: Matter | None, channel: str, outcome: str, actor: User, now: dt.datetime) -> CallAttempt:
    return CallAttempt.objects.create(
        matter=matter, channel=channel, outcome=outcome, operator=actor, called_on=timezone.localdate(now)
    )
