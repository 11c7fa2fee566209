"""Lists of cases: all of one's scope, those to give to somebody, those to ask residents about."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from surveys.cases import queries
from surveys.cases.actions.answering import record_call
from surveys.cases.actions.contacts import look_up_contact
from surveys.cases.actions.effects import CaseRefusedError
from surveys.cases.actions.notes import add_template, retire_template
from surveys.cases.actions.triage import triage_cases
from surveys.cases.filters import CaseFilter
from surveys.cases.forms import CallForm, ContactForm, ReplyTemplateForm, TriageForm
from surveys.cases.models import Case
from surveys.cases.rules import cases_in_scope, may_see_cases, may_work_on_cases
from surveys.cases.tables import CaseTable
from surveys.cases.views.staff import acting
from surveys.core.doors import demand, staff
from surveys.core.lists import ListPage
from surveys.core.rules import is_lead, is_office
from surveys.ratings.actions.contacts import ContactRefusedError

may_keep_templates = is_office | is_lead
SHOWN = 40
"""How many cases one page of triage or of call-backs holds: the most urgent ones."""
TABS = (
    ("cases:list", gettext_lazy("Cases")),
    ("cases:triage", gettext_lazy("To give to somebody")),
    ("cases:call_backs", gettext_lazy("To ask residents")),
    ("cases:templates", gettext_lazy("Reply templates")),
)


def tabs(current: str) -> list[tuple[str, Any, bool]]:
    return [(reverse(name), words, name == current) for name, words in TABS]


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
    page = {"form": form, "rows": rows, "n": waiting.count(), "tabs": tabs("cases:triage")}
    return render(request, "cases/triage.html", page)


@staff(may_work_on_cases)
def call_backs(request: HttpRequest) -> HttpResponse:
    """Ask residents whether it is solved; one click each."""
    waiting = queries.to_call_back(request.user)
    rows = queries.duties(list(waiting[:SHOWN]), timezone.localdate())
    page = {
        "rows": rows,
        "n": waiting.count(),
        "tabs": tabs("cases:call_backs"),
        "contact_form": ContactForm(),
    }
    return render(request, "cases/call_backs.html", page)


@staff(may_work_on_cases)
@require_POST
def call(request: HttpRequest, code: str) -> HttpResponse:
    """Record the outcome of one call."""
    case = get_object_or_404(cases_in_scope(request.user), code=code)
    form = CallForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            moved = record_call(
                case=case, seen=data["seen"], answer=data["answer"], text=data["text"], **acting(request)
            )
        except CaseRefusedError as error:
            messages.error(request, f"{code}: {error}", extra_tags="bad")
        else:
            messages.success(request, f"{code}: {moved.get_state_display()}")
    return redirect("cases:call_backs")


@staff(may_work_on_cases)
@require_POST
def contact(request: HttpRequest, code: str) -> HttpResponse:
    """Open the telephone number of one case for a stated reason; shown once, logged."""
    case = get_object_or_404(cases_in_scope(request.user).select_related("rating"), code=code)
    form = ContactForm(request.POST)
    page: dict[str, Any] = {"case": case, "form": form, "call_form": CallForm(initial={"seen": case.version})}
    if not form.is_valid():
        return render(request, "cases/contact.html", page, status=422)
    try:
        page["telephone"] = look_up_contact(case=case, reason=form.cleaned_data["reason"], **acting(request))
    except ContactRefusedError as error:
        form.add_error(None, str(error))
        return render(request, "cases/contact.html", page, status=422)
    return render(request, "cases/contact.html", page)


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
