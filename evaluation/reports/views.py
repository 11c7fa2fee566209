"""Staff pages of reports: what was built for a cycle's latest run, build again, take away."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from evaluation.cycles.models import Cycle
from evaluation.rankings.models import Run
from evaluation.rankings.queries import latest_run
from evaluation.reports.actions import issue_audit
from evaluation.reports.enums import FROM_ABOVE, ReportKind
from evaluation.reports.models import ReportFile
from evaluation.reports.rules import may_build_reports, may_read_audit, may_read_reports
from surveys.core.doors import demand, staff
from surveys.core.jobs import enqueue
from surveys.core.models import User
from surveys.core.text import LANGUAGES

LABELS: dict[str, str | Promise] = {
    "workbook": gettext_lazy("Workbook with live formulas"),
    "charts": gettext_lazy("Charts"),
    "briefing": gettext_lazy("Briefing"),
    "opendata": gettext_lazy("Open data"),
    "planning": gettext_lazy("Planning workbook"),
    "package": gettext_lazy("Package to recompute the edition"),
    "audit": gettext_lazy("Audit package with full tallies"),
}


@dataclass(frozen=True)
class Shelf:
    """One kind of report and its files."""

    kind: str
    label: str
    files: list[ReportFile]


def shelves(run: Run, *, with_audit: bool) -> list[Shelf]:
    rows = ReportFile.objects.filter(run=run).select_related("file").defer("file__content")
    files = list(rows.order_by("kind", "language", "name", "pk"))
    return [
        Shelf(kind, str(label), [file for file in files if file.kind == kind])
        for kind, label in LABELS.items()
        if with_audit or kind != ReportKind.AUDIT
    ]


@staff(may_read_reports)
@require_GET
def index(_request: HttpRequest) -> HttpResponse:
    """The reports of the newest cycle that has a result."""
    cycle = Cycle.objects.filter(runs__isnull=False).order_by("-starts_on", "code").first()
    return redirect("reports:cycle", cycle.code) if cycle else redirect("cycles:list")


@staff(may_read_reports)
@require_GET
def cycle(request: HttpRequest, code: str) -> HttpResponse:
    row = get_object_or_404(Cycle.objects.select_related("scheme"), code=code)
    run = latest_run(row)
    if run is None:
        raise Http404
    found = shelves(run, with_audit=may_read_audit(request.user))
    context = {
        "cycle": row,
        "run": run,
        "shelves": found,
        "n_files": sum(len(shelf.files) for shelf in found),
        "cycles": Cycle.objects.filter(runs__isnull=False).distinct().order_by("-starts_on", "code"),
        "may_build": may_build_reports(request.user),
    }
    return render(request, "reports/cycle.html", context)


@require_POST
@staff(may_build_reports)
def build(request: HttpRequest, code: str) -> HttpResponse:
    """Hand the building to a worker and show how far it is."""
    row = get_object_or_404(Cycle, code=code)
    run = latest_run(row)
    kind = request.POST.get("kind", "")
    if run is None or kind not in {*LABELS, "all"}:
        messages.error(request, _("Choose what to build."))
        return redirect("reports:cycle", code)
    assert isinstance(request.user, User)
    job = enqueue(
        kind="report.planning" if kind in FROM_ABOVE else "report",
        args={"run": run.pk, "kind": kind, "languages": list(LANGUAGES)},
        now=timezone.now(),
        actor=request.user,
        key=f"report:{run.pk}:{kind}",
    )
    return redirect("core:job", job.pk)


@staff(may_read_reports)
@require_GET
def download(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a file away; an audit package only with a seat for it, and the log notes who took it."""
    found = get_object_or_404(ReportFile.objects.select_related("file", "run__cycle"), pk=pk)
    if found.kind != ReportKind.AUDIT:
        content = bytes(found.file.content)
    else:
        demand(request.user, may_read_audit)
        assert isinstance(request.user, User)
        content = issue_audit(file=found, actor=request.user, now=timezone.now())
    response = HttpResponse(content, content_type=found.file.media_type)
    response["Content-Disposition"] = f'attachment; filename="{found.name}"'
    return response
