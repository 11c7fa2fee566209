"""The office's pages of one survey: its plan, its stages, progress in the field, the draw for whoever audits it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from surveys.core.doors import staff
from surveys.core.models import User
from surveys.core.workbooks import csv_lines
from surveys.fieldwork import progress
from surveys.fieldwork.actions.inviting import invite, remind
from surveys.fieldwork.actions.planning import (
    close_survey,
    create_survey,
    draw_sample,
    open_survey,
    publish_seed,
)
from surveys.fieldwork.actions.weighting import release_survey
from surveys.fieldwork.drawing import DrawRefusedError, draw, draw_digest, place_of
from surveys.fieldwork.enums import Selection, SurveyState
from surveys.fieldwork.forms import SeedForm, SurveyForm
from surveys.fieldwork.models import FrameEntry, Survey
from surveys.fieldwork.refusals import FieldworkRefusedError
from surveys.fieldwork.rules import may_read_surveys, may_run_surveys

Refused = (FieldworkRefusedError, DrawRefusedError)
MOVES: dict[str, tuple[Callable[..., Any], tuple[str, ...], Any]] = {
    "draw": (draw_sample, (SurveyState.DRAFT,), gettext_lazy("Draw the sample")),
    "open": (open_survey, (SurveyState.DRAFT, SurveyState.DRAWN), gettext_lazy("Go into the field")),
    "invite": (invite, (SurveyState.OPEN,), gettext_lazy("Send invitations")),
    "remind": (remind, (SurveyState.OPEN,), gettext_lazy("Send reminders")),
    "close": (close_survey, (SurveyState.OPEN,), gettext_lazy("Close the survey")),
    "release": (release_survey, (SurveyState.CLOSED,), gettext_lazy("Release the results")),
}


def acting(request: HttpRequest) -> dict[str, Any]:
    """Actor and clock, read at the edge."""
    assert isinstance(request.user, User)
    return {"actor": request.user, "now": timezone.now()}


def survey_of(code: str) -> Survey:
    found: Survey = get_object_or_404(
        Survey.objects.select_related("version__questionnaire", "frame"), code=code
    )
    return found


def moves_of(survey: Survey) -> list[tuple[str, Any]]:
    """What can be done at this stage, in order."""
    drawn = survey.selection != Selection.QUOTA
    hidden = set()
    if survey.state == SurveyState.DRAFT:
        hidden = {"open"} if drawn else {"draw"}
        if drawn and not survey.seed:
            hidden.add("draw")
    if survey.state == SurveyState.CLOSED and not survey.weightings.exists():
        hidden.add("release")
    return [
        (verb, words)
        for verb, (_action, states, words) in MOVES.items()
        if survey.state in states and verb not in hidden
    ]


@staff(may_read_surveys)
@require_GET
def survey(request: HttpRequest, code: str) -> HttpResponse:
    """Where a survey stands: stage, outcomes and rates, interviews against strata and quotas."""
    found = survey_of(code)
    may_run = may_run_surveys(request.user)
    wants_seed = may_run and found.state == SurveyState.DRAFT and found.selection != Selection.QUOTA
    page = {
        "survey": found,
        "told": progress.outcomes(found),
        "strata": progress.by_stratum(found),
        "quotas": [filled for _quota, filled in progress.quotas(found)],
        "stop": progress.stop_reason(found) if found.state == SurveyState.OPEN else "",
        "moves": moves_of(found) if may_run else [],
        "seed_form": SeedForm() if wants_seed and not found.seed else None,
        "may_run": may_run,
        "weighting": found.weightings.select_related("made_by").first(),
    }
    return render(request, "fieldwork/survey.html", page)


@staff(may_run_surveys)
@require_POST
def move(request: HttpRequest, code: str, verb: str) -> HttpResponse:
    """One step of a survey; a refusal is told in its sentence."""
    found = survey_of(code)
    try:
        if verb == "seed":
            publish_seed(survey=found, seed=request.POST.get("seed", ""), **acting(request))
        elif verb in MOVES:
            action, _states, words = MOVES[verb]
            done = action(survey=found, **acting(request))
            said = f"{words}: {done}" if isinstance(done, int) else str(words)
            messages.success(request, said)
        else:
            raise Http404
    except Refused as error:
        messages.error(request, str(error), extra_tags="bad")
    return redirect("fieldwork:survey", code=code)


@staff(may_run_surveys)
def new(request: HttpRequest) -> HttpResponse:
    """Plan a survey."""
    form = SurveyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = create_survey(**form.fields_of_survey(), **acting(request))
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The survey is planned."))
            return redirect("fieldwork:survey", code=made.code)
    return render(request, "fieldwork/new.html", {"form": form}, status=422 if form.errors else 200)


@staff(may_read_surveys)
@require_GET
def drawn(request: HttpRequest, code: str) -> HttpResponse:
    """The draw as anyone can repeat it: seed, strata, fingerprint, and whether repeating it gives the same."""
    found = survey_of(code)
    rows = list(found.strata.order_by("code"))
    repeated = ""
    if found.drawn_at and found.frame_id:
        entries = FrameEntry.objects.filter(frame=found.frame_id).order_by("pk")
        again = draw(
            entries.values_list("stratum", "reference"), {row.code: row.n_drawn for row in rows}, found.seed
        )
        repeated = draw_digest(found.seed, again)
    page = {"survey": found, "rows": rows, "repeated": repeated, "same": repeated == found.draw_digest}
    return render(request, "fieldwork/draw.html", page)


@staff(may_run_surveys)
@require_GET
def queue(request: HttpRequest, code: str) -> HttpResponse:
    """Every reference of the frame with its place in the queue, as CSV; no contact is in it."""
    del request
    found = survey_of(code)
    if not found.drawn_at:
        raise Http404
    entries = FrameEntry.objects.filter(frame=found.frame_id).order_by("stratum", "reference")
    rows = (
        [stratum, reference, place_of(found.seed, stratum, reference)]
        for stratum, reference in entries.values_list("stratum", "reference")
    )
    content = "".join(
        line if isinstance(line, str) else line.decode()
        for line in csv_lines(["stratum", "reference", "sha256"], rows)
    )
    return HttpResponse(
        content,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{found.code}-queue.csv"'},
    )
