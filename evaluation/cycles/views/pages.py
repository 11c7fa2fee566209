"""Staff pages of cycles and schemes: lists, a new cycle, its moves, a scheme and its approval."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from evaluation.cycles import actions, forms, labels, queries
from evaluation.cycles.actions import CycleRefusedError, MoveRefusedError, SchemeRefusedError
from evaluation.cycles.bindings import parse_bindings
from evaluation.cycles.enums import BACKWARD, CycleState
from evaluation.cycles.models import Cycle, SchemeDocument
from evaluation.cycles.rules import may_follow_cycles, may_plan_cycles, may_read_cycles
from evaluation.cycles.weights import branches, summary
from scoring.schemes import scheme_from_json
from surveys.core.doors import staff
from surveys.core.models import User

MOVES: dict[CycleState, Callable[..., Cycle]] = {
    CycleState.OPEN: actions.open_cycle,
    CycleState.LOCKED: actions.lock_cycle,
    CycleState.OBJECTION: actions.start_objection,
    CycleState.ARCHIVED: actions.archive_cycle,
}


def person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


@staff(may_read_cycles)
def index(request: HttpRequest) -> HttpResponse:
    cycles = Cycle.objects.select_related("scheme").order_by("-starts_on", "code")
    page = {
        "cycles": cycles,
        "may_plan": may_plan_cycles(request.user),
        "may_follow": may_follow_cycles(request.user),
    }
    return render(request, "cycles/list.html", page)


@staff(may_plan_cycles)
def new(request: HttpRequest) -> HttpResponse:
    form = forms.CycleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        keys = ("code", "names", "starts_on", "ends_on", "scheme", "organisations", "previous")
        try:
            cycle = actions.create_cycle(
                **{key: data[key] for key in keys}, actor=person(request), now=timezone.now()
            )
        except CycleRefusedError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The cycle is planned. It opens once its scheme is approved."))
            return redirect("rankings:board", cycle.code)
    return render(request, "cycles/new.html", {"form": form}, status=422 if form.errors else 200)


def _move(cycle: Cycle, to: CycleState, reason: str, actor: User, now: datetime) -> None:
    if (CycleState(cycle.state), to) in BACKWARD:
        actions.step_back(cycle=cycle, to=to, reason=reason, actor=actor, now=now)
    elif to in MOVES:
        MOVES[to](cycle=cycle, actor=actor, now=now)
    else:
        raise MoveRefusedError(_("This stage is reached by its own button."))


@require_POST
@staff(may_plan_cycles)
def move(request: HttpRequest, code: str) -> HttpResponse:
    cycle = get_object_or_404(Cycle, code=code)
    form = forms.MoveForm(request.POST)
    if not form.is_valid() or form.cleaned_data["to"] not in CycleState.values:
        messages.error(request, _("Choose a stage."))
        return redirect("rankings:board", code)
    to = CycleState(form.cleaned_data["to"])
    try:
        _move(cycle, to, form.cleaned_data["reason"], person(request), timezone.now())
    except MoveRefusedError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The cycle is now: %(state)s.") % {"state": to.label})
    return redirect("rankings:board", code)


def _take_scheme(content: dict[str, Any], actor: User) -> tuple[str, ...]:
    """Write the scheme; the sentences why it cannot be taken, if any."""
    try:
        actions.write_scheme(
            document=content["document"], bindings=content["bindings"], actor=actor, now=timezone.now()
        )
    except SchemeRefusedError as error:
        return error.faults
    return ()


@staff(may_read_cycles)
def schemes(request: HttpRequest) -> HttpResponse:
    rows = SchemeDocument.objects.select_related("approved_by", "written_by").order_by("code", "version")
    form = forms.SchemeFileForm(request.POST or None, request.FILES or None)
    faults: tuple[str, ...] = ()
    if request.method == "POST" and form.is_valid() and may_plan_cycles(request.user):
        try:
            content = json.loads(form.cleaned_data["file"].read(1_000_000))
            faults = tuple(actions.check_scheme_file(content)) or _take_scheme(content, person(request))
        except (ValueError, RecursionError):
            faults = (_("The file is not JSON."),)
        if not faults:
            messages.success(request, _("The scheme is taken. Someone else has to approve it."))
            return redirect("cycles:schemes")
    context = {"rows": rows, "form": form, "faults": faults, "may_plan": may_plan_cycles(request.user)}
    return render(request, "cycles/schemes.html", context, status=422 if faults else 200)


@staff(may_read_cycles)
def scheme(request: HttpRequest, code: str, version: str) -> HttpResponse:
    row = get_object_or_404(
        SchemeDocument.objects.select_related("approved_by", "written_by"), code=code, version=version
    )
    bindings, _faults = parse_bindings(row.bindings)
    tree = branches(scheme_from_json(row.document), bindings)
    others = SchemeDocument.objects.exclude(pk=row.pk).order_by("code", "version")
    other = (
        others.filter(pk=request.GET.get("with") or 0).first()
        if _is_number(request.GET.get("with"))
        else None
    )
    context = {
        "scheme": row,
        "tree": tree[1:],
        "summary": summary(tree),
        "root": tree[0],
        "rules": labels.rules(row.document),
        "note": queries.presets().get(code, {}).get("note", {}),
        "cycles": row.cycles.order_by("-starts_on", "code"),
        "drafts": queries.drafts_without(row),
        "others": others,
        "other": other,
        "compared": _compared(row, other) if other else [],
        "may_plan": may_plan_cycles(request.user),
        "may_follow": may_follow_cycles(request.user),
        "is_author": row.written_by_id == person(request).pk,
    }
    return render(request, "cycles/scheme.html", context)


def _is_number(text: str | None) -> bool:
    return bool(text) and str(text).isascii() and str(text).isdigit() and len(str(text)) < 10


def _compared(row: SchemeDocument, other: SchemeDocument) -> list[tuple[str, float | None, float | None]]:
    """The shares of both schemes by part, the parts of the first before those the second alone has."""
    here, there = (
        {branch.code: branch for branch in branches(scheme_from_json(item.document), {})[1:]}
        for item in (row, other)
    )
    codes = [*here, *(code for code in there if code not in here)]
    return [
        (
            (here.get(code) or there[code]).name,
            here[code].share if code in here else None,
            there[code].share if code in there else None,
        )
        for code in codes
    ]


@staff(may_read_cycles)
def scheme_file(_request: HttpRequest, code: str, version: str) -> HttpResponse:
    row = get_object_or_404(SchemeDocument, code=code, version=version)
    text = json.dumps({"document": row.document, "bindings": row.bindings}, ensure_ascii=False, indent=1)
    response = HttpResponse(text + "\n", content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="scheme-{row.code}-{row.version}.json"'
    return response


@require_POST
@staff(may_plan_cycles)
def approve(request: HttpRequest, code: str, version: str) -> HttpResponse:
    row = get_object_or_404(SchemeDocument, code=code, version=version)
    try:
        actions.approve_scheme(scheme=row, actor=person(request), now=timezone.now())
    except SchemeRefusedError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The scheme is approved and no longer changes."))
    return redirect("cycles:scheme", code, version)
