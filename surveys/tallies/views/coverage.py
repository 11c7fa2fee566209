"""The coverage ledger: from finished cases to valid ratings, beside what the units' own systems say."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from surveys.catalogue.enums import Channel
from surveys.catalogue.models import Organisation, Service
from surveys.core.doors import demand, staff
from surveys.core.models import User
from surveys.core.rules import is_office
from surveys.tallies.actions import TotalRefusedError, state_total
from surveys.tallies.forms import LedgerForm, TotalForm
from surveys.tallies.queries import Coverage, coverage, totals
from surveys.tallies.rules import may_read_answers
from surveys.tallies.views.asking import asked, question_of


@staff(may_read_answers)
def ledger(request: HttpRequest) -> HttpResponse:
    """Finished, eligible, invited, answered, valid; the office states what the feed should add up to."""
    stating = TotalForm(request.POST or None)
    if request.method == "POST":
        demand(request.user, is_office)
        if stating.is_valid() and _stated(request, stating):
            return redirect(request.get_full_path())
    form = asked(request, LedgerForm)
    if not form.is_valid():
        return render(request, "tallies/ledger.html", {"form": form}, status=422)
    question, by = question_of(request, form), form.cleaned_data["by"]
    rows = coverage(
        starts_on=question.starts_on, ends_on=question.ends_on, organisations=question.organisations, by=(by,)
    )
    context = {
        "form": form,
        "stating": stating,
        "question": question,
        "rows": _named(rows),
        "whole": totals(rows),
        "by": by,
        "may_state": is_office(request.user),
    }
    return render(request, "tallies/ledger.html", context, status=422 if stating.errors else 200)


def _stated(request: HttpRequest, stating: TotalForm) -> bool:
    assert isinstance(request.user, User)
    try:
        state_total(**stating.cleaned_data, actor=request.user, now=timezone.now())
    except TotalRefusedError as error:
        stating.add_error(None, str(error))
        return False
    messages.success(request, _("The number is written down."))
    return True


def _named(rows: list[Coverage]) -> list[tuple[str, str, Coverage]]:
    """Each row with its organisation and what it is split by, in words."""
    units = Organisation.objects.without_tree_fields().in_bulk([row.organisation_id for row in rows])
    services = Service.objects.in_bulk([row.service_id for row in rows if row.service_id])
    return [
        (
            units[row.organisation_id].name,
            services[row.service_id].name
            if row.service_id
            else str(Channel(row.channel).label if row.channel else ""),
            row,
        )
        for row in rows
    ]
