"""Pages of briefings: those that were written, the rhythm, write one now, take one away."""

from typing import Any

import django_filters as filters
import django_tables2 as tables
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from evaluation.improvement import actions
from evaluation.improvement.actions import BriefingRefusedError
from evaluation.improvement.enums import Rhythm
from evaluation.improvement.models import BriefingIssue, BriefingPlan
from evaluation.improvement.rules import may_read_briefings, may_write_briefings
from evaluation.improvement.tasks import BRIEFING
from evaluation.improvement.views.access import person
from surveys.core.doors import staff
from surveys.core.jobs import enqueue
from surveys.core.tables import ListTable
from surveys.core.views import ListPage

LANGUAGE_NAMES = (("zh-hans", "简体中文"), ("zh-hant", "繁體中文"), ("en", "English"))


class BriefingTable(ListTable):
    name = tables.Column(
        verbose_name=gettext_lazy("file"), linkify=("improvement:briefing", {"pk": tables.A("pk")})
    )
    on_day = tables.DateColumn(verbose_name=gettext_lazy("day"), format="Y-m-d")
    language = tables.Column(verbose_name=gettext_lazy("language"))
    cycle = tables.Column(
        verbose_name=gettext_lazy("cycle"), accessor="cycle__name", order_by=("cycle__code", "pk")
    )

    def render_language(self, value: str) -> str:
        return dict(LANGUAGE_NAMES).get(value, value)

    class Meta(ListTable.Meta):
        model = BriefingIssue
        fields = ("name", "on_day", "language", "cycle")
        sequence = fields


class BriefingFilter(filters.FilterSet):  # type: ignore[misc]
    language = filters.ChoiceFilter(
        label=gettext_lazy("Language"), choices=LANGUAGE_NAMES, empty_label=gettext_lazy("All")
    )

    class Meta:
        model = BriefingIssue
        fields = ("language",)


class BriefingList(ListPage):
    rule = may_read_briefings
    model = BriefingIssue
    table_class = BriefingTable
    filterset_class = BriefingFilter
    template_name = "improvement/briefings.html"
    title = gettext_lazy("Briefings")
    lead = gettext_lazy(
        "What leaders need on paper: what is late, alerts, measures, what residents write, results."
    )
    empty = gettext_lazy("No briefing was written yet. One is written on its day, or now.")
    export_name = "briefings"

    def get_queryset(self) -> QuerySet[BriefingIssue]:
        return BriefingIssue.objects.select_related("cycle").order_by("-on_day", "language", "name")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        plan = BriefingPlan.objects.filter(pk=1).first()
        return super().get_context_data(**kwargs) | {
            "rhythm": plan.rhythm if plan else Rhythm.MONTHLY,
            "rhythms": Rhythm.choices,
            "may_write": may_write_briefings(self.request.user),
        }


@require_POST
@staff(may_write_briefings)
def write(request: HttpRequest) -> HttpResponse:
    """Hand today's briefing to a worker and show how far it is."""
    job = enqueue(kind=BRIEFING, args={}, now=timezone.now(), actor=person(request), key=BRIEFING)
    return redirect("core:job", job.pk)


@require_POST
@staff(may_write_briefings)
def rhythm(request: HttpRequest) -> HttpResponse:
    """How often from now on."""
    try:
        actions.set_rhythm(rhythm=request.POST.get("rhythm", ""), actor=person(request), now=timezone.now())
    except BriefingRefusedError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Set."))
    return redirect("improvement:briefings")


@staff(may_read_briefings)
@require_GET
def download(_request: HttpRequest, pk: int) -> HttpResponse:
    """A briefing as it was written."""
    issue = get_object_or_404(BriefingIssue.objects.select_related("file"), pk=pk)
    response = HttpResponse(bytes(issue.file.content), content_type=issue.file.media_type)
    response["Content-Disposition"] = f'attachment; filename="{issue.name}"'
    return response
