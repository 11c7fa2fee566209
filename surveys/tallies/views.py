"""The office's and departments' pages about answers: statistics, comments, coverage, exports."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from surveys.catalogue.models import Organisation
from surveys.core.doors import staff
from surveys.core.jobs import enqueue
from surveys.core.lists import ListPage
from surveys.core.models import Job, StoredFile, User
from surveys.core.text import localized
from surveys.core.workbooks import csv_lines
from surveys.instruments.queries import current_version, definition_of
from surveys.ratings.models import Rating
from surveys.tallies.exports import EXPORT_KIND, XLSX, export_rows, exported, headings
from surveys.tallies.filters import CommentFilter
from surveys.tallies.forms import QuestionForm
from surveys.tallies.queries import coverage
from surveys.tallies.rules import codes_seen, may_read_answers
from surveys.tallies.summary import Question, summary
from surveys.tallies.tables import CommentTable


def _form(request: HttpRequest) -> QuestionForm:
    return QuestionForm(request.GET, codes=codes_seen(request.user), today=timezone.localdate(timezone.now()))


def _question(request: HttpRequest, form: QuestionForm) -> Question:
    """The form as a question; a department sees its own organisations whatever it asks."""
    data, codes = form.cleaned_data, codes_seen(request.user)
    units: list[int] | None = None
    if data["unit"] is not None:
        units = [data["unit"].pk]
    elif codes is not None:
        found = Organisation.objects.without_tree_fields().filter(code__in=codes).order_by("code")
        units = list(found.values_list("pk", flat=True))
    service = data["service"]
    return Question(data["first"], data["last"], units, service.pk if service else None, data["channel"])


@staff(may_read_answers)
def statistics(request: HttpRequest) -> HttpResponse:
    """Live counts: distribution, trend, services, windows, channels, reasons."""
    form = _form(request)
    if not form.is_valid():
        return render(request, "tallies/statistics.html", {"form": form}, status=422)
    question = _question(request, form)
    found = summary(question)
    definition = definition_of(current_version().pk)
    words = {tag.code: localized(tag.texts) for tag in definition.tags}
    levels = {option.value: localized(option.texts) for option in definition.question("overall").options}
    context = {
        "form": form,
        "question": question,
        "found": found,
        "bars": [(bar, levels[str(bar.level)]) for bar in found.bars],
        "reasons": [(words.get(code, code), n) for code, n in found.reasons[:12]],
        "most": max((n for _code, n in found.reasons), default=0),
        "query": request.GET.urlencode(),
        "by_service": question.organisations is not None and len(question.organisations) == 1,
    }
    return render(request, "tallies/statistics.html", context)


class CommentList(ListPage):
    """What residents wrote, with telephone and identity numbers masked."""

    rule = may_read_answers
    model = Rating
    table_class = CommentTable
    filterset_class = CommentFilter
    template_name = "tallies/comments.html"
    title = _("Comments")
    empty = _("When residents write something with their rating, it appears here.")
    export_name = "comments"

    def get_queryset(self) -> QuerySet[Rating]:
        rows = Rating.objects.exclude(comment="").select_related("service", "organisation")
        codes = codes_seen(self.request.user)
        if codes is not None:
            rows = rows.filter(organisation__code__in=codes)
        return rows.order_by("-rated_on", "pk")


@staff(may_read_answers)
def ledger(request: HttpRequest) -> HttpResponse:
    """The coverage ledger by organisation and channel: finished, invited, answered, valid."""
    form = _form(request)
    if not form.is_valid():
        return render(request, "tallies/ledger.html", {"form": form}, status=422)
    question = _question(request, form)
    rows = coverage(
        starts_on=question.starts_on, ends_on=question.ends_on, organisations=question.organisations,
        by=("service",) if form.cleaned_data["unit"] else (),
    )  # fmt: skip
    units = Organisation.objects.without_tree_fields().in_bulk([row.organisation_id for row in rows])
    context = {
        "form": form,
        "question": question,
        "rows": [(units[row.organisation_id], row) for row in rows],
    }
    return render(request, "tallies/ledger.html", context)


@staff(may_read_answers)
def export_csv(request: HttpRequest) -> HttpResponseBase:
    """Every rating asked for, streamed row by row."""
    form = _form(request)
    if not form.is_valid():
        return render(request, "tallies/statistics.html", {"form": form}, status=422)
    lines = csv_lines(headings(), export_rows(_question(request, form)))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="ratings.csv"'
    return response


@staff(may_read_answers)
def export_workbook(request: HttpRequest) -> HttpResponse:
    """Ask for the same as a workbook; a job makes it and shows how far it is."""
    form = _form(request)
    if request.method != "POST" or not form.is_valid():
        return redirect("tallies:statistics")
    question = _question(request, form)
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
