"""Asking residents whether it is solved: whom to ask, the number for a reason, the outcome in one click."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from surveys.cases import queries
from surveys.cases.actions.answering import record_call
from surveys.cases.actions.contacts import look_up_contact
from surveys.cases.actions.effects import CaseRefusedError
from surveys.cases.forms import CallForm, ContactForm
from surveys.cases.rules import (
    cases_to_call,
    cases_with_number,
    may_call_back,
    may_open_numbers,
    may_see_cases,
    may_work_on_cases,
)
from surveys.cases.views.staff import acting
from surveys.cases.views.tabs import tabs
from surveys.core.doors import staff
from surveys.ratings.actions.contacts import ContactRefusedError

SHOWN = 40


def listed(request: HttpRequest, **more: Any) -> dict[str, Any]:
    """What the page of call-backs shows."""
    waiting, asked = queries.to_call_back(request.user), queries.asked_once(request.user)
    today = timezone.localdate()
    return {
        "rows": queries.duties(list(waiting[:SHOWN]), today),
        "asked": queries.duties(list(asked[:SHOWN]), today),
        "n": waiting.count(),
        "tabs": tabs("cases:call_backs") if may_work_on_cases(request.user) else [],
        "may_see": may_see_cases(request.user),
        "may_open": may_open_numbers(request.user),
        **more,
    }


@staff(may_call_back)
@require_GET
def call_backs(request: HttpRequest) -> HttpResponse:
    """Ask residents whether it is solved; one click each."""
    return render(request, "cases/call_backs.html", listed(request))


@staff(may_call_back)
@require_POST
def call(request: HttpRequest, code: str) -> HttpResponse:
    """Record the outcome of one call; what was written stays on the page when it cannot be taken."""
    case = get_object_or_404(cases_to_call(request.user), code=code)
    form = CallForm(request.POST)
    words = request.POST.get("text", "")[:1000]
    if not form.is_valid():
        told = "; ".join(str(error) for errors in form.errors.values() for error in errors)
        return render(
            request,
            "cases/call_backs.html",
            listed(request, told=told, told_of=code, words=words),
            status=422,
        )
    data = form.cleaned_data
    try:
        moved = record_call(
            case=case, seen=data["seen"], answer=data["answer"], text=data["text"], **acting(request)
        )
    except CaseRefusedError as error:
        page = listed(request, told=str(error), told_of=code, words=words)
        return render(request, "cases/call_backs.html", page, status=409)
    messages.success(request, f"{code}: {moved.get_state_display()}")
    return redirect("cases:call_backs")


@staff(may_open_numbers)
@require_POST
def contact(request: HttpRequest, code: str) -> HttpResponse:
    """Open the telephone number of one case for a stated reason; shown once, logged."""
    case = get_object_or_404(cases_with_number(request.user).select_related("rating"), code=code)
    form = ContactForm(request.POST)
    page: dict[str, Any] = {"case": case, "form": form, "may_see": may_see_cases(request.user)}
    if not form.is_valid():
        return render(request, "cases/contact.html", page, status=422)
    try:
        page["telephone"] = look_up_contact(case=case, reason=form.cleaned_data["reason"], **acting(request))
    except ContactRefusedError as error:
        form.add_error(None, str(error))
        return render(request, "cases/contact.html", page, status=422)
    return render(request, "cases/contact.html", page)
