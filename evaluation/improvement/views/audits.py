"""An auditor's own pages: commissions, the drawn sample, one visit with its checklist, handing in."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from evaluation.improvement import actions, forms, queries
from evaluation.improvement.actions import CommissionRefusedError
from evaluation.improvement.actions.visits import add_visit_file, draw_sample, hand_in, record_visit
from evaluation.improvement.auditforms import SampleForm, VisitFileForm, VisitForm
from evaluation.improvement.auditing import SampleView, audit_file, questions_of
from evaluation.improvement.models import AuditVisit, Commission
from evaluation.improvement.rules import may_audit
from evaluation.improvement.views.access import person
from surveys.core.doors import staff
from surveys.core.lists import XLSX
from surveys.core.rules import is_auditor, is_office


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


def _mine(request: HttpRequest, pk: int) -> Commission:
    """Another auditor's commission does not exist for this one."""
    return get_object_or_404(
        Commission.objects.select_related("cycle__scheme", "auditor"), pk=pk, auditor=person(request)
    )


def _try(request: HttpRequest, verb: Callable[[], object], said: str) -> bool:
    """Run one verb and say what was done or why not."""
    try:
        verb()
    except CommissionRefusedError as error:
        messages.error(request, str(error), extra_tags="bad")
        return False
    messages.success(request, said, extra_tags="good")
    return True


@require_POST
@staff(may_audit)
def declare(request: HttpRequest, pk: int) -> HttpResponse:
    row = _mine(request, pk)
    text = request.POST.get("text", "")[:2000]
    _try(
        request,
        lambda: actions.declare_independence(
            commission=row, text=text, actor=person(request), now=timezone.now()
        ),
        _("Declared. Your declaration is kept with the commission."),
    )
    return redirect("improvement:audits")


@staff(may_audit)
@require_GET
def sample(request: HttpRequest, pk: int) -> HttpResponse:
    """The sample of one commission: what to visit, what was found, what it adds up to."""
    row = _mine(request, pk)
    drawn = getattr(row, "sample", None)
    context = {
        "commission": row,
        "view": SampleView(drawn) if drawn else None,
        "form": SampleForm(),
        "is_open": row.declared_at is not None and row.expires_on >= timezone.localdate(),
    }
    return render(request, "improvement/sample.html", context)


@require_POST
@staff(may_audit)
def draw(request: HttpRequest, pk: int) -> HttpResponse:
    row, form = _mine(request, pk), SampleForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say how many in each organisation."), extra_tags="bad")
        return redirect("improvement:sample", pk)
    n_each = form.cleaned_data["n_each"]
    _try(
        request,
        lambda: draw_sample(commission=row, n_each=n_each, actor=person(request), now=timezone.now()),
        _("Drawn. Seed and fingerprint are in the log."),
    )
    return redirect("improvement:sample", pk)


def _visit(request: HttpRequest, pk: int, number: int) -> AuditVisit:
    row = _mine(request, pk)
    return get_object_or_404(
        AuditVisit.objects.select_related("sample__commission__cycle__scheme", "organisation", "service"),
        sample__commission=row,
        number=number,
    )


@staff(may_audit)
def visit(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One visit: its checklist, with evidence beside each answer."""
    row = _visit(request, pk, number)
    questions = questions_of(row.sample)
    form = VisitForm(request.POST or None, questions=questions, visit=row)
    if request.method == "POST" and form.is_valid():
        facts = form.facts()
        try:
            record_visit(visit=row, **facts, actor=person(request), now=timezone.now())
        except CommissionRefusedError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The visit is written down."), extra_tags="good")
            return redirect("improvement:sample", pk)
    context = {
        "commission": row.sample.commission,
        "visit": row,
        "form": form,
        "file_form": VisitFileForm(),
        "files": row.files.order_by("added_at", "pk"),
        "is_over": row.sample.handed_in_at is not None,
    }
    return render(request, "improvement/visit.html", context, status=422 if form.errors else 200)


@require_POST
@staff(may_audit)
def attach(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    row, form = _visit(request, pk, number), VisitFileForm(request.POST, request.FILES)
    if form.is_valid():
        upload, now = form.cleaned_data["file"], timezone.now()
        _try(
            request,
            lambda: add_visit_file(
                visit=row, content=upload.read(), name=upload.name, actor=person(request), now=now
            ),
            _("The file is kept with the visit."),
        )
    else:
        messages.error(request, _("Choose a file first."), extra_tags="bad")
    return redirect("improvement:visit", pk, number)


@staff(may_audit)
@require_GET
def attachment(request: HttpRequest, pk: int, number: int, file: int) -> HttpResponse:
    """A picture of a visit, as a download that no browser runs."""
    row = get_object_or_404(_visit(request, pk, number).files.select_related("stored"), pk=file)
    headers = {"Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff"}
    return HttpResponse(bytes(row.stored.content), content_type=row.stored.media_type, headers=headers)


@require_POST
@staff(may_audit)
def deliver(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand in the whole audit."""
    row = _mine(request, pk)
    drawn = getattr(row, "sample", None)
    if drawn is None:
        raise Http404
    _try(
        request,
        lambda: hand_in(sample=drawn, actor=person(request), now=timezone.now()),
        _("Handed in. The evaluation office takes it into the evidence."),
    )
    return redirect("improvement:sample", pk)


@staff(is_auditor | is_office)
@require_GET
def file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Scores and findings in the format in which audits are imported; to the office once they are handed in."""
    row = get_object_or_404(Commission.objects.select_related("cycle", "auditor"), pk=pk)
    drawn = getattr(row, "sample", None)
    is_own = row.auditor_id == person(request).pk
    if drawn is None or not (is_own or (is_office(request.user) and drawn.handed_in_at)):
        raise Http404
    content = audit_file(SampleView(drawn), get_language() or "en")
    name = f"audit-{row.cycle.code}-{row.pk}.xlsx"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=XLSX, headers=headers)
