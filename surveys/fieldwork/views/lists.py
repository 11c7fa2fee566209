"""Lists: surveys, frames, the respondents of a survey; the import of a frame."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from surveys.core.doors import staff
from surveys.core.imports import ImportRefusedError, ImportReport
from surveys.core.lists import XLSX, ListPage
from surveys.core.models import User
from surveys.fieldwork import queries
from surveys.fieldwork.filters import RespondentFilter, SurveyFilter
from surveys.fieldwork.forms import FrameForm
from surveys.fieldwork.frame_import import importer
from surveys.fieldwork.models import Frame, Respondent, Survey
from surveys.fieldwork.rules import may_read_surveys, may_run_surveys
from surveys.fieldwork.tables import FrameTable, RespondentTable, SurveyTable


class SurveyList(ListPage):
    """Every survey, the newest first."""

    rule = may_read_surveys
    model = Survey
    table_class = SurveyTable
    filterset_class = SurveyFilter
    title = gettext_lazy("Sampled surveys")
    lead = gettext_lazy(
        "People chosen by chance speak for everyone; ratings after a service speak for users."
    )
    empty = gettext_lazy("No survey yet. Import a frame, freeze a questionnaire, then plan the first survey.")
    export_name = "surveys"

    def get_queryset(self) -> QuerySet[Survey]:
        return queries.surveys()

    def actions(self) -> list[tuple[str, Any]]:
        if not may_run_surveys(self.request.user):
            return []
        return [
            (reverse("fieldwork:new"), _("Plan a survey")),
            (reverse("fieldwork:frames"), _("Frames")),
        ]


class FrameList(ListPage):
    """Every frame; contacts are never shown here."""

    rule = may_run_surveys
    model = Frame
    table_class = FrameTable
    filterset_fields = ("code",)
    title = gettext_lazy("Frames")
    lead = gettext_lazy("Lists of people to draw from. A frame never changes; its contacts are sealed.")
    empty = gettext_lazy(
        "No frame yet. Import a list of people with a reference, a stratum and a contact each."
    )
    export_name = "frames"

    def get_queryset(self) -> QuerySet[Frame]:
        return queries.frames()

    def actions(self) -> list[tuple[str, Any]]:
        return [(reverse("fieldwork:frame_import"), _("Import a frame"))]


class RespondentList(ListPage):
    """Everybody drawn for a survey, with what came of it."""

    rule = may_run_surveys
    model = Respondent
    table_class = RespondentTable
    filterset_class = RespondentFilter
    template_name = "fieldwork/respondents.html"
    empty = gettext_lazy("Nobody is drawn yet.")
    export_name = "respondents"

    @property
    def survey(self) -> Survey:
        found: Survey = get_object_or_404(Survey, code=self.kwargs["code"])
        return found

    @property
    def title(self) -> str:
        return _("Respondents")

    def get_queryset(self) -> QuerySet[Respondent]:
        return queries.respondents(self.survey)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"survey": self.survey}


@staff(may_run_surveys)
@require_GET
def frame_template(request: HttpRequest) -> HttpResponse:
    """An empty workbook in the reader's language."""
    del request
    return HttpResponse(
        importer.template(get_language() or "en"),
        content_type=XLSX,
        headers={"Content-Disposition": 'attachment; filename="frame-template.xlsx"'},
    )


@staff(may_run_surveys)
def frame_import(request: HttpRequest) -> HttpResponse:
    """Take a frame whole, or list every error; the file holds contacts, so it is not kept in between."""
    assert isinstance(request.user, User)
    form = FrameForm(request.POST or None, request.FILES or None)
    page: dict[str, Any] = {"form": form, "report": None}
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        page["file_name"] = upload.name or ""
        try:
            report = importer.commit(
                upload.read(), upload.name or "", cycle=None, actor=request.user, now=timezone.now()
            )
        except ImportRefusedError as error:
            page["report"] = ImportReport(ok=False, errors=error.errors)
            return render(request, "fieldwork/frame_import.html", page, status=422)
        messages.success(request, _("Taken in: %(n)d people.") % {"n": report.rows})
        return redirect("fieldwork:frames")
    return render(request, "fieldwork/frame_import.html", page, status=422 if form.errors else 200)
