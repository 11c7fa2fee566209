"""Staff pages of rankings: the cycle's board, the result and its uncertainty, one unit, trials, objections."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from evaluation.cycles.models import Cycle
from evaluation.evidence.checks import gate_of
from evaluation.evidence.rules import may_keep_evidence
from evaluation.rankings import actions, forms, queries
from evaluation.rankings.accounts import Account
from evaluation.rankings.actions import ObjectionRefusedError, PublicationRefusedError
from evaluation.rankings.board import Board
from evaluation.rankings.models import Objection, Run
from evaluation.rankings.queries import RunView, run_view
from evaluation.rankings.results import ResultView, UnitResult
from evaluation.rankings.rules import may_rank, may_read_rankings
from evaluation.rankings.trials import knobs, solidity, try_weights
from scoring.types import ScoringError
from surveys.core.doors import staff
from surveys.core.jobs import enqueue
from surveys.core.models import User


def person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def cycle_of(code: str) -> Cycle:
    return get_object_or_404(Cycle.objects.select_related("scheme"), code=code)


def view_of(cycle: Cycle, number: int | None = None) -> RunView:
    """The latest official run, or the one of that number."""
    run = (
        queries.latest_run(cycle)
        if number is None
        else Run.objects.filter(cycle=cycle, number=number).select_related("cycle").first()
    )
    if run is None:
        raise Http404
    return run_view(run)


@staff(may_read_rankings)
@require_GET
def home(_request: HttpRequest) -> HttpResponse:
    """The board of the cycle that is under way, else of the newest."""
    cycles = Cycle.objects.order_by("-starts_on", "code")
    current = cycles.exclude(state__in=("published", "archived", "draft")).first() or cycles.first()
    return redirect("rankings:board", current.code) if current else redirect("cycles:list")


@staff(may_read_rankings)
@require_GET
def board(request: HttpRequest, code: str) -> HttpResponse:
    cycle = cycle_of(code)
    context = {
        "cycle": cycle,
        "board": Board(cycle, timezone.localdate()),
        "gate": gate_of(cycle),
        "may_rank": may_rank(request.user),
        "may_keep": may_keep_evidence(request.user),
        "moves": cycle.moves.select_related("moved_by").order_by("-moved_at", "-pk"),
    }
    return render(request, "rankings/board.html", context)


@require_POST
@staff(may_rank)
def evaluate(request: HttpRequest, code: str) -> HttpResponse:
    """Hand the evaluation to a worker and show how far it is."""
    cycle = cycle_of(code)
    job = enqueue(
        kind="evaluate",
        args={"cycle": cycle.code, "actor": person(request).pk},
        now=timezone.now(),
        actor=person(request),
        key=f"evaluate:{cycle.code}",
    )
    return redirect("core:job", job.pk)


@require_POST
@staff(may_rank)
def publish(request: HttpRequest, code: str) -> HttpResponse:
    cycle = cycle_of(code)
    try:
        edition = actions.publish(cycle=cycle, actor=person(request), now=timezone.now())
    except PublicationRefusedError as error:
        messages.error(request, str(error))
        return redirect("rankings:board", code)
    messages.success(request, _("Edition %(number)d is published and fixed.") % {"number": edition.number})
    return redirect("reports:cycle", code)


@staff(may_read_rankings)
@require_GET
def result(request: HttpRequest, code: str, number: int | None = None) -> HttpResponse:
    cycle = cycle_of(code)
    view = view_of(cycle, number)
    context = {
        "cycle": cycle,
        "view": ResultView(view),
        "runs": queries.runs_of(cycle),
        "solidity": solidity(view.run, view),
        "may_rank": may_rank(request.user),
    }
    return render(request, "rankings/result.html", context)


@staff(may_read_rankings)
@require_GET
def unit(request: HttpRequest, code: str, unit: str) -> HttpResponse:
    cycle = cycle_of(code)
    view = view_of(cycle)
    if unit not in view.by_unit:
        raise Http404
    row = view.by_unit[unit]
    context = {"cycle": cycle, "view": UnitResult(view, row), "account": Account(view, row)}
    return render(request, "rankings/unit.html", context)


@staff(may_read_rankings)
@require_GET
def what_if(request: HttpRequest, code: str) -> HttpResponse:
    """Sliders over the main weights; the answer is computed in memory and stored nowhere."""
    cycle = cycle_of(code)
    view = view_of(cycle)
    codes = [node.code for node in view.nodes if node.parent == view.root]
    weights = forms.weights_from(request.GET.dict(), codes)
    context: dict[str, Any] = {"cycle": cycle, "view": view, "knobs": knobs(view, weights), "fault": ""}
    try:
        tried = {knob.code: knob.tried for knob in context["knobs"]}
        context["rows"] = try_weights(view.run, view, tried)
    except ScoringError as error:
        context["rows"], context["fault"] = [], str(error)
    context["n_moved"] = sum(row.is_marked for row in context["rows"])
    partial = bool(getattr(request, "htmx", False))
    return render(request, "rankings/_trial.html" if partial else "rankings/what_if.html", context)


@staff(may_read_rankings)
@require_GET
def objections(request: HttpRequest, code: str) -> HttpResponse:
    cycle = cycle_of(code)
    rows = list(queries.objections_of(cycle))
    context = {
        "cycle": cycle,
        "rows": rows,
        "n_open": sum(row.decided_at is None for row in rows),
        "may_rank": may_rank(request.user),
    }
    return render(request, "rankings/objections.html", context)


@require_POST
@staff(may_rank)
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    objection = get_object_or_404(Objection.objects.select_related("run__cycle"), pk=pk)
    form = forms.DecisionForm(request.POST)
    code = objection.run.cycle.code
    if not form.is_valid():
        messages.error(request, _("Choose a decision and give its reasons."))
        return redirect("rankings:objections", code)
    try:
        actions.decide_objection(
            objection=objection,
            upheld=form.cleaned_data["upheld"] == "yes",
            decision=form.cleaned_data["decision"],
            actor=person(request),
            now=timezone.now(),
        )
    except ObjectionRefusedError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Decided. Objection and decision are published with the result."))
    return redirect("rankings:objections", code)
