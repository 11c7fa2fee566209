"""Pages of public replies: list, a new one, one to be published by a second person."""

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

from evaluation.improvement import actions, forms, queries
from evaluation.improvement.actions import ReplyRefusedError
from evaluation.improvement.filters import ReplyFilter
from evaluation.improvement.models import Reply
from evaluation.improvement.rules import may_reply, may_see_work, may_verify
from evaluation.improvement.tables import ReplyTable
from evaluation.improvement.views.access import chosen_place, person, place_by_code, places_for
from surveys.catalogue.queries import path_of
from surveys.catalogue.rules import codes_in_scope
from surveys.core.doors import demand, reveal, staff
from surveys.core.views import ListPage


class ReplyList(ListPage):
    rule = may_see_work
    model = Reply
    table_class = ReplyTable
    filterset_class = ReplyFilter
    title = gettext_lazy("You said, we did")
    lead = gettext_lazy("What residents said and what was done about it. A second person publishes it.")
    empty = gettext_lazy("Nothing is written yet. Answer what residents say most often.")
    export_name = "replies"

    def get_queryset(self) -> QuerySet[Reply]:
        codes = codes_in_scope(self.request.user, *queries.WORK_ROLES)
        rows = Reply.objects.select_related("organisation", "written_by").order_by("-written_at", "-pk")
        return rows if codes is None else rows.filter(organisation__code__in=codes)

    def actions(self) -> list[tuple[str, Any]]:
        place = queries.workplace(self.request.user) if may_reply(self.request.user) else None
        return [(reverse("improvement:reply_new", args=[place.code]), _("Write a reply"))] if place else []


def _reply(request: HttpRequest, pk: int) -> Reply:
    found = get_object_or_404(
        Reply.objects.select_related("organisation", "written_by", "published_by"), pk=pk
    )
    reveal(request.user, may_see_work, path_of(found.organisation.code))
    return found


@staff(may_reply)
@require_GET
def choose(request: HttpRequest) -> HttpResponse:
    """Another organisation to answer for."""
    return chosen_place(request, "improvement:reply_new")


@staff(may_reply)
def new(request: HttpRequest, code: str) -> HttpResponse:
    place = place_by_code(request, code, may_reply)
    form = forms.ReplyForm(request.POST or None, organisation=place)
    if request.method == "POST" and form.is_valid():
        try:
            found = actions.write_reply(
                organisation=place, actor=person(request), now=timezone.now(), **form.cleaned_data
            )
        except ReplyRefusedError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Written. A second person publishes it."))
            return redirect("improvement:reply", found.pk)
    context = {"form": form, "place": place, "places": places_for(person(request), may_reply)}
    return render(request, "improvement/reply_new.html", context, status=422 if form.errors else 200)


@staff(may_see_work)
@require_GET
def reply(request: HttpRequest, pk: int) -> HttpResponse:
    row = _reply(request, pk)
    may_publish = may_verify(request.user, path_of(row.organisation.code))
    context = {"reply": row, "may_publish": may_publish, "is_author": row.written_by_id == person(request).pk}
    return render(request, "improvement/reply.html", context)


@require_POST
@staff(may_see_work)
def move(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    row = _reply(request, pk)
    demand(request.user, may_verify, path_of(row.organisation.code))
    act = actions.withdraw_reply if verb == "withdraw" else actions.publish_reply
    try:
        act(reply=row, actor=person(request), now=timezone.now())
    except ReplyRefusedError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Withdrawn.") if verb == "withdraw" else _("Public from now on."))
    return redirect("improvement:reply", pk)
