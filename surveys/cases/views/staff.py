"""The page of one case and what is done from it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from surveys.cases import queries
from surveys.cases.actions import moving, notes, requests
from surveys.cases.actions.effects import CaseRefusedError
from surveys.cases.actions.moving import SeatRefusedError
from surveys.cases.enums import Move, RequestKind
from surveys.cases.forms import (
    OWN_FORMS,
    ContactForm,
    DecisionForm,
    FileForm,
    MoveForm,
    NoteForm,
    RequestForm,
)
from surveys.cases.models import Case
from surveys.cases.progress import stages
from surveys.cases.rules import cases_in_scope, may_open_numbers, may_see_cases, may_work_on_cases
from surveys.cases.transitions import TRANSITIONS
from surveys.core.doors import staff
from surveys.core.models import User
from surveys.core.text import localized


def acting(request: HttpRequest) -> dict[str, Any]:
    """Actor and clock, read at the edge."""
    assert isinstance(request.user, User)
    return {"actor": request.user, "now": timezone.now()}


def case_of(request: HttpRequest, code: str) -> Case:
    """The case, or 404: outside one's scope it looks like one that does not exist."""
    found: Case = get_object_or_404(
        cases_in_scope(request.user).select_related(
            "service", "organisation", "handler", "fixed_by", "rating", "rating__contact", "again"
        ),
        code=code,
    )
    return found


def page_of(request: HttpRequest, case: Case, bound: MoveForm | None = None) -> dict[str, Any]:
    """What the page shows: the case, its moves as buttons or forms, its history."""
    view = queries.case_view(case, request.user, timezone.localdate())
    templates = list(queries.reply_templates()) if {Move.FINISH} & set(view.can) else []
    started = next((row for row in templates if str(row.pk) == request.GET.get("reply")), None)
    words = {Move.FINISH: localized(started.texts)} if started else {}
    forms = [
        bound
        if bound is not None and bound.move == move
        else MoveForm(case=case, move=move, text=words.get(move, ""))
        for move in view.can
        if move not in OWN_FORMS
    ]
    asks = {Move.ASK_EXTENSION, Move.ASK_PAUSE} & set(view.can)
    return {
        "view": view,
        "stages": stages(case, view.moves),
        "case": case,
        "reasons": queries.reasons_of(case),
        "buttons": [form for form in forms if form.is_plain],
        "forms": [form for form in forms if not form.is_plain],
        "open_form": bound.move if bound is not None else Move.FINISH if started else "",
        "templates": templates,
        "may_resume": Move.RESUME in view.can,
        "request_form": RequestForm(initial={"seen": case.version}) if asks else None,
        "decision_form": DecisionForm(initial={"seen": case.version}),
        "may_decide": Move.GRANT in view.can,
        "may_work": may_work_on_cases(request.user),
        "may_open": may_open_numbers(request.user)
        and request.user.pk not in {case.handler_id, case.fixed_by_id},
        "note_form": NoteForm(),
        "file_form": FileForm(),
        "contact_form": ContactForm(),
    }


@staff(may_see_cases)
@require_GET
def case(request: HttpRequest, code: str) -> HttpResponse:
    return render(request, "cases/case.html", page_of(request, case_of(request, code)))


@staff(may_work_on_cases)
@require_POST
def move(request: HttpRequest, code: str, move: str) -> HttpResponse:
    """Make one move from the page of a case."""
    row = case_of(request, code)
    if move not in TRANSITIONS or move in OWN_FORMS:
        raise Http404
    form = MoveForm(request.POST, case=row, move=Move(move))
    if not form.is_valid():
        return render(request, "cases/case.html", page_of(request, row, form), status=422)
    try:
        moved = moving.move_case(
            case=row,
            move=form.move,
            seen=form.cleaned_data["seen"],
            details=form.details(),
            **acting(request),
        )
    except SeatRefusedError as error:
        return render(request, "cases/refused.html", {"case": row, "why": str(error)}, status=403)
    except CaseRefusedError as error:
        fresh = case_of(request, code)
        again = MoveForm(with_version(request.POST, fresh), case=fresh, move=form.move)
        again.add_error(None, str(error))
        return render(
            request, "cases/case.html", page_of(request, fresh, again) | {"told": str(error)}, status=409
        )
    messages.success(request, _("The case is now: %(state)s.") % {"state": moved.get_state_display()})
    in_scope = cases_in_scope(request.user).filter(pk=moved.pk).exists()
    return redirect("cases:case", code=code) if in_scope else redirect("cases:list")


def with_version(data: QueryDict, case: Case) -> QueryDict:
    """What was typed, to be sent again after looking at the case as it is now."""
    fresh = data.copy()
    fresh["seen"] = str(case.version)
    return fresh


def attempt(
    request: HttpRequest,
    code: str,
    verb: Callable[[], Any],
    said: str,
    typed: Callable[[Case], dict[str, Any]] | None = None,
) -> HttpResponse:
    """Run one verb and go back to the case with what was done; or say why not and keep what was typed."""
    try:
        verb()
    except CaseRefusedError as error:
        if typed is not None:
            return kept(request, code, str(error), typed, status=409)
        messages.error(request, str(error), extra_tags="bad")
    else:
        messages.success(request, said)
    return redirect("cases:case", code=code)


def kept(
    request: HttpRequest, code: str, told: str, typed: Callable[[Case], dict[str, Any]], *, status: int = 422
) -> HttpResponse:
    """The page of the case with what was wrong and what was typed."""
    fresh = case_of(request, code)
    page = page_of(request, fresh) | typed(fresh) | {"told": told}
    return render(request, "cases/case.html", page, status=status)


@staff(may_work_on_cases)
@require_POST
def ask(request: HttpRequest, code: str) -> HttpResponse:
    """Ask for more time or a pause."""
    row, form = case_of(request, code), RequestForm(request.POST)

    def typed(fresh: Case) -> dict[str, Any]:
        again = RequestForm(with_version(request.POST, fresh))
        return {"request_form": again, "open_form": "ask"}

    if not form.is_valid():
        return kept(request, code, _("Write how many working days and why."), typed)
    data = form.cleaned_data
    verb = requests.ask_extension if data["kind"] == RequestKind.EXTENSION else requests.ask_pause
    facts = {key: data[key] for key in ("seen", "n_days", "reason")}
    return attempt(
        request,
        code,
        lambda: verb(case=row, **facts, **acting(request)),
        _("The request waits for somebody else to decide it."),
        typed,
    )


@staff(may_work_on_cases)
@require_POST
def resume(request: HttpRequest, code: str) -> HttpResponse:
    """End the pause of a case."""
    row = case_of(request, code)
    seen = request.POST.get("seen", "")
    return attempt(
        request,
        code,
        lambda: requests.end_pause(case=row, seen=int(seen) if seen.isdecimal() else 0, **acting(request)),
        _("The clock runs on."),
    )


@staff(may_work_on_cases)
@require_POST
def decide(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Grant or refuse somebody else's request."""
    row, form = case_of(request, code), DecisionForm(request.POST)
    asked = get_object_or_404(row.requests.all(), pk=pk)
    if not form.is_valid():
        return redirect("cases:case", code=code)
    return attempt(
        request,
        code,
        lambda: requests.decide_request(request=asked, **form.cleaned_data, **acting(request)),
        _("The request is decided."),
    )


@staff(may_work_on_cases)
@require_POST
def note(request: HttpRequest, code: str) -> HttpResponse:
    row, form = case_of(request, code), NoteForm(request.POST)

    def typed(_fresh: Case) -> dict[str, Any]:
        return {"note_form": NoteForm(request.POST), "open_form": "note"}

    if not form.is_valid():
        return kept(request, code, _("Write something first."), typed)
    return attempt(
        request,
        code,
        lambda: notes.add_note(case=row, **form.cleaned_data, **acting(request)),
        _("The note is kept."),
        typed,
    )


@staff(may_work_on_cases)
@require_POST
def publish(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Put a reply under “you said, we did”."""
    row = case_of(request, code)
    reply = get_object_or_404(row.notes.all(), pk=pk)
    return attempt(
        request,
        code,
        lambda: notes.publish_note(note=reply, **acting(request)),
        _("Everyone can read the reply now."),
    )


@staff(may_work_on_cases)
@require_POST
def attach(request: HttpRequest, code: str) -> HttpResponse:
    row, form = case_of(request, code), FileForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, _("Choose a file first."), extra_tags="bad")
        return redirect("cases:case", code=code)
    upload = form.cleaned_data["file"]
    return attempt(
        request,
        code,
        lambda: notes.attach(case=row, content=upload.read(), name=upload.name, **acting(request)),
        _("The file is kept with the case."),
    )


@staff(may_work_on_cases)
@require_GET
def attachment(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """A file of the case, as a download that no browser runs."""
    row = get_object_or_404(case_of(request, code).files.select_related("stored"), pk=pk)
    return HttpResponse(
        bytes(row.stored.content),
        content_type=row.stored.media_type,
        headers={"Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff"},
    )
