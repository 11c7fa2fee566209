"""Pages of alerts: list, one alert, seen, given to someone, closed."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from evaluation.improvement import actions, listening, queries
from evaluation.improvement.actions import AlertRefusedError
from evaluation.improvement.filters import AlertFilter
from evaluation.improvement.listening_forms import AssignForm, OutcomeForm
from evaluation.improvement.listening_tables import AlertTable
from evaluation.improvement.models import Alert
from evaluation.improvement.rules import may_handle_alerts, may_keep_measures, may_see_work
from evaluation.improvement.views.access import person
from evaluation.improvement.wording import alert_words
from surveys.catalogue.queries import path_of
from surveys.catalogue.rules import codes_in_scope
from surveys.core.doors import demand, reveal, staff
from surveys.core.rules import Rule
from surveys.core.views import ListPage


class AlertList(ListPage):
    rule = may_see_work
    model = Alert
    table_class = AlertTable
    filterset_class = AlertFilter
    title = gettext_lazy("Alerts")
    lead = gettext_lazy(
        "Found by the system every hour. Each is seen by someone, given to someone, and closed."
    )
    empty = gettext_lazy("Nothing stands out. The system looks every hour.")
    export_name = "alerts"

    def get_queryset(self) -> QuerySet[Alert]:
        codes = codes_in_scope(self.request.user, *queries.WORK_ROLES)
        rows = Alert.objects.select_related("organisation", "assigned_to").order_by("-raised_at", "-pk")
        return rows if codes is None else rows.filter(organisation__code__in=codes)

    def get_table_kwargs(self) -> dict[str, Any]:
        return {"names": listening.theme_names()}


def _alert(request: HttpRequest, pk: int, rule: Rule) -> Alert:
    """An alert in one's scope; 404 outside it, 403 without the seat for what is asked."""
    rows = Alert.objects.select_related("organisation", "assigned_to", "acknowledged_by", "closed_by")
    found = get_object_or_404(rows, pk=pk)
    path = path_of(found.organisation.code)
    reveal(request.user, may_see_work, path)
    demand(request.user, rule, path)
    return found


@staff(may_see_work)
@require_GET
def alert(request: HttpRequest, pk: int) -> HttpResponse:
    row = _alert(request, pk, may_see_work)
    names = listening.theme_names()
    path = path_of(row.organisation.code)
    context = {
        "alert": row,
        "words": alert_words(row, names),
        "theme": names.get(row.subject, ""),
        "may_handle": may_handle_alerts(request.user, path),
        "may_keep": may_keep_measures(request.user, path),
        "assign_form": AssignForm(organisation=row.organisation),
        "outcome_form": OutcomeForm(),
    }
    return render(request, "improvement/alert.html", context)


@require_POST
@staff(may_see_work)
def move(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Seen, given, closed: one button each."""
    row = _alert(request, pk, may_handle_alerts)
    who: dict[str, Any] = {"alert": row, "actor": person(request), "now": timezone.now()}
    assign = AssignForm(request.POST, organisation=row.organisation)
    acts: dict[str, Callable[[], object]] = {
        "acknowledge": lambda: actions.acknowledge_alert(**who),
        "assign": lambda: actions.assign_alert(to=assign.cleaned_data["to"], **who),
        "close": lambda: actions.close_alert(outcome=request.POST.get("outcome", "")[:1000], **who),
    }
    if verb not in acts or (verb == "assign" and not assign.is_valid()):
        messages.error(request, _("Choose what to do."))
        return redirect("improvement:alert", pk)
    try:
        acts[verb]()
    except AlertRefusedError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Done."))
    return redirect("improvement:alert", pk)
