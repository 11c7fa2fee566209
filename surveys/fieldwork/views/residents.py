"""The respondent's pages: answer page by page, come back by code, see what is stored, withdraw.

The token in the address is the authority, it is never sent on to other sites, and no cookie carries anything:
so the pages need no cross-site token.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language

from surveys.core.doors import resident_page
from surveys.core.guessing import WAIT_SECONDS, is_held_back, note_wrong
from surveys.fieldwork import queries
from surveys.fieldwork.actions.answering import NotAskedError, begin, why_closed, withdraw
from surveys.fieldwork.enums import ResponseState
from surveys.fieldwork.models import Respondent, Response
from surveys.fieldwork.steps import Turn, show, turn
from surveys.fieldwork.stored import answered
from surveys.fieldwork.tokens import code_of
from surveys.instruments.queries import definition_of
from surveys.ratings.pages import is_elder
from surveys.ratings.receipts import normal_code
from surveys.ratings.tokens import token_of

MAX_KEPT = 4000
GUESSED = "survey code"


def _not_saved(request: HttpRequest) -> HttpResponse:
    kept = [(name, value[:MAX_KEPT]) for name in request.POST for value in request.POST.getlist(name)]
    return render(request, "fieldwork/not_saved.html", {"kept": kept, "was_post": request.method == "POST"})


respondents_page = resident_page(_not_saved)


@respondents_page
def enter(request: HttpRequest) -> HttpResponse:
    """Ask for the code; it travels in the body, never in an address."""
    typed = request.POST.get("code", "")[:40]
    if request.method == "POST":
        if is_held_back(request, GUESSED):
            page = {"typed": typed, "held": True}
            held = render(request, "fieldwork/enter.html", page, status=429)
            held.headers["Retry-After"] = str(WAIT_SECONDS)
            return held
        person = queries.respondent_by_code(normal_code(typed))
        if person is not None:
            return redirect("fieldwork:answer", token=token_of(bytes(person.nonce)))
        note_wrong(request, GUESSED)
        return render(request, "fieldwork/enter.html", {"typed": typed, "unknown": True}, status=422)
    return render(request, "fieldwork/enter.html", {})


@respondents_page
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """The questionnaire of one respondent, a page at a time."""
    person = queries.respondent_of(token)
    if person is None:
        return render(request, "ratings/closed.html", status=404)
    now = timezone.now()
    today = timezone.localdate(now)
    response = queries.response_of(person)
    if response is not None and response.state != ResponseState.PARTIAL:
        return _over(request, person, response)
    if reason := why_closed(person.survey, today):
        context = {"reason": reason, "survey": person.survey, "token": token if response else ""}
        return render(request, "fieldwork/closed.html", context, status=410)
    language = get_language() or "en"
    one_each = is_elder(request)
    if request.method != "POST":
        if response is None:
            return _welcome(request, person)
        return _page(request, person, show(response, language, one_each=one_each))
    if response is None and "stay" in request.POST and "page" not in request.POST:
        return _welcome(request, person)
    try:
        response = response or begin(respondent=person, language=language, now=now, today=today)
        if "page" not in request.POST:
            return _page(request, person, show(response, language, one_each=one_each))
        taken = turn(response, request.POST, language, now=now, today=today, one_each=one_each)
    except NotAskedError as error:
        context = {"reason": str(error), "survey": person.survey}
        return render(request, "fieldwork/closed.html", context, status=409)
    if taken.finished:
        return _over(request, person, taken.response, fresh=True)
    if taken.later:
        return render(request, "fieldwork/later.html", _about(person))
    return _page(request, person, taken)


def _about(person: Respondent) -> dict[str, Any]:
    return {
        "survey": person.survey,
        "code": code_of(bytes(person.nonce)),
        "token": token_of(bytes(person.nonce)),
        "definition": definition_of(person.survey.version_id),
    }


def _welcome(request: HttpRequest, person: Respondent) -> HttpResponse:
    return render(request, "fieldwork/welcome.html", _about(person))


def _page(request: HttpRequest, person: Respondent, taken: Turn) -> HttpResponse:
    return render(request, "fieldwork/page.html", _about(person) | {"turn": taken}, status=taken.status)


def _over(
    request: HttpRequest, person: Respondent, response: Response, *, fresh: bool = False
) -> HttpResponse:
    """The receipt, the page of a finished response, or word that it was withdrawn."""
    context = _about(person) | {"response": response, "fresh": fresh}
    return render(request, "fieldwork/over.html", context)


@respondents_page
def stored(request: HttpRequest, token: str) -> HttpResponse:
    """What is kept of a respondent, and the button that erases it."""
    person = queries.respondent_of(token)
    response = queries.response_of(person) if person is not None else None
    if person is None or response is None:
        return render(request, "ratings/closed.html", status=404)
    if request.method == "POST" and "withdraw" in request.POST:
        response = withdraw(response=response, now=timezone.now())
        return _over(request, person, response)
    definition = definition_of(response.version_id)
    context = _about(person) | {"response": response, "rows": answered(definition, response.answers)}
    return render(request, "fieldwork/stored.html", context)
