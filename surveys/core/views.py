"""Core's own staff pages: work under way, the log, messages; and the bases other apps build on."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from surveys.core import outbox, queries
from surveys.core.doors import SeatMissingError, StaffView, demand, reveal, staff
from surveys.core.enums import JobState
from surveys.core.filters import JobFilter, LogFilter, MessageFilter, NoticeFilter
from surveys.core.lists import ListPage
from surveys.core.models import Job, LogEntry, OutboxMessage
from surveys.core.rules import is_audit_admin, is_signed_in, is_staff, is_system_admin
from surveys.core.tables import JobTable, LogTable, MessageTable, NoticeTable

__all__ = ["ListPage", "SeatMissingError", "StaffView", "demand", "reveal", "staff"]


class JobList(ListPage):
    rule = is_system_admin
    model = Job
    table_class = JobTable
    title = _("Work in the background")
    export_name = "jobs"
    filterset_class = JobFilter

    def get_queryset(self) -> QuerySet[Job]:
        return Job.objects.order_by("-created_at", "-pk")


class LogList(ListPage):
    rule = is_audit_admin
    model = LogEntry
    table_class = LogTable
    title = _("Log")
    export_name = "log"
    filterset_class = LogFilter

    def get_queryset(self) -> QuerySet[LogEntry]:
        return LogEntry.objects.order_by("-number")


class MessageList(ListPage):
    rule = is_system_admin
    model = OutboxMessage
    table_class = MessageTable
    title = _("Messages")
    export_name = "messages"
    filterset_class = MessageFilter

    def get_queryset(self) -> QuerySet[OutboxMessage]:
        return OutboxMessage.objects.order_by("-created_at", "-pk")


class NoticeList(ListPage):
    """The notices to the reader, newest first; a post marks one or all of them as read."""

    rule = is_signed_in
    model = OutboxMessage
    table_class = NoticeTable
    filterset_class = NoticeFilter
    template_name = "core/notices.html"
    empty = _("What concerns your work appears here: assignments, deadlines, decisions.")
    export_name = "notices"

    def get_queryset(self) -> QuerySet[OutboxMessage]:
        return queries.notices_of(self.request.user)

    @property
    def n_unread(self) -> int:
        return queries.unread(self.request.user).count()

    @property
    def title(self) -> str:
        n = self.n_unread
        return (
            ngettext("One new notice", "%(n)d new notices", n) % {"n": n} if n else gettext("No new notices")
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"has_unread": self.n_unread > 0}

    def post(self, request: HttpRequest) -> HttpResponse:
        person: Any = request.user
        outbox.mark_read(user=person, now=timezone.now(), which=request.POST.get("notice", ""))
        return redirect("core:notices")


@staff(is_signed_in)
@require_GET
def notice(request: HttpRequest, pk: Any) -> HttpResponse:
    """Read one notice: it leads to what it is about."""
    person: Any = request.user
    row = get_object_or_404(queries.notices_of(person), pk=pk)
    outbox.mark_read(user=person, now=timezone.now(), which=str(row.pk))
    return redirect(row.link or "core:notices")


@staff(is_staff)
def job(request: HttpRequest, pk: Any) -> HttpResponse:
    """How far a job is: polled by htmx, or by a reload where there is no script."""
    row = get_object_or_404(Job, pk=pk)
    if row.created_by_id != request.user.pk:
        reveal(request.user, is_system_admin, "")
    going = row.state in {JobState.QUEUED, JobState.RUNNING}
    partial = bool(getattr(request, "htmx", False))
    context = {"job": row, "going": going, "next": (row.result or {}).get("url", "")}
    response = render(request, "core/_job.html" if partial else "core/job.html", context)
    if partial and not going:
        response.headers["HX-Refresh"] = "true"
    return response
