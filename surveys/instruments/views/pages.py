"""Pages of questionnaires: list, one version as respondents see it, what changed, a new version from a file."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from surveys.core.doors import staff
from surveys.core.lists import ListPage
from surveys.core.models import User
from surveys.instruments import actions, queries
from surveys.instruments.actions import InstrumentRefusedError
from surveys.instruments.compare import breaks_series, compare
from surveys.instruments.definition import DefinitionError
from surveys.instruments.enums import VersionState
from surveys.instruments.forms import FreezeForm
from surveys.instruments.models import Questionnaire, QuestionnaireVersion
from surveys.instruments.preview import frames
from surveys.instruments.rules import may_design, may_read_instruments
from surveys.instruments.tables import STATUS_WORDS, QuestionnaireTable, current_of

EXPORT_WORDS = [
    ("xlsform", gettext_lazy("XLSForm workbook (Kobo, ODK, Survey123)")),
    ("surveyjs", gettext_lazy("SurveyJS JSON")),
    ("codebook", gettext_lazy("Codebook (Excel)")),
    ("codebook-csv", gettext_lazy("Codebook (CSV)")),
    ("spss", gettext_lazy("SPSS syntax with labels")),
    ("r", gettext_lazy("R script with labels")),
    ("ddi", gettext_lazy("DDI-Codebook 2.5 (XML)")),
    ("triple-s", gettext_lazy("Triple-S 2.0 (XML)")),
]


def acting(request: HttpRequest) -> dict[str, Any]:
    """Actor and clock, read at the edge."""
    assert isinstance(request.user, User)
    return {"actor": request.user, "now": timezone.now()}


class QuestionnaireList(ListPage):
    rule = may_read_instruments
    model = Questionnaire
    table_class = QuestionnaireTable
    title = gettext_lazy("Questionnaires")
    lead = gettext_lazy("A version in force never changes; a new one takes its place.")
    empty = gettext_lazy("No questionnaires yet.")
    export_name = "questionnaires"
    filterset_fields = ("code",)

    def get_queryset(self) -> QuerySet[Questionnaire]:
        return queries.questionnaires()

    def actions(self) -> list[tuple[str, Any]]:
        if not may_design(self.request.user):
            return []
        return [
            (reverse("instruments:start"), gettext_lazy("Start a questionnaire")),
            (reverse("instruments:new"), gettext_lazy("Import a questionnaire")),
        ]


def version_of(code: str, number: int) -> QuestionnaireVersion:
    found: QuestionnaireVersion = get_object_or_404(
        QuestionnaireVersion.objects.select_related("questionnaire"), questionnaire__code=code, number=number
    )
    return found


@staff(may_read_instruments)
@require_GET
def questionnaire(request: HttpRequest, code: str) -> HttpResponse:
    """The version in force, else the newest; a first draft opens in the builder."""
    row = get_object_or_404(queries.questionnaires(), code=code)
    version = current_of(row)
    number = version.number if version else 1
    is_draft = version is not None and version.state == VersionState.DRAFT
    return redirect(
        "instruments:design" if is_draft and may_design(request.user) else "instruments:version",
        code=code,
        number=number,
    )


@staff(may_read_instruments)
@require_GET
def version(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """One version in all its languages, its source, and the versions beside it."""
    row = version_of(code, number)
    page: dict[str, Any] = {
        "version": row,
        "versions": row.questionnaire.versions.order_by("-number"),
        "is_draft": row.state == VersionState.DRAFT,
        "may_design": may_design(request.user),
        "freeze_form": FreezeForm(),
        "exports": EXPORT_WORDS,
    }
    try:
        definition = queries.draft_definition(row)
    except DefinitionError as error:
        page["faults"] = error.faults
    else:
        page |= {
            "definition": definition,
            "frames": frames(definition),
            "status": STATUS_WORDS.get(definition.status, ""),
        }
    return render(request, "instruments/version.html", page)


@staff(may_read_instruments)
@require_GET
def document(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """The document of a version, as it can be brought in elsewhere."""
    del request
    row = version_of(code, number)
    return JsonResponse(
        row.definition,
        json_dumps_params={"ensure_ascii": False, "indent": 1},
        headers={"Content-Disposition": f'attachment; filename="{code}-{number}.json"'},
    )


@staff(may_read_instruments)
@require_GET
def difference(request: HttpRequest, code: str, old: int, new: int) -> HttpResponse:
    """What changed from one version to another."""
    before, after = version_of(code, old), version_of(code, new)
    page: dict[str, Any] = {"before": before, "after": after}
    try:
        changes = compare(queries.draft_definition(before), queries.draft_definition(after))
    except DefinitionError as error:
        page["faults"] = error.faults
    else:
        page |= {"changes": changes, "breaks": breaks_series(changes)}
    return render(request, "instruments/difference.html", page)


@staff(may_design)
@require_POST
def freeze(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Put a draft in force."""
    form = FreezeForm(request.POST)
    form.is_valid()
    try:
        actions.freeze_version(
            version=version_of(code, number),
            breaks_series=form.cleaned_data["breaks_series"],
            **acting(request),
        )
    except InstrumentRefusedError as error:
        messages.error(request, str(error), extra_tags="bad")
    else:
        messages.success(request, _("The version is in force and never changes from now on."))
    return redirect("instruments:version", code=code, number=number)


@staff(may_design)
@require_POST
def drop(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Put a draft away that nobody has answered."""
    try:
        actions.drop_draft(version=version_of(code, number), **acting(request))
    except InstrumentRefusedError as error:
        messages.error(request, str(error), extra_tags="bad")
        return redirect("instruments:version", code=code, number=number)
    messages.success(request, _("The draft is put away."))
    return redirect("instruments:list")
