"""What the pages of improvement share: who asks, which workplace, which measure."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import urlencode

from evaluation.cycles.models import Cycle
from evaluation.improvement.models import Measure
from evaluation.improvement.queries import measures, workplace
from evaluation.improvement.rules import may_see_work
from evaluation.rankings.rules import may_read_rankings
from surveys.catalogue.models import Organisation
from surveys.catalogue.queries import path_of
from surveys.catalogue.rules import organisations_in_scope
from surveys.core.doors import demand, reveal
from surveys.core.models import User
from surveys.core.rules import Rule


def person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def place_of(request: HttpRequest) -> Organisation:
    """The workplace asked for by `?at=`, else one's own; 404 outside one's seats."""
    found = workplace(person(request), request.GET.get("at", "")[:40])
    if found is None:
        raise Http404
    return found


def places_for(user: User, rule: Rule) -> list[Organisation]:
    """The organisations this person may choose between; none where there is nothing to choose."""
    found = list(organisations_in_scope(user, *sorted(rule.roles)).filter(retired_on=None).order_by("code"))
    return found if len(found) > 1 else []


def chosen_place(request: HttpRequest, address: str) -> HttpResponse:
    """Go to the same form for the organisation chosen by `?at=`; what the link had brought along stays."""
    kept = request.GET.copy()
    code = kept.pop("at", [""])[-1][:40]
    if not code:
        raise Http404
    more = f"?{kept.urlencode()}" if kept else ""
    return redirect(f"{reverse(address, args=[code])}{more}")


def place_by_code(request: HttpRequest, code: str, rule: Rule) -> Organisation:
    """An organisation in one's scope; 404 outside it, 403 without the seat for what is asked."""
    found: Organisation = get_object_or_404(Organisation.objects.current().without_tree_fields(), code=code)
    path = path_of(code)
    reveal(request.user, may_see_work, path)
    demand(request.user, rule, path)
    return found


def contradictions_for(user: User, place: Organisation) -> str:
    """Where this reader sees which sources contradict each other: all units, or the own result; "" for neither."""
    if may_read_rankings(user):
        cycle = Cycle.objects.filter(runs__isnull=False).order_by("-ends_on", "code").first()
        return reverse("rankings:sources", args=[cycle.code]) if cycle else ""
    return f"{reverse('improvement:result')}?{urlencode({'at': place.code})}#h-clash"


def measure_by_pk(request: HttpRequest, pk: int, rule: Rule) -> Measure:
    """A measure in one's scope; 404 outside it, 403 without the seat for what is asked."""
    found = get_object_or_404(measures(), pk=pk)
    path = path_of(found.organisation.code)
    reveal(request.user, may_see_work, path)
    demand(request.user, rule, path)
    return found
