"""The ratings asked for as files: streamed as CSV, as a workbook by a job."""

from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language

from surveys.core.doors import staff
from surveys.core.jobs import enqueue
from surveys.core.models import Job, StoredFile, User
from surveys.core.workbooks import csv_lines
from surveys.tallies.exports import EXPORT_KIND, XLSX, export_rows, exported, headings
from surveys.tallies.forms import QuestionForm
from surveys.tallies.rules import may_read_answers
from surveys.tallies.views.asking import asked, question_of


@staff(may_read_answers)
def export_csv(request: HttpRequest) -> HttpResponseBase:
    """Every rating asked for, streamed row by row."""
    form = asked(request, QuestionForm)
    if not form.is_valid():
        return render(request, "tallies/statistics.html", {"form": form}, status=422)
    lines = csv_lines(headings(), export_rows(question_of(request, form)))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="ratings.csv"'
    return response


@staff(may_read_answers)
def export_workbook(request: HttpRequest) -> HttpResponse:
    """Ask for the same as a workbook; a job makes it and shows how far it is."""
    form = asked(request, QuestionForm)
    if request.method != "POST" or not form.is_valid():
        return redirect("tallies:statistics")
    question = question_of(request, form)
    assert isinstance(request.user, User)
    args: dict[str, Any] = {
        "starts_on": question.starts_on.isoformat(),
        "ends_on": question.ends_on.isoformat(),
        "organisations": None if question.organisations is None else sorted(question.organisations),
        "service_id": question.service_id,
        "channel": question.channel,
        "language": get_language() or "en",
    }
    job = enqueue(kind=EXPORT_KIND, args=args, now=timezone.now(), actor=request.user)
    return redirect("core:job", pk=job.pk)


@staff(may_read_answers)
def download(request: HttpRequest, pk: Any) -> HttpResponse:
    """The workbook a job made, for the person who asked for it."""
    job = get_object_or_404(Job, pk=pk, kind=EXPORT_KIND, created_by=request.user)
    row = get_object_or_404(StoredFile, pk=exported(job))
    response = HttpResponse(bytes(row.content), content_type=XLSX)
    response.headers["Content-Disposition"] = f'attachment; filename="{row.name}"'
    return response
