"""Retention: when a survey's time is over, contacts are erased and nothing leads from answers to the frame."""

import datetime as dt

from django.db import transaction

from surveys.core.log import record
from surveys.core.models import User
from surveys.fieldwork.models import FrameEntry, Respondent, Survey


@transaction.atomic
def forget_contacts(*, survey: Survey, actor: User | None, now: dt.datetime, today: dt.date) -> int:
    """Cut the respondents off the frame; contacts that no other survey needs are erased. Returns how many."""
    found = Survey.objects.select_for_update(of=("self",)).get(pk=survey.pk)
    if found.contacts_forgotten_on is not None or found.retain_until > today:
        return 0
    Respondent.objects.filter(survey=found).update(entry=None)
    needed = Survey.objects.filter(frame=found.frame_id, retain_until__gt=today).exists()
    n = 0
    if found.frame_id is not None and not needed:
        entries = FrameEntry.objects.filter(frame=found.frame_id, sealed__isnull=False)
        n = entries.update(sealed=None, contact_hash="", contact_kind="none")
    found.contacts_forgotten_on = today
    found.save(update_fields=["contacts_forgotten_on"])
    record(actor=actor, verb="survey.forget", obj=f"survey {found.code}", now=now, detail={"contacts": n})
    return n


def forget_due(*, now: dt.datetime, today: dt.date) -> int:
    """Every survey whose time is over."""
    due = Survey.objects.filter(retain_until__lte=today, contacts_forgotten_on=None).order_by("pk")
    return sum(forget_contacts(survey=survey, actor=None, now=now, today=today) for survey in due)
