"""The office's day, the leader's one page, and the commissions the office gives."""

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from evaluation.improvement import actions, forms
from evaluation.improvement.actions import CommissionRefusedError
from evaluation.improvement.leading import LeaderPage
from evaluation.improvement.models import Commission
from evaluation.improvement.officework import OfficeDesk
from evaluation.improvement.rules import may_give_commissions, may_lead
from evaluation.improvement.views.access import person
from surveys.core.doors import staff
from surveys.core.rules import is_office


@staff(may_lead)
@require_GET
def leader(request: HttpRequest) -> HttpResponse:
    return render(request, "improvement/leader.html", {"page": LeaderPage(timezone.localdate())})


@staff(is_office)
@require_GET
def office(request: HttpRequest) -> HttpResponse:
    return render(
        request, "improvement/office.html", {"desk": OfficeDesk(timezone.localdate(), person(request))}
    )


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
        Commission.objects.select_related("auditor", "cycle__scheme", "sample")
        .prefetch_related("organisations")
        .annotate(
            n_visits=Count("sample__visits", distinct=True),
            n_recorded=Count(
                "sample__visits", filter=Q(sample__visits__recorded_at__isnull=False), distinct=True
            ),
        )
        .order_by("-expires_on", "pk")
    )
    context = {"form": form, "rows": rows, "today": timezone.localdate()}
    return render(request, "improvement/commissions.html", context, status=422 if form.errors else 200)
