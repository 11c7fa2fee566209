"""One respondent for the interviewer: history, contact for a reason, calls, and the interview itself."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_POST

from surveys.core.doors import staff
from surveys.core.text import LANGUAGES
from surveys.fieldwork import queries
from surveys.fieldwork.actions.answering import begin
from surveys.fieldwork.actions.calling import add_person, look_up_contact, note_attempt
from surveys.fieldwork.enums import ASKABLE, ResponseState, SurveyChannel, SurveyState
from surveys.fieldwork.forms import ASKED_BY, AttemptForm, ReasonForm
from surveys.fieldwork.models import Respondent
from surveys.fieldwork.refusals import FieldworkRefusedError
from surveys.fieldwork.rules import may_run_surveys
from surveys.fieldwork.sheets import TRAITS
from surveys.fieldwork.steps import show, turn
from surveys.fieldwork.traits import trait_words, value_words
from surveys.fieldwork.views.office import acting, survey_of
from surveys.instruments.queries import definition_of


def person_of(code: str, number: int) -> Respondent:
    found: Respondent = get_object_or_404(
        Respondent.objects.select_related("survey__version", "organisation"),
        survey__code=code,
        number=number,
    )
    return found


def _page(request: HttpRequest, person: Respondent, *, status: int = 200, **more: Any) -> HttpResponse:
    response = queries.response_of(person)
    page = {
        "survey": person.survey,
        "person": person,
        "response": response,
        "traits": [
            (trait_words(one), value_words(one, str(told))) for one, told in person.attributes.items()
        ],
        "language": value_words("language", person.language),
        "attempts": person.attempts.select_related("by").order_by("-number"),
        "may_ask": person.survey.state == SurveyState.OPEN and person.outcome in ASKABLE,
        "form": AttemptForm(),
        "reason_form": ReasonForm(),
        "channels": [(channel.value, channel.label) for channel in ASKED_BY],
    }
    return render(request, "fieldwork/respondent.html", page | more, status=status)


@staff(may_run_surveys)
def respondent(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """The history of one person; POST notes a call or visit."""
    person = person_of(code, number)
    if request.method != "POST":
        return _page(request, person)
    form = AttemptForm(request.POST)
    if not form.is_valid():
        return _page(request, person, form=form, status=422)
    try:
        note_attempt(person=person, **form.cleaned_data, **acting(request))
    except FieldworkRefusedError as error:
        form.add_error(None, str(error))
        return _page(request, person, form=form, status=422)
    return redirect("fieldwork:respondent", code=code, number=number)


@staff(may_run_surveys)
@require_POST
def contact(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Show the contact once, for a stated reason; logged."""
    person = person_of(code, number)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, person, reason_form=form, status=422)
    try:
        found = look_up_contact(person=person, reason=form.cleaned_data["reason"], **acting(request))
    except FieldworkRefusedError as error:
        form.add_error(None, str(error))
        return _page(request, person, reason_form=form, status=422)
    return _page(request, person, contact=found)


@staff(may_run_surveys)
@require_POST
def add(request: HttpRequest, code: str) -> HttpResponse:
    """Somebody met in the field, for a quota sample."""
    found = survey_of(code)
    language = request.POST.get("language", "")
    traits = {trait: request.POST.get(trait, "").strip()[:40] for trait in TRAITS}
    try:
        person = add_person(
            survey=found,
            attributes=traits,
            language=language if language in LANGUAGES else "",
            **acting(request),
        )
    except FieldworkRefusedError as error:
        messages.error(request, str(error), extra_tags="bad")
        return redirect("fieldwork:survey", code=code)
    return redirect("fieldwork:respondent", code=code, number=person.number)


@staff(may_run_surveys)
def interview(request: HttpRequest, code: str, number: int, channel: str) -> HttpResponse:
    """The questionnaire as the interviewer fills it in: on the telephone, at the door, from paper."""
    person = person_of(code, number)
    if channel not in {option.value for option in ASKED_BY}:
        raise Http404
    who = acting(request)
    language = get_language() or "en"
    today = timezone.localdate()
    try:
        response = begin(
            respondent=person, language=language, today=today, channel=SurveyChannel(channel), **who
        )
        if response.state != ResponseState.PARTIAL:
            return redirect("fieldwork:respondent", code=code, number=number)
        data = request.POST
        taken = turn(response, data, language, now=who["now"], today=today) if "page" in data else None
    except FieldworkRefusedError as error:
        messages.error(request, str(error), extra_tags="bad")
        return redirect("fieldwork:respondent", code=code, number=number)
    if taken is not None and (taken.finished or taken.later):
        return redirect("fieldwork:respondent", code=code, number=number)
    shown = taken or show(response, language)
    page = {
        "survey": person.survey,
        "person": person,
        "turn": shown,
        "channel": SurveyChannel(channel).label,
        "definition": definition_of(response.version_id),
    }
    return render(request, "fieldwork/interview.html", page, status=shown.status)
