"""Staff pages that explain a run: what it hangs on, contradictions, gaps, and another scheme on the same data."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from evaluation.cycles.models import SchemeDocument
from evaluation.rankings.cautions import warnings_of
from evaluation.rankings.disagreements import SourcesView
from evaluation.rankings.gaps import GapView
from evaluation.rankings.models import Study
from evaluation.rankings.rules import may_rank, may_read_rankings
from evaluation.rankings.studies import StudyView
from evaluation.rankings.tasks import STUDY
from evaluation.rankings.trials import try_scheme
from evaluation.rankings.views.pages import cycle_of, person, view_of
from scoring.types import ScoringError
from surveys.core.doors import staff
from surveys.core.jobs import enqueue


@staff(may_read_rankings)
@require_GET
def sensitivity(request: HttpRequest, code: str) -> HttpResponse:
    """Which places hold; the study is made on demand by a worker and kept beside the run."""
    cycle = cycle_of(code)
    view = view_of(cycle)
    study = Study.objects.filter(run=view.run).first()
    context = {
        "cycle": cycle,
        "run": view.run,
        "warnings": warnings_of(view),
        "study": StudyView(view, study) if study else None,
        "may_rank": may_rank(request.user),
    }
    return render(request, "rankings/sensitivity.html", context)


@require_POST
@staff(may_rank)
def study(request: HttpRequest, code: str) -> HttpResponse:
    """Hand the study to a worker and show how far it is."""
    view = view_of(cycle_of(code))
    job = enqueue(
        kind=STUDY,
        args={"run": view.run.pk, "actor": person(request).pk},
        now=timezone.now(),
        actor=person(request),
        key=f"study:{view.run.pk}",
    )
    return redirect("core:job", job.pk)


@staff(may_read_rankings)
@require_GET
def sources(request: HttpRequest, code: str) -> HttpResponse:
    """Where the sources of one unit cannot both be right; shown, never averaged away."""
    cycle = cycle_of(code)
    view = view_of(cycle)
    context = {"cycle": cycle, "warnings": warnings_of(view), "sources": SourcesView(view)}
    return render(request, "rankings/sources.html", context)


@staff(may_read_rankings)
@require_GET
def gap(request: HttpRequest, code: str) -> HttpResponse:
    cycle = cycle_of(code)
    view = view_of(cycle)
    return render(
        request, "rankings/gap.html", {"cycle": cycle, "warnings": warnings_of(view), "gap": GapView(view)}
    )


@staff(may_read_rankings)
@require_GET
def other_scheme(request: HttpRequest, code: str) -> HttpResponse:
    """The cycle's own data under another scheme, in memory; nothing is stored."""
    cycle = cycle_of(code)
    view = view_of(cycle)
    schemes = SchemeDocument.objects.exclude(digest=view.run.scheme_digest).order_by("code", "version")
    wanted = request.GET.get("with", "")
    context: dict[str, Any] = {"cycle": cycle, "schemes": schemes, "other": None, "rows": [], "fault": ""}
    if wanted:
        other = schemes.filter(pk=int(wanted)).first() if wanted.isdecimal() and len(wanted) < 10 else None
        if other is None:
            raise Http404
        context["other"] = other
        try:
            context["rows"] = try_scheme(view, other)
        except ScoringError as error:
            context["fault"] = str(error)
    context["n_moved"] = sum(row.is_marked for row in context["rows"])
    return render(request, "rankings/other_scheme.html", context)
