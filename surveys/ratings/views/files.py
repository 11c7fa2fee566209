"""Files of cases, ratings and counts in the browser: template, hand-in, what came of it."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from surveys.core.doors import staff
from surveys.core.lists import XLSX
from surveys.core.models import Job, User
from surveys.ratings.actions.filing import IMPORTERS, KIND, hand_in, report_of
from surveys.ratings.desk_forms import FileForm
from surveys.ratings.rules import may_hand_in

LATEST = 20


@staff(may_hand_in)
def index(request: HttpRequest) -> HttpResponse:
    """Hand in a file; below, the latest ones with what came of them."""
    assert isinstance(request.user, User)
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        job = hand_in(
            kind=form.cleaned_data["kind"],
            content=upload.read(),
            name=upload.name or "",
            actor=request.user,
            now=timezone.now(),
        )
        return redirect("core:job", pk=job.pk)
    jobs = Job.objects.filter(kind=KIND).select_related("created_by").order_by("-created_at", "-pk")[:LATEST]
    page = {"form": form, "jobs": jobs}
    return render(request, "ratings/files.html", page, status=422 if form.errors else 200)


@staff(may_hand_in)
@require_GET
def template(request: HttpRequest, kind: str) -> HttpResponse:
    """An empty workbook in the reader's language."""
    del request
    if kind not in IMPORTERS:
        raise Http404
    return HttpResponse(
        IMPORTERS[kind].template(get_language() or "en"),
        content_type=XLSX,
        headers={"Content-Disposition": f'attachment; filename="{kind}-template.xlsx"'},
    )


@staff(may_hand_in)
@require_GET
def report(request: HttpRequest, pk: Any) -> HttpResponse:
    """What was taken, or every cell that needs a change."""
    job = get_object_or_404(Job, pk=pk, kind=KIND)
    found = report_of(job)
    if found is None:
        return redirect("core:job", pk=job.pk)
    return render(request, "ratings/file_report.html", {"job": job, "report": found})
