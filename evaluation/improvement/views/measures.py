"""Pages of measures: list, a new one, one with its steps, moves and effect."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from evaluation.improvement import actions, forms, listening, queries
from evaluation.improvement.actions import MeasureRefusedError
from evaluation.improvement.enums import OPEN_MEASURES
from evaluation.improvement.expected import expected_gain, lifts, value_today
from evaluation.improvement.filters import MeasureFilter
from evaluation.improvement.models import Measure, MeasureStep
from evaluation.improvement.rules import may_keep_measures, may_see_work, may_verify
from evaluation.improvement.standing import standing
from evaluation.improvement.tables import MeasureTable
from evaluation.improvement.views.access import (
    chosen_place,
    measure_by_pk,
    person,
    place_by_code,
    places_for,
)
from evaluation.improvement.workdesk import Workdesk
from surveys.catalogue.queries import path_of
from surveys.catalogue.rules import codes_in_scope
from surveys.core.doors import staff
from surveys.core.files import keep
from surveys.core.views import ListPage


class MeasureList(ListPage):
    rule = may_see_work
    model = Measure
    table_class = MeasureTable
    filterset_class = MeasureFilter
    title = gettext_lazy("Measures")
    lead = gettext_lazy("What departments do about weak spots, by when, and whether it helped.")
    empty = gettext_lazy("No measure is open. Open one from a weak indicator, a finding or a theme.")
    export_name = "measures"

    def get_queryset(self) -> QuerySet[Measure]:
        codes = codes_in_scope(self.request.user, *queries.WORK_ROLES)
        rows = queries.measures()
        return rows if codes is None else rows.filter(organisation__code__in=codes)

    def actions(self) -> list[tuple[str, Any]]:
        place = queries.workplace(self.request.user) if may_keep_measures(self.request.user) else None
        return [(reverse("improvement:measure_new", args=[place.code]), _("New measure"))] if place else []


@staff(may_keep_measures)
@require_GET
def choose(request: HttpRequest) -> HttpResponse:
    """Another organisation for a new measure."""
    return chosen_place(request, "improvement:measure_new")


@staff(may_keep_measures)
def new(request: HttpRequest, code: str) -> HttpResponse:
    place = place_by_code(request, code, may_keep_measures)
    initial = {
        key: request.GET[key][:120]
        for key in ("reference", "opened_from", "title", "metric", "metric_code", "target")
        if key in request.GET
    }
    found = standing(place)
    parts = [(part.code, part.name) for part in Workdesk(place, timezone.localdate(), [], None, found).parts]
    form = forms.MeasureForm(request.POST or None, organisation=place, parts=parts, initial=initial)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        if told["baseline"] is None:
            now = value_today(place, found, told["metric"], told["metric_code"], timezone.localdate())
            told["baseline"] = None if now is None else Decimal(f"{now:.4f}")
        gain = expected_gain(found, told["metric"], told["metric_code"], float(told["target"]))
        try:
            measure = actions.open_measure(
                organisation=place, actor=person(request), now=timezone.now(),
                cycle=found.view.cycle if found else None,
                expected_gain=None if gain is None else Decimal(f"{gain:.2f}"), **told,
            )  # fmt: skip
        except MeasureRefusedError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The measure is open. Write down its first step."))
            return redirect("improvement:measure", measure.pk)
    context = {
        "form": form,
        "place": place,
        "places": places_for(person(request), may_keep_measures),
        "lifts": lifts(found)[:5],
        "standing": found,
    }
    return render(request, "improvement/measure_new.html", context, status=422 if form.errors else 200)


@staff(may_see_work)
@require_GET
def measure(request: HttpRequest, pk: int) -> HttpResponse:
    row = measure_by_pk(request, pk, may_see_work)
    path = path_of(row.organisation.code)
    user = person(request)
    context = {
        "measure": row,
        "steps": row.steps.select_related("done_by", "file").defer("file__content").order_by("number"),
        "moves": row.moves.select_related("moved_by").order_by("-moved_at", "-pk"),
        "effect": next(iter(row.history), None),  # type: ignore[attr-defined]
        "replies": row.replies.order_by("-written_at", "-pk"),
        "may_keep": may_keep_measures(user, path),
        "may_verify": may_verify(user, path) and user.pk not in {row.owner_id, row.done_by_id},
        "assisting": row.assisting.order_by("code"),
        "carry_form": forms.CarryForm(),
        "owner_form": forms.OwnerForm(organisation=row.organisation),
        "is_open": row.state in OPEN_MEASURES,
        "reference": listening.theme_names().get(row.reference, row.reference),
        "metric_name": queries.metric_name(row),
        "step_form": forms.StepForm(),
        "finish_form": forms.FinishForm(),
        "done_form": forms.DoneForm(),
        "verify_form": forms.VerifyForm(),
        "today": timezone.localdate(),
    }
    return render(request, "improvement/measure.html", context)


def _acted(request: HttpRequest, pk: int, act: Callable[[], object], said: str) -> HttpResponse:
    try:
        act()
    except MeasureRefusedError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, said)
    return redirect("improvement:measure", pk)


@require_POST
@staff(may_keep_measures)
def add_step(request: HttpRequest, pk: int) -> HttpResponse:
    row = measure_by_pk(request, pk, may_keep_measures)
    form = forms.StepForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Write what the step is and by when."))
        return redirect("improvement:measure", pk)
    return _acted(
        request,
        pk,
        lambda: actions.add_step(measure=row, actor=person(request), now=timezone.now(), **form.cleaned_data),
        _("The step is written down."),
    )


@require_POST
@staff(may_keep_measures)
def finish_step(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    row = measure_by_pk(request, pk, may_keep_measures)
    step = get_object_or_404(MeasureStep, measure=row, number=number)
    form = forms.FinishForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, _("Say what shows that the step is done, or add a file."))
        return redirect("improvement:measure", pk)
    upload, now = form.cleaned_data["file"], timezone.now()
    stored = (
        keep(upload.read(), upload.name, upload.content_type or "application/octet-stream", now)
        if upload
        else None
    )
    return _acted(
        request,
        pk,
        lambda: actions.finish_step(
            step=step,
            evidence=form.cleaned_data["evidence"],
            file=stored,
            file_name=upload.name if upload else "",
            actor=person(request),
            now=now,
        ),
        _("The step is done."),
    )


@require_POST
@staff(may_see_work)
def move(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Start, report as done, verify, send back, drop, count the effect: one button each."""
    judging = verb in {"verify", "send-back"}
    row = measure_by_pk(request, pk, may_verify if judging else may_keep_measures)
    who: dict[str, Any] = {"actor": person(request), "now": timezone.now()}
    reason = request.POST.get("reason", "")[:1000]
    if verb == "carry":
        return _carry(request, row)
    if verb == "hand-over":
        return _hand_over(request, row)
    if verb == "done":
        form = forms.DoneForm(request.POST)
        if not form.is_valid():
            messages.error(request, _("Say since when it is in force."))
            return redirect("improvement:measure", pk)
        day = form.cleaned_data["in_force_on"]
        act: Callable[[], object] = lambda: actions.claim_done(measure=row, in_force_on=day, **who)  # noqa: E731
    else:
        acts: dict[str, Callable[[], object]] = {
            "start": lambda: actions.start_measure(measure=row, **who),
            "verify": lambda: actions.verify_measure(
                measure=row, how=request.POST.get("how", "")[:2000], **who
            ),
            "send-back": lambda: actions.send_back(measure=row, reason=reason, **who),
            "drop": lambda: actions.drop_measure(measure=row, reason=reason, **who),
            "effect": lambda: actions.count_effect(measure=row, **who),
        }
        if verb not in acts:
            messages.error(request, _("Choose what to do."))
            return redirect("improvement:measure", pk)
        act = acts[verb]
    return _acted(request, pk, act, _("Done."))


def _hand_over(request: HttpRequest, row: Measure) -> HttpResponse:
    """To another owner, with a reason unless the old one has left."""
    form = forms.OwnerForm(request.POST, organisation=row.organisation)
    if not form.is_valid():
        messages.error(request, _("Choose who takes the measure on."))
        return redirect("improvement:measure", row.pk)
    return _acted(
        request,
        row.pk,
        lambda: actions.hand_over_measure(
            measure=row, actor=person(request), now=timezone.now(), **form.cleaned_data
        ),
        _("Handed over. The new owner is told."),
    )


def _carry(request: HttpRequest, row: Measure) -> HttpResponse:
    """On into the next cycle; the page of the new measure follows."""
    form = forms.CarryForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose the cycle and the day by which it is to be done."))
        return redirect("improvement:measure", row.pk)
    try:
        fresh = actions.carry_measure(
            measure=row, actor=person(request), now=timezone.now(), **form.cleaned_data
        )
    except MeasureRefusedError as error:
        messages.error(request, str(error))
        return redirect("improvement:measure", row.pk)
    messages.success(request, _("Carried on. What was open stands here."))
    return redirect("improvement:measure", fresh.pk)


@staff(may_see_work)
@require_GET
def step_file(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """A step's evidence as it was added."""
    row = measure_by_pk(request, pk, may_see_work)
    step = get_object_or_404(
        MeasureStep.objects.select_related("file"), measure=row, number=number, file__isnull=False
    )
    assert step.file is not None
    response = HttpResponse(bytes(step.file.content), content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="step-{step.number}-{step.file.sha256[:12]}"'
    return response
