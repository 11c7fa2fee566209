"""The leader's one page, and the auditor's: commissions, findings, contests."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from evaluation.improvement import actions, forms, queries
from evaluation.improvement.actions import CommissionRefusedError
from evaluation.improvement.leading import LeaderPage
from evaluation.improvement.models import Commission
from evaluation.improvement.rules import may_audit, may_give_commissions, may_lead
from evaluation.improvement.views.access import person
from surveys.core.doors import staff


@staff(may_lead)
@require_GET
def leader(request: HttpRequest) -> HttpResponse:
    return render(request, "improvement/leader.html", {"page": LeaderPage(timezone.localdate())})


@staff(may_audit)
@require_GET
def audits(request: HttpRequest) -> HttpResponse:
    """My commissions with their scope, my findings and what became of contests."""
    today = timezone.localdate()
    rows = [(row, list(queries.findings_under(row))) for row in queries.commissions_of(person(request))]
    context = {
        "rows": rows,
        "today": today,
        "n_undeclared": sum(row.declared_at is None and row.expires_on >= today for row, _found in rows),
        "form": forms.DeclarationForm(),
    }
    return render(request, "improvement/audits.html", context)


@require_POST
@staff(may_audit)
def declare(request: HttpRequest, pk: int) -> HttpResponse:
    """Another auditor's commission does not exist for this one."""
    row = get_object_or_404(Commission, pk=pk, auditor=person(request))
    try:
        actions.declare_independence(
            commission=row,
            text=request.POST.get("text", "")[:2000],
            actor=person(request),
            now=timezone.now(),
        )
    except CommissionRefusedError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Declared. Your declaration is kept with the commission."))
    return redirect("improvement:audits")


@staff(may_give_commissions)
def commissions(request: HttpRequest) -> HttpResponse:
    """The office charges auditors."""
    form = forms.CommissionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.give_commission(actor=person(request), now=timezone.now(), **form.cleaned_data)
        except CommissionRefusedError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The commission is given."))
            return redirect("improvement:commissions")
    rows = (
        Commission.objects.select_related("auditor", "cycle")
        .prefetch_related("organisations")
        .order_by("-expires_on", "pk")
    )
    context = {"form": form, "rows": rows, "today": timezone.localdate()}
    return render(request, "improvement/commissions.html", context, status=422 if form.errors else 200)
