"""Invite and remind through the outbox: the contact is opened for the message alone and sealed again with it."""

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from surveys.core.enums import MessageKind
from surveys.core.log import record
from surveys.core.models import User
from surveys.core.outbox import post
from surveys.core.sealing import UnsealError, unseal
from surveys.core.text import localized
from surveys.fieldwork.actions.planning import locked
from surveys.fieldwork.contacts import PURPOSE
from surveys.fieldwork.enums import ASKABLE, ContactKind, Outcome, ResponseState, SurveyState
from surveys.fieldwork.models import Respondent, Survey
from surveys.fieldwork.progress import stop_reason
from surveys.fieldwork.refusals import FieldworkRefusedError
from surveys.ratings.tokens import token_of

REMIND_AFTER = dt.timedelta(days=3)
KINDS = {ContactKind.EMAIL: MessageKind.EMAIL, ContactKind.SMS: MessageKind.SMS}


def contact_of(person: Respondent) -> str:
    """The contact in the clear; empty where none is known or its key was destroyed."""
    if person.entry is None or person.entry.sealed is None:
        return ""
    try:
        return unseal(PURPOSE, person.entry.month, bytes(person.entry.sealed)).decode()
    except UnsealError:
        return ""


def _reachable(survey: Survey) -> QuerySet[Respondent]:
    people = survey.respondents.filter(entry__contact_kind__in=list(KINDS), outcome__in=ASKABLE)
    return people.exclude(response__state=ResponseState.COMPLETE).select_related("entry").order_by("number")


@transaction.atomic
def invite(*, survey: Survey, actor: User | None, now: dt.datetime) -> int:
    """Write to everybody drawn who has a contact and was not written to yet; returns how many."""
    found = locked(survey, SurveyState.OPEN)
    _refuse_when_enough(found)
    people = list(_reachable(found).filter(invited_at=None))
    for person in people:
        _write(found, person, reminder=False, now=now)
    ids = [person.pk for person in people]
    Respondent.objects.filter(pk__in=ids).update(invited_at=now)
    Respondent.objects.filter(pk__in=ids, outcome=Outcome.NOT_TRIED).update(outcome=Outcome.NO_REPLY)
    record(actor=actor, verb="survey.invite", obj=f"survey {found.code}", now=now, detail={"n": len(people)})
    return len(people)


@transaction.atomic
def remind(*, survey: Survey, actor: User | None, now: dt.datetime) -> int:
    """Write once more to those who have not finished, at most so often and not within three days."""
    found = locked(survey, SurveyState.OPEN)
    _refuse_when_enough(found)
    since = now - REMIND_AFTER
    people = list(
        _reachable(found)
        .filter(invited_at__lte=since, n_reminders__lt=found.max_reminders)
        .exclude(reminded_at__gt=since)
    )
    for person in people:
        _write(found, person, reminder=True, now=now)
        person.n_reminders += 1
        person.reminded_at = now
    Respondent.objects.bulk_update(people, ["n_reminders", "reminded_at"], batch_size=1000)
    record(actor=actor, verb="survey.remind", obj=f"survey {found.code}", now=now, detail={"n": len(people)})
    return len(people)


def _refuse_when_enough(survey: Survey) -> None:
    if reason := stop_reason(survey):
        raise FieldworkRefusedError(reason)


def _write(survey: Survey, person: Respondent, *, reminder: bool, now: dt.datetime) -> None:
    assert person.entry is not None
    link = settings.PUBLIC_BASE_URL + reverse("fieldwork:answer", args=[token_of(bytes(person.nonce))])
    with override(person.language or settings.LANGUAGE_CODE):
        words = {"survey": localized(survey.names)}
        subject = _("Reminder: %(survey)s") if reminder else _("Your opinion counts: %(survey)s")
        body = _(
            "You were chosen by chance for “%(survey)s”. It takes a few minutes and is voluntary; nobody who "
            "serves you sees your answers."
        )
        post(
            kind=KINDS[ContactKind(person.entry.contact_kind)],
            address=contact_of(person),
            subject=subject % words,
            body=body % words,
            link=link,
            now=now,
        )
