"""For machines that watch: is the process alive, can it work, how much is waiting."""

import time

from django.db import Error as DatabaseFailure
from django.db import connection
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from evaluation.site.conditions import database_modes, queue_answers
from surveys.core.doors import RETRY_SECONDS
from surveys.core.enums import JobState, MessageState
from surveys.core.models import ChainHead, Job, OutboxMessage

STARTED = time.time()


@require_safe
@never_cache
def healthz(_request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return JsonResponse({"ok": True})


@require_safe
@never_cache
def readyz(_request: HttpRequest) -> HttpResponse:
    """Database and queue answer; without the queue ratings still work, so only the database decides."""
    database, queue = database_modes(), queue_answers()
    body = {"ok": database.ok, "database": database.ok, "queue": queue.ok}
    response = JsonResponse(body, status=200 if database.ok else 503)
    if not database.ok:
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def _count(registry: CollectorRegistry) -> None:
    jobs = Gauge("evaluation_jobs", "Jobs by state.", ["state"], registry=registry)
    found = dict(Job.objects.order_by("state").values_list("state").annotate(n=Count("pk")))
    for state in JobState.values:
        jobs.labels(state).set(found.get(state, 0))
    waiting = Job.objects.filter(state=JobState.QUEUED, not_before__lte=timezone.now())
    oldest = waiting.order_by("not_before", "pk").values_list("not_before", flat=True).first()
    late = Gauge(
        "evaluation_oldest_due_job_seconds", "How long the oldest due job has waited.", registry=registry
    )
    late.set((timezone.now() - oldest).total_seconds() if oldest else 0)
    outbox = Gauge("evaluation_messages", "Messages by state.", ["state"], registry=registry)
    sent = dict(OutboxMessage.objects.order_by("state").values_list("state").annotate(n=Count("pk")))
    for state in MessageState.values:
        outbox.labels(state).set(sent.get(state, 0))
    head = ChainHead.objects.filter(pk=1).values_list("number", flat=True).first()
    Gauge("evaluation_log_entries", "Entries of the log.", registry=registry).set(head or 0)


@require_safe
@never_cache
def metrics(_request: HttpRequest) -> HttpResponse:
    """Prometheus text: counts from the tables, so that every process tells the same."""
    registry = CollectorRegistry()
    Gauge("evaluation_process_start_time_seconds", "When this process started.", registry=registry).set(
        STARTED
    )
    up = Gauge("evaluation_database_up", "1 when the database answers.", ["vendor"], registry=registry)
    try:
        _count(registry)
        up.labels(connection.vendor).set(1)
    except DatabaseFailure:
        up.labels(connection.vendor).set(0)
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
