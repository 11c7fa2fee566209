"""The desk for paper: open a pile, key it twice, compare, settle, store."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from surveys.core.doors import staff
from surveys.core.models import User
from surveys.ratings.actions.paper import (
    Keyed,
    PaperRefusedError,
    give_up,
    key_sheet,
    open_pile,
    settle_sheet,
    store_pile,
)
from surveys.ratings.desk_forms import PaperForm, PileForm, SettleForm
from surveys.ratings.enums import PaperState
from surveys.ratings.models import PaperBatch, PaperSheet
from surveys.ratings.numbered import Sheet, numbers_of, sheet_of
from surveys.ratings.paperwork import disagreements, final_sheets, next_number, piles
from surveys.ratings.prints import PAPER_MODE
from surveys.ratings.rules import may_enter


def _actor(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def _sheet(batch: PaperBatch) -> Sheet:
    return sheet_of(batch.version_id, PAPER_MODE)


@staff(may_enter)
def pile_list(request: HttpRequest) -> HttpResponse:
    """The piles, and a form to open one."""
    form = PileForm(request.POST or None, initial={"collected_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        batch = open_pile(**form.cleaned_data, actor=_actor(request), now=timezone.now())
        return redirect("ratings:pile", pk=batch.pk)
    context = {"form": form, "piles": piles()[:50]}
    return render(request, "ratings/piles.html", context, status=422 if form.errors else 200)


@staff(may_enter)
def pile(request: HttpRequest, pk: int) -> HttpResponse:
    """A pile where it stands: the next form to key, the forms to look at again, or what was stored."""
    batch = get_object_or_404(piles(), pk=pk)
    if batch.state in {PaperState.FIRST, PaperState.SECOND}:
        return _key(request, batch)
    faults = disagreements(batch) if batch.state == PaperState.COMPARE else []
    sheet = _sheet(batch)
    context = {
        "batch": batch, "n_final": len(final_sheets(batch)),
        "faults": [(fault, _shown(fault.first, sheet), _shown(fault.second, sheet)) for fault in faults],
    }  # fmt: skip
    return render(request, "ratings/pile.html", context)


def _shown(row: PaperSheet, sheet: Sheet) -> dict[str, Any]:
    """One entry in the numbers in which it was keyed."""
    return {
        "case_no": row.case_no, "level": row.level, "tags": numbers_of(sheet, row.tags),
        "comment": row.comment, "answers": row.answers,
    }  # fmt: skip


def _key(request: HttpRequest, batch: PaperBatch) -> HttpResponse:
    number = next_number(batch)
    form = PaperForm(request.POST or None, sheet=_sheet(batch), case_first=batch.service_id is None)
    if request.method == "POST" and form.is_valid():
        try:
            key_sheet(
                batch=batch, number=_number(request.POST.get("number", "")), keyed=_keyed(form),
                actor=_actor(request), now=timezone.now(),
            )  # fmt: skip
        except PaperRefusedError as error:
            form.add_error(None, str(error))
        else:
            return redirect("ratings:pile", pk=batch.pk)
    context = {"batch": batch, "form": form, "sheet": form.sheet, "number": number}
    return render(request, "ratings/key.html", context, status=422 if form.errors else 200)


def _keyed(form: PaperForm) -> Keyed:
    data = form.cleaned_data
    return Keyed(
        case_no=data["case_no"], level=int(data["level"]) if data["level"] else None, tags=data["tags"],
        answers=data["answers"], comment=data["comment"], left_out=data.get("left_out", ""),
    )  # fmt: skip


def _number(typed: str) -> int:
    return int(typed) if typed.isdecimal() and len(typed) < 5 else 0


@staff(may_enter)
def settle(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One form looked at again, beside both entries."""
    batch = get_object_or_404(piles().filter(state=PaperState.COMPARE), pk=pk)
    rows = {row.turn: row for row in batch.sheets.filter(number=number)}
    if 1 not in rows or 2 not in rows:
        raise Http404
    sheet = _sheet(batch)
    first, second = _shown(rows[1], sheet), _shown(rows[2], sheet)
    agreed = {key: value for key, value in first.items() if value == second[key]}
    items = {f"item-{block.code}": "" for block in sheet.items}
    form = SettleForm(request.POST or None, sheet=sheet, initial=items | agreed)
    if request.method == "POST" and form.is_valid():
        try:
            settle_sheet(batch=batch, number=number, keyed=_keyed(form), actor=_actor(request))
        except PaperRefusedError as error:
            form.add_error(None, str(error))
        else:
            return redirect("ratings:pile", pk=batch.pk)
    context = {"batch": batch, "form": form, "sheet": sheet, "number": number, "entries": (first, second)}
    return render(request, "ratings/settle.html", context, status=422 if form.errors else 200)


@staff(may_enter)
@require_POST
def store(request: HttpRequest, pk: int) -> HttpResponse:
    """Store the whole pile."""
    batch = get_object_or_404(piles(), pk=pk)
    try:
        stored = store_pile(batch=batch, actor=_actor(request), now=timezone.now())
    except PaperRefusedError as error:
        messages.error(request, str(error), extra_tags="bad")
    else:
        messages.success(request, _("%(n)s forms are stored.") % {"n": stored.n_stored})
    return redirect("ratings:pile", pk=pk)


@staff(may_enter)
@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a pile up."""
    batch = get_object_or_404(piles(), pk=pk)
    try:
        give_up(
            batch=batch,
            reason=request.POST.get("reason", "")[:200],
            actor=_actor(request),
            now=timezone.now(),
        )
    except PaperRefusedError as error:
        messages.error(request, str(error), extra_tags="bad")
        return redirect("ratings:pile", pk=pk)
    messages.success(request, _("The pile is given up. Nothing was stored."))
    return redirect("ratings:piles")
