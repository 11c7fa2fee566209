"""Trying a questionnaire as a respondent would, page by page, without storing anything."""

from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from surveys.core.doors import staff
from surveys.core.text import OWN_NAMES, nearest_language
from surveys.instruments import flow
from surveys.instruments.answering import clean
from surveys.instruments.checklist import checklist
from surveys.instruments.definition import DefinitionError, read
from surveys.instruments.expressions.nodes import ExpressionError
from surveys.instruments.pageforms import page_form
from surveys.instruments.rules import may_read_instruments
from surveys.instruments.shapes import Definition
from surveys.instruments.views.pages import version_of

SALT = "instruments.try"
SEED = "try"


@staff(may_read_instruments)
def trial(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """A page of the questionnaire on a phone, and beside it which questions are asked with the answers so far."""
    row = version_of(code, number)
    page: dict[str, Any] = {"version": row}
    try:
        definition, _faults = read(row.definition)
        page |= _shown(request, definition)
    except (DefinitionError, ExpressionError):
        page["checks"] = [check for check in checklist(row.definition) if not check.is_met]
    return render(request, "instruments/try.html", page)


def _shown(request: HttpRequest, definition: Definition) -> dict[str, Any]:
    languages = definition.languages
    language = request.GET.get("language") or request.POST.get("language") or ""
    language = language if language in languages else nearest_language(languages)
    orders = flow.option_orders(definition, SEED)
    answers, here = _state(request, definition)
    faults: Any = ()
    data = None
    if request.method == "POST" and here is not None and "again" not in request.POST:
        if "back" in request.POST:
            here = flow.previous_page(definition, answers, here)
        else:
            found = clean(
                definition, request.POST, here, language, answers=answers, today=timezone.localdate()
            )
            answers, faults = found.answers, found.faults
            data = request.POST if faults else None
            here = here if faults or "stay" in request.POST else flow.next_page(definition, answers, here)
            if "stay" in request.POST:
                faults, data = (), None
    asked = {question.code for question in flow.visible(definition, answers)}
    shown: dict[str, Any] = {
        "definition": definition,
        "languages": [(one, OWN_NAMES[one]) for one in languages],
        "language": language,
        "state": signing.dumps({"answers": answers, "page": here}, salt=SALT, compress=True),
        "asked": [(question, question.code in asked) for question in definition.questions],
        "n_asked": len(asked),
        "answers": flow.settled(definition, answers),
        "is_declined": flow.declined(definition, answers),
        "here": here,
    }
    if here is not None:
        form = page_form(definition, here, language, answers=answers, orders=orders, data=data, faults=faults)
        shown |= {
            "form": form,
            "progress": flow.progress(definition, answers, here),
            "has_back": flow.previous_page(definition, answers, here) is not None,
        }
    return shown


def _state(request: HttpRequest, definition: Definition) -> tuple[dict[str, Any], int | None]:
    """The answers so far and the page; a state that was tampered with or is of other wording starts again."""
    first = flow.next_page(definition, {}, None)
    if request.method != "POST" or "again" in request.POST:
        return {}, first
    try:
        state = signing.loads(request.POST.get("state", ""), salt=SALT)
    except signing.BadSignature:
        return {}, first
    page = state["page"]
    return (state["answers"], page) if page is None or page < len(flow.pages(definition)) else ({}, first)
