"""Paper in batches, and the answers as a data file for statistics programs."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.views.decorators.http import require_GET

from surveys.core.doors import staff
from surveys.core.imports import ImportRefusedError, ImportReport
from surveys.core.lists import XLSX
from surveys.core.log import record
from surveys.core.workbooks import csv_lines
from surveys.fieldwork.batches import take_batch, template
from surveys.fieldwork.datafile import data_rows, headings
from surveys.fieldwork.enums import SurveyState
from surveys.fieldwork.forms import FrameForm
from surveys.fieldwork.rules import may_run_surveys
from surveys.fieldwork.views.office import acting, survey_of


@staff(may_run_surveys)
def paper(request: HttpRequest, code: str) -> HttpResponse:
    """Take a batch of paper whole, or list every cell that needs a change."""
    found = survey_of(code)
    form = FrameForm(request.POST or None, request.FILES or None)
    page: dict[str, Any] = {"survey": found, "form": form, "is_open": found.state == SurveyState.OPEN}
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        page["file_name"] = upload.name or ""
        try:
            report = take_batch(
                survey=found,
                content=upload.read(),
                file_name=upload.name or "",
                today=timezone.localdate(),
                **acting(request),
            )
        except ImportRefusedError as error:
            page["report"] = ImportReport(ok=False, errors=error.errors)
            return render(request, "fieldwork/paper.html", page, status=422)
        told = ngettext("%(n)d interview was taken in.", "%(n)d interviews were taken in.", report.rows)
        messages.success(request, told % {"n": report.rows})
        return redirect("fieldwork:survey", code=code)
    return render(request, "fieldwork/paper.html", page, status=422 if form.errors else 200)


@staff(may_run_surveys)
@require_GET
def paper_template(request: HttpRequest, code: str) -> HttpResponse:
    """An empty table for a batch of paper."""
    del request
    found = survey_of(code)
    return HttpResponse(
        template(found),
        content_type=XLSX,
        headers={"Content-Disposition": f'attachment; filename="{found.code}-paper.xlsx"'},
    )


@staff(may_run_surveys)
@require_GET
def answers(request: HttpRequest, code: str) -> HttpResponse:
    """The finished interviews as CSV with weights, for R, SPSS or Triple-S; who took them is noted in the log."""
    found = survey_of(code)
    language = get_language() or "en"
    content = "".join(_lines(found, language))
    record(obj=f"survey {found.code}", verb="survey.data", **acting(request))
    return HttpResponse(
        content,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{found.code}-answers.csv"'},
    )


def _lines(found: Any, language: str) -> Iterator[str]:
    for line in csv_lines(headings(found, language), data_rows(found, language)):
        yield line if isinstance(line, str) else line.decode()
