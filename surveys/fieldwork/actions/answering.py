"""A respondent's way through the questionnaire: begin, keep each page, finish, withdraw."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from surveys.core.log import record
from surveys.core.models import User
from surveys.fieldwork.enums import Outcome, ResponseState, SurveyChannel, SurveyState
from surveys.fieldwork.models import Respondent, Response, Survey
from surveys.fieldwork.progress import full_quota, stop_reason
from surveys.fieldwork.refusals import FieldworkRefusedError
from surveys.instruments.flow import declined, may_collect, missing, option_orders, settled
from surveys.instruments.queries import definition_of


class NotAskedError(FieldworkRefusedError):
    """Nobody is asked any more: the survey is closed, its approval has ended, or enough have answered."""


class IncompleteError(FieldworkRefusedError):
    """Questions that need an answer have none; `page_of` leads to the first of them."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(_("Some questions still need an answer."))


def why_closed(survey: Survey, today: dt.date) -> str:
    """Why the survey takes no answers today; empty while it does."""
    if survey.state != SurveyState.OPEN or not survey.opens_on <= today <= survey.closes_on:
        return _("This survey is not open.")
    if not may_collect(definition_of(survey.version_id), today):
        return _("The approval of this survey has ended; nothing may be collected any more.")
    return ""


def begin(
    *,
    respondent: Respondent,
    language: str,
    now: dt.datetime,
    today: dt.date,
    channel: str = SurveyChannel.WEB,
    actor: User | None = None,
) -> Response:
    """The respondent's response, made at the first call; the order of shuffled options is drawn and kept."""
    with transaction.atomic():
        people = Respondent.objects.select_for_update(of=("self",)).select_related("survey")
        person = people.get(pk=respondent.pk)
        if reason := why_closed(person.survey, today):
            raise NotAskedError(reason)
        response = Response.objects.filter(respondent=person).first()
        if response is None:
            response = _fresh(person, language=language, channel=channel, now=now, actor=actor)
    if response is None:
        raise NotAskedError(_("Enough people like you have answered already. Thank you for being ready to."))
    return response


def _fresh(
    person: Respondent, *, language: str, channel: str, now: dt.datetime, actor: User | None
) -> Response | None:
    """A new response; none, and the outcome that says so, where a quota the person falls under is full."""
    survey = person.survey
    if reason := stop_reason(survey):
        raise NotAskedError(reason)
    if full_quota(survey, (person.attributes, {})) is not None:
        Respondent.objects.filter(pk=person.pk).update(outcome=Outcome.QUOTA_FULL)
        return None
    return Response.objects.create(
        respondent=person,
        survey=survey,
        version_id=survey.version_id,
        channel=channel,
        language=language,
        orders=option_orders(definition_of(survey.version_id), person.code_hash),
        started_at=now,
        saved_at=now,
        entered_by=actor,
    )


def keep_page(
    *, response: Response, answers: Mapping[str, Any], page: int, language: str, now: dt.datetime
) -> Response:
    """Keep the answers so far and where to go on; a finished response stays as it is."""
    kept = Response.objects.filter(pk=response.pk, state=ResponseState.PARTIAL).update(
        answers=dict(answers), page=page, language=language, saved_at=now
    )
    if not kept:
        raise NotAskedError(_("This survey has been answered already. Thank you."))
    response.answers, response.page, response.language = dict(answers), page, language
    return response


@transaction.atomic
def finish(*, response: Response, answers: Mapping[str, Any], language: str, now: dt.datetime) -> Response:
    """Close the response: only what was asked in the end is kept; a refused consent is a refusal."""
    definition = definition_of(response.version_id)
    if gaps := () if declined(definition, answers) else missing(definition, answers):
        raise IncompleteError(gaps[0].code)
    refused = declined(definition, answers)
    state = ResponseState.WITHDRAWN if refused else ResponseState.COMPLETE
    kept = Response.objects.filter(pk=response.pk, state=ResponseState.PARTIAL).update(
        answers={} if refused else settled(definition, answers),
        state=state,
        language=language,
        saved_at=now,
        finished_at=now,
        withdrawn_on=localdate(now) if refused else None,
    )
    if not kept:
        raise NotAskedError(_("This survey has been answered already. Thank you."))
    Respondent.objects.filter(pk=response.respondent_id).update(
        outcome=Outcome.REFUSAL if refused else Outcome.COMPLETE
    )
    return Response.objects.select_related("survey", "respondent").get(pk=response.pk)


@transaction.atomic
def withdraw(*, response: Response, now: dt.datetime) -> Response:
    """Erase what a respondent answered, at their wish; released figures stay, later ones leave it out."""
    found = Response.objects.select_for_update(of=("self",)).select_related("survey").get(pk=response.pk)
    if found.state == ResponseState.WITHDRAWN:
        return found
    found.state, found.answers, found.weight = ResponseState.WITHDRAWN, {}, None
    found.withdrawn_on = localdate(now)
    found.save(update_fields=["state", "answers", "weight", "withdrawn_on"])
    Respondent.objects.filter(pk=found.respondent_id).update(outcome=Outcome.REFUSAL)
    record(actor=None, verb="response.withdraw", obj=f"survey {found.survey.code}", now=now)
    return found
