"""Blind audits: draw a sample, call each resident without seeing what was recorded, read what came out."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from surveys.core.doors import demand, staff
from surveys.core.models import User
from surveys.ratings.actions import ContactRefusedError, open_contact
from surveys.ratings.models import Contact
from surveys.screening.actions import AuditRefusedError, draw_audit, record_call
from surveys.screening.audits import LEAST_ANSWERS, result_of
from surveys.screening.enums import CallState
from surveys.screening.forms import AuditForm, CallForm, OpenForm
from surveys.screening.models import AuditCall, CallAudit
from surveys.screening.rules import may_review, may_see_review

PER_PAGE = 50


@staff(may_see_review)
def audits(request: HttpRequest) -> HttpResponse:
    """Every audit, and the form that draws one."""
    assert isinstance(request.user, User)
    form = AuditForm(request.POST or None)
    if request.method == "POST":
        demand(request.user, may_review)
        if form.is_valid():
            told = form.cleaned_data
            try:
                audit = draw_audit(
                    organisation=told["unit"], starts_on=told["first"], ends_on=told["last"], n=told["n"],
                    seed=told["seed"], actor=request.user, now=timezone.now(),
                )  # fmt: skip
            except AuditRefusedError as error:
                form.add_error(None, str(error))
            else:
                return redirect("screening:audit", pk=audit.pk)
    rows = CallAudit.objects.select_related("organisation", "drawn_by").order_by("-drawn_at", "-pk")[:100]
    context = {"audits": rows, "form": form, "may_review": may_review(request.user)}
    return render(request, "screening/audits.html", context, status=422 if form.errors else 200)


@staff(may_see_review)
def audit(request: HttpRequest, pk: int) -> HttpResponse:
    """One audit: its result so far, and the calls."""
    row = get_object_or_404(CallAudit.objects.select_related("organisation", "drawn_by"), pk=pk)
    calls = AuditCall.objects.filter(audit=row).select_related("rating__service", "called_by")
    found = result_of(row)
    context = {
        "audit": row,
        "page": Paginator(calls.order_by("number"), PER_PAGE).get_page(request.GET.get("page")),
        "found": found,
        "least": LEAST_ANSWERS,
        "next": calls.filter(state=CallState.WAITING).order_by("number").first(),
        "cross": list(zip((5, 4, 3, 2, 1), found.table, strict=True)),
        "may_review": may_review(request.user),
    }
    return render(request, "screening/audit.html", context)


@staff(may_review)
def call(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One call, blind: what was recorded stays hidden; the number opens for a reason that is logged."""
    assert isinstance(request.user, User)
    rows = AuditCall.objects.select_related(
        "audit", "rating__service", "rating__organisation", "rating__matter"
    )
    row = get_object_or_404(rows, audit=pk, number=number)
    opens = OpenForm(request.POST if "why" in request.POST else None)
    form = CallForm(request.POST if "state" in request.POST else None)
    telephone = ""
    if opens.is_bound and opens.is_valid():
        try:
            telephone = open_contact(
                rating=row.rating, reason=opens.cleaned_data["why"], actor=request.user, now=timezone.now()
            )
        except ContactRefusedError as error:
            opens.add_error(None, str(error))
    elif form.is_bound and form.is_valid():
        try:
            record_call(call=row, **form.cleaned_data, actor=request.user, now=timezone.now())
        except AuditRefusedError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The call is written down."))
            return redirect("screening:audit", pk=pk)
    context = {
        "call": row,
        "form": form,
        "opens": opens,
        "telephone": telephone,
        "has_contact": Contact.objects.filter(rating=row.rating_id).exists(),
    }
    return render(request, "screening/call.html", context, status=422 if form.errors or opens.errors else 200)
