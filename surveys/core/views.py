"""Core's own staff pages: work under way, the log, messages; and the bases other apps build on."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from surveys.core import outbox, queries
from surveys.core.doors import SeatMissingError, StaffView, demand, reveal, staff
from surveys.core.enums import JobState
from surveys.core.lists import ListPage
from surveys.core.models import Job, LogEntry, OutboxMessage
from surveys.core.rules import is_audit_admin, is_signed_in, is_staff, is_system_admin
from surveys.core.tables import JobTable, LogTable, MessageTable

__all__ = ["ListPage", "SeatMissingError", "StaffView", "demand", "reveal", "staff"]


class JobList(ListPage):
    rule = is_system_admin
    model = Job
    table_class = JobTable
    title = _("Work in the background")
    export_name = "jobs"
    filterset_fields = ("state", "kind")

    def get_queryset(self) -> QuerySet[Job]:
        return Job.objects.order_by("-created_at", "-pk")


class LogList(ListPage):
    rule = is_audit_admin
    model = LogEntry
    table_class = LogTable
    title = _("Log")
    export_name = "log"
    filterset_fields = ("verb", "actor")

    def get_queryset(self) -> QuerySet[LogEntry]:
        return LogEntry.objects.order_by("-number")


class MessageList(ListPage):
    rule = is_system_admin
    model = OutboxMessage
    table_class = MessageTable
    title = _("Messages")
    export_name = "messages"
    filterset_fields = ("state", "kind")

    def get_queryset(self) -> QuerySet[OutboxMessage]:
        return OutboxMessage.objects.order_by("-created_at", "-pk")


@staff(is_signed_in)
def notices(request: HttpRequest) -> HttpResponse:
    """The notices to the reader, newest first; a post marks them all as read."""
    if request.method == "POST":
        person: Any = request.user
        outbox.mark_read(user=person, now=timezone.now())
        return redirect("core:notices")
    return render(request, "core/notices.html", {"notices": queries.notices_of(request.user)[:100]})


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
