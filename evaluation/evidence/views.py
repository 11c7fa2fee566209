"""Staff pages of evidence: files brought in and attested, the quality gate, contested findings."""

from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from evaluation.cycles.enums import CycleState
from evaluation.cycles.models import Cycle
from evaluation.evidence import actions, forms, queries
from evaluation.evidence.actions import EvidenceRefusedError, OverrideRefusedError
from evaluation.evidence.audits_import import importer as audits_importer
from evaluation.evidence.checks import gate_of
from evaluation.evidence.enums import EvidenceKind
from evaluation.evidence.kpis_import import importer as kpis_importer
from evaluation.evidence.models import AuditFinding, EvidenceImport, QualityOverride
from evaluation.evidence.outcomes_import import importer as outcomes_importer
from evaluation.evidence.rules import may_keep_evidence, may_read_evidence
from surveys.core.doors import staff
from surveys.core.files import keep
from surveys.core.imports import Importer, ImportRefusedError, ImportReport
from surveys.core.models import StoredFile, User

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
IMPORTERS: dict[str, Importer] = {
    importer.kind: importer for importer in (kpis_importer, audits_importer, outcomes_importer)
}
BEFORE_SCORING = (CycleState.OPEN, CycleState.LOCKED)


def person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def _importer(kind: str) -> Importer:
    found = IMPORTERS.get(kind)
    if found is None:
        raise Http404
    return found


@staff(may_read_evidence)
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    cycles = Cycle.objects.order_by("-starts_on", "code")
    current = cycles.filter(state__in=BEFORE_SCORING).first() or cycles.first()
    if current is not None:
        return redirect("evidence:cycle", current.code)
    return render(request, "evidence/empty.html", {})


@staff(may_read_evidence)
@require_GET
def cycle(request: HttpRequest, code: str) -> HttpResponse:
    row = get_object_or_404(Cycle.objects.select_related("scheme"), code=code)
    imports = list(queries.imports_of(row))
    context = {
        "cycle": row,
        "cycles": Cycle.objects.order_by("-starts_on", "code"),
        "imports": imports,
        "n_waiting": sum(item.state == "imported" for item in imports),
        "kinds": EvidenceKind.choices,
        "gate": gate_of(row),
        "contested": queries.contested_findings(row),
        "may_keep": may_keep_evidence(request.user),
        "is_open": row.state in BEFORE_SCORING,
    }
    return render(request, "evidence/cycle.html", context)


@staff(may_read_evidence)
@require_GET
def template(_request: HttpRequest, kind: str) -> HttpResponse:
    """An empty workbook in the reader's language."""
    content = _importer(kind).template(get_language() or "en")
    headers = {"Content-Disposition": f'attachment; filename="{kind}-template.xlsx"'}
    return HttpResponse(content, content_type=XLSX, headers=headers)


@staff(may_keep_evidence)
def bring(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """Check a file and show every error, or what taking it in would change."""
    row = get_object_or_404(Cycle, code=code)
    importer = _importer(kind)
    form = forms.FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload: UploadedFile[Any] = form.cleaned_data["file"]
        content, name = upload.read(), upload.name or ""
        report = importer.check(content, name, cycle=row.code)
        stored = keep(content, name, upload.content_type or XLSX, timezone.now()) if report.ok else None
        return _preview(request, row, kind, report, name=name, stored=stored)
    return render(
        request,
        "evidence/import.html",
        {"cycle": row, "kind": kind, "kind_label": EvidenceKind(kind).label, "form": form},
        status=422 if form.errors else 200,
    )


def _preview(
    request: HttpRequest,
    row: Cycle,
    kind: str,
    report: ImportReport,
    *,
    name: str,
    stored: StoredFile | None = None,
) -> HttpResponse:
    context = {
        "cycle": row,
        "kind": kind,
        "kind_label": EvidenceKind(kind).label,
        "form": forms.FileForm(),
        "report": report,
        "stored": stored,
        "file_name": name,
    }
    return render(request, "evidence/import.html", context, status=200 if report.ok else 422)


@require_POST
@staff(may_keep_evidence)
def take(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """Take in the file that was previewed; it is checked again, for the world may have changed."""
    row = get_object_or_404(Cycle, code=code)
    importer = _importer(kind)
    stored = get_object_or_404(StoredFile, sha256=request.POST.get("sha256", ""))
    content = bytes(stored.content)
    try:
        report = importer.commit(
            content, stored.name, cycle=row.code, actor=person(request), now=timezone.now()
        )
    except ImportRefusedError as error:
        refused = ImportReport(ok=False, errors=error.errors)
        return _preview(request, row, kind, refused, name=stored.name)
    messages.success(
        request,
        _("%(rows)d rows taken. A second person has to attest the file before it counts.")
        % {"rows": report.rows},
    )
    return redirect("evidence:cycle", code)


def _decided(request: HttpRequest, batch: EvidenceImport, said: str) -> HttpResponse:
    messages.success(request, said)
    return redirect("evidence:cycle", batch.cycle.code)


@require_POST
@staff(may_keep_evidence)
def attest(request: HttpRequest, pk: int) -> HttpResponse:
    batch = get_object_or_404(EvidenceImport.objects.select_related("cycle"), pk=pk)
    try:
        actions.attest_import(evidence_import=batch, actor=person(request), now=timezone.now())
    except EvidenceRefusedError as error:
        messages.error(request, str(error))
        return redirect("evidence:cycle", batch.cycle.code)
    return _decided(request, batch, _("Attested. From now on the file counts."))


@require_POST
@staff(may_keep_evidence)
def reject(request: HttpRequest, pk: int) -> HttpResponse:
    batch = get_object_or_404(EvidenceImport.objects.select_related("cycle"), pk=pk)
    try:
        actions.reject_import(
            evidence_import=batch,
            reason=request.POST.get("reason", "")[:1000],
            actor=person(request),
            now=timezone.now(),
        )
    except EvidenceRefusedError as error:
        messages.error(request, str(error))
        return redirect("evidence:cycle", batch.cycle.code)
    return _decided(request, batch, _("Rejected. Nothing of the file counts; the reason is kept."))


@staff(may_read_evidence)
@require_GET
def source_file(_request: HttpRequest, pk: int) -> HttpResponse:
    """The file as it was brought in."""
    batch = get_object_or_404(EvidenceImport.objects.select_related("file"), pk=pk)
    response = HttpResponse(bytes(batch.file.content), content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="{batch.kind}-{batch.file_id[:12]}"'
    return response


@require_POST
@staff(may_keep_evidence)
def let_pass(request: HttpRequest, code: str, source: str, dimension: str) -> HttpResponse:
    """First the one who asks with a reason, then a second person who agrees."""
    row = get_object_or_404(Cycle, code=code)
    asked = QualityOverride.objects.filter(cycle=row, source=source, dimension=dimension).first()
    who, now = person(request), timezone.now()
    try:
        if asked is not None and request.POST.get("agree"):
            actions.confirm_override(override=asked, actor=who, now=now)
            messages.success(request, _("Two people let this check pass. The reason is published."))
        else:
            actions.override_gate(
                cycle=row,
                source=source,
                dimension=dimension,
                reason=request.POST.get("reason", "")[:1000],
                actor=who,
                now=now,
            )
            messages.success(request, _("Asked. A second person has to agree."))
    except OverrideRefusedError as error:
        messages.error(request, str(error))
    return redirect("evidence:cycle", code)


@require_POST
@staff(may_keep_evidence)
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Decide a contested finding."""
    finding = get_object_or_404(AuditFinding.objects.select_related("score__cycle"), pk=pk)
    form = forms.DecisionForm(request.POST)
    code = finding.score.cycle.code
    if not form.is_valid():
        messages.error(request, _("Choose a decision and give its reasons."))
        return redirect("evidence:cycle", code)
    try:
        actions.decide_contest(
            finding=finding,
            upheld=form.cleaned_data["upheld"] == "yes",
            decision=form.cleaned_data["decision"],
            actor=person(request),
            now=timezone.now(),
        )
    except EvidenceRefusedError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Decided. Contest and decision are kept with the finding."))
    return redirect("evidence:cycle", code)
