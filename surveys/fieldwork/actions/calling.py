"""Interviewers: add people to a quota sample, open a contact for a reason, note each call or visit."""

import datetime as dt
from collections.abc import Mapping

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from surveys.core.log import record
from surveys.core.models import User
from surveys.fieldwork.actions.inviting import contact_of
from surveys.fieldwork.actions.planning import locked
from surveys.fieldwork.enums import ASKABLE, CALL_OUTCOMES, Selection, SurveyState
from surveys.fieldwork.models import ContactAttempt, Respondent, Survey
from surveys.fieldwork.refusals import FieldworkRefusedError
from surveys.fieldwork.tokens import token_columns


@transaction.atomic
def add_person(
    *, survey: Survey, attributes: Mapping[str, str], language: str, actor: User | None, now: dt.datetime
) -> Respondent:
    """Somebody met in the field for a quota sample; a random sample has only those drawn."""
    found = locked(survey, SurveyState.OPEN)
    if found.selection != Selection.QUOTA:
        raise FieldworkRefusedError(_("A random sample asks only those who were drawn."))
    last = found.respondents.aggregate(last=Max("number"))["last"] or 0
    person = Respondent.objects.create(
        survey=found,
        number=last + 1,
        attributes={trait: value for trait, value in attributes.items() if value},
        language=language,
        organisation_id=found.organisation_id,
        **token_columns(),
    )
    record(actor=actor, verb="respondent.add", obj=f"survey {found.code} no. {person.number}", now=now)
    return person


@transaction.atomic
def look_up_contact(*, person: Respondent, reason: str, actor: User | None, now: dt.datetime) -> str:
    """The telephone number or address of one person, for a stated reason; every look is logged."""
    if len(reason.strip()) < 4:
        raise FieldworkRefusedError(_("Say why the contact is needed."))
    found = Respondent.objects.select_related("entry", "survey").get(pk=person.pk)
    contact = contact_of(found)
    if not contact:
        raise FieldworkRefusedError(_("No contact is kept for this person."))
    record(
        actor=actor,
        verb="respondent.contact",
        obj=f"survey {found.survey.code} no. {found.number}",
        now=now,
        detail={"reason": reason.strip()[:200]},
    )
    return contact


@transaction.atomic
def note_attempt(
    *,
    person: Respondent,
    channel: str,
    outcome: str,
    note: str = "",
    actor: User | None,
    now: dt.datetime,
) -> ContactAttempt:
    """One call or visit without an interview: it enters the history and sets the outcome code."""
    survey = locked(Survey(pk=person.survey_id), SurveyState.OPEN)
    found = Respondent.objects.select_for_update(of=("self",)).get(pk=person.pk)
    if outcome not in CALL_OUTCOMES:
        raise FieldworkRefusedError(_("Choose how the call or visit ended."))
    if found.outcome not in ASKABLE:
        raise FieldworkRefusedError(
            _("This person's outcome is final: %(outcome)s.") % {"outcome": found.get_outcome_display()}
        )
    if found.n_calls >= survey.max_calls:
        raise FieldworkRefusedError(
            _("This person has been tried %(n)d times, which is the limit.") % {"n": found.n_calls}
        )
    found.n_calls += 1
    found.outcome = outcome
    found.save(update_fields=["n_calls", "outcome"])
    made = ContactAttempt.objects.create(
        respondent=found,
        number=found.n_calls,
        at=now,
        channel=channel,
        outcome=outcome,
        note=note.strip()[:300],
        by=actor,
    )
    record(
        actor=actor,
        verb="respondent.attempt",
        obj=f"survey {survey.code} no. {found.number}",
        now=now,
        detail={"outcome": outcome, "attempt": made.number},
    )
    return made
