"""A department's workspace: duties of the day, own ratings, standing, findings and objections."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from evaluation.cycles.enums import CycleState
from evaluation.cycles.models import Unit
from evaluation.evidence.actions import EvidenceRefusedError, contest_finding
from evaluation.evidence.models import AuditFinding
from evaluation.improvement import forms, queries
from evaluation.improvement.auditing import audit_title
from evaluation.improvement.duties import duties
from evaluation.improvement.listening import months_back
from evaluation.improvement.rules import may_keep_measures, may_object, may_open_work, may_see_work
from evaluation.improvement.standing import standing
from evaluation.improvement.views.access import person, place_by_code, place_of
from evaluation.improvement.workdesk import Workdesk
from evaluation.rankings.actions import ObjectionRefusedError, lodge_objection
from evaluation.rankings.disagreements import SourcesView
from evaluation.rankings.models import Objection
from surveys.catalogue.queries import codes_below, path_of
from surveys.core.doors import demand, reveal, staff
from surveys.core.files import keep
from surveys.core.rules import is_auditor, is_department, is_leader, is_office

MONTHS = 3
"""Whole months before the running one that a department's page looks back on, as statistics count."""


@staff(may_open_work)
@require_GET
def home(request: HttpRequest) -> HttpResponseBase:
    """Where one's day begins, by seat."""
    user = person(request)
    if is_department(user) or (request.GET.get("at") and may_see_work(user)):
        return today(request)
    if is_office(user):
        return redirect("improvement:office")
    if is_leader(user):
        return redirect("improvement:leader")
    if is_auditor(user):
        return redirect("improvement:audits")
    raise Http404


@staff(may_see_work)
@require_GET
def today(request: HttpRequest) -> HttpResponse:
    place, day = place_of(request), timezone.localdate()
    desk = Workdesk(
        place=place,
        today=day,
        duties=duties(person(request), place, day),
        ratings=queries.own_ratings(place.code, months_back(day, MONTHS), day),
        standing=standing(place),
    )
    months = {"first": months_back(day, MONTHS).isoformat(), "last": day.isoformat()}
    context = {
        "desk": desk,
        "place": place,
        "counted": urlencode({"unit": place.code} | months),
        "places": queries.workplaces(person(request)),
        "measures": queries.measures_at(place.code)[:8],
        "is_leaf": len(codes_below(place.code)) == 1,
        "comments": queries.comments_at(place.code),
    }
    return render(request, "improvement/today.html", context)


@staff(may_see_work)
def result(request: HttpRequest) -> HttpResponse:
    """The department's own result with its parts, and the way to object while it is on notice."""
    place = place_of(request)
    found = standing(place)
    if found is None:
        return render(request, "improvement/result.html", {"place": place, "standing": None})
    cycle = found.view.cycle
    parts = [(node.code, str(desk_name)) for node in found.view.nodes if (desk_name := _name(node.names))]
    form = forms.ObjectionForm(request.POST or None, request.FILES or None, parts=parts)
    if request.method == "POST":
        demand(request.user, may_object, path_of(place.code))
        if form.is_valid():
            upload = form.cleaned_data["file"]
            now = timezone.now()
            stored = (
                keep(upload.read(), upload.name, upload.content_type or "application/octet-stream", now)
                if upload
                else None
            )
            try:
                lodge_objection(
                    unit=Unit.objects.select_related("cycle").get(cycle=cycle, code=found.row.unit),
                    node=form.cleaned_data["node"],
                    text=form.cleaned_data["text"],
                    file=stored,
                    actor=person(request),
                    now=now,
                )
            except ObjectionRefusedError as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, _("Your objection is lodged. Another body decides it."))
                return redirect(request.get_full_path())
    context = {
        "place": place,
        "standing": found,
        "desk": Workdesk(place, timezone.localdate(), [], None, found),
        "cycle": cycle,
        "form": form,
        "is_on_notice": cycle.state == CycleState.OBJECTION,
        "may_object": may_object(request.user, path_of(place.code)),
        "objections": Objection.objects.filter(run__cycle=cycle, unit__code=found.row.unit)
        .select_related("lodged_by", "decided_by")
        .order_by("-lodged_at", "-pk"),
        "findings": [
            (finding, audit_title(finding.score.cycle, finding.score.audit))
            for finding in queries.findings_at(place)
        ],
        "clashes": [clash for clash in SourcesView(found.view).clashes if clash.unit == found.row.unit],
        "may_keep": may_keep_measures(request.user, path_of(place.code)),
    }
    return render(request, "improvement/result.html", context, status=422 if form.errors else 200)


def _name(names: object) -> str:
    return queries.text_of(names)


@require_POST
@staff(may_see_work)
def contest(request: HttpRequest, pk: int) -> HttpResponse:
    """Say why a finding about one's department is wrong."""
    finding = get_object_or_404(AuditFinding.objects.select_related("score__organisation"), pk=pk)
    path = path_of(finding.score.organisation.code)
    reveal(request.user, may_see_work, path)
    demand(request.user, may_object, path)
    form = forms.ContestForm(request.POST)
    try:
        if not form.is_valid():
            messages.error(request, _("Say what is wrong with the finding."))
        else:
            contest_finding(
                finding=finding, text=form.cleaned_data["text"], actor=person(request), now=timezone.now()
            )
            messages.success(request, _("Contested. Someone else decides, and both are kept."))
    except EvidenceRefusedError as error:
        messages.error(request, str(error))
    return redirect("improvement:result")


@staff(may_see_work)
@require_GET
def at(request: HttpRequest, code: str) -> HttpResponseBase:
    """The workspace of one organisation, by its code."""
    place = place_by_code(request, code, may_see_work)
    request.GET = QueryDict(urlencode({"at": place.code}))
    return today(request)
