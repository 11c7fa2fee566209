"""Lists of cases: all of one's scope, those to give to somebody; words to start replies from."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from surveys.cases import queries
from surveys.cases.actions.effects import CaseRefusedError
from surveys.cases.actions.notes import add_template, retire_template
from surveys.cases.actions.triage import triage_cases
from surveys.cases.filters import CaseFilter
from surveys.cases.forms import ReplyTemplateForm, TriageForm
from surveys.cases.models import Case
from surveys.cases.rules import may_see_cases, may_work_on_cases
from surveys.cases.tables import CaseTable
from surveys.cases.views.staff import acting
from surveys.cases.views.tabs import tabs
from surveys.core.doors import demand, staff
from surveys.core.lists import ListPage
from surveys.core.rules import is_lead, is_office

may_keep_templates = is_office | is_lead
SHOWN = 40
"""How many cases one page of triage or of call-backs holds: the most urgent ones."""


class CaseList(ListPage):
    """The cases of one's scope, the most urgent first."""

    rule = may_see_cases
    model = Case
    table_class = CaseTable
    filterset_class = CaseFilter
    template_name = "cases/list.html"
    empty = gettext_lazy("No bad rating is waiting for an answer.")
    export_name = "cases"
    table_pagination = {"per_page": 25}

    def get_queryset(self) -> QuerySet[Case]:
        return queries.cases_for(self.request.user)

    @property
    def title(self) -> str:
        """The state of the day."""
        late, today = queries.late_and_today(self.request.user, timezone.localdate())
        if late and today:
            return _("%(late)d late, %(today)d due today") % {"late": late, "today": today}
        if late:
            return ngettext("One case is late", "%(n)d cases are late", late) % {"n": late}
        if today:
            return ngettext("One case is due today", "%(n)d cases are due today", today) % {"n": today}
        return _("Nothing is late")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        may_work = may_work_on_cases(self.request.user)
        return super().get_context_data(**kwargs) | {"tabs": tabs("cases:list") if may_work else []}


@staff(may_work_on_cases)
def triage(request: HttpRequest) -> HttpResponse:
    """Give many cases to somebody in one go."""
    waiting = queries.to_triage(request.user)
    form = TriageForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        chosen = queries.cases_for(request.user).filter(code__in=request.POST.getlist("case"))
        done, refused = triage_cases(
            cases=list(chosen), handler=form.cleaned_data["handler"], **acting(request)
        )
        if done:
            said = ngettext("One case is given to %(who)s.", "%(n)d cases are given to %(who)s.", done)
            messages.success(request, said % {"n": done, "who": form.cleaned_data["handler"]})
        for code, why in refused:
            messages.error(request, f"{code}: {why}", extra_tags="bad")
        if not done and not refused:
            messages.error(request, _("Tick the cases first."), extra_tags="bad")
        return redirect("cases:triage")
    today = timezone.localdate()
    rows = queries.duties(list(waiting[:SHOWN]), today)
    page = {
        "form": form,
        "rows": rows,
        "ticked": request.POST.getlist("case"),
        "n": waiting.count(),
        "tabs": tabs("cases:triage"),
    }
    return render(request, "cases/triage.html", page, status=422 if form.errors else 200)


@staff(may_work_on_cases)
def templates(request: HttpRequest) -> HttpResponse:
    """Words to start replies from; leads and the office keep them."""
    may_keep = may_keep_templates(request.user)
    form = ReplyTemplateForm(request.POST or None) if may_keep else None
    if request.method == "POST":
        demand(request.user, may_keep_templates)
        assert form is not None
        if "retire" in request.POST:
            row = get_object_or_404(queries.reply_templates(), pk=_number(request.POST["retire"]))
            retire_template(template=row, **acting(request))
            return redirect("cases:templates")
        if form.is_valid():
            try:
                add_template(title=form.cleaned_data["title"], texts=form.texts(), **acting(request))
            except CaseRefusedError as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, _("The template is kept."))
                return redirect("cases:templates")
    page = {"form": form, "rows": queries.reply_templates(), "tabs": tabs("cases:templates")}
    return render(request, "cases/templates.html", page, status=422 if form and form.errors else 200)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0
