"""What machines watch, and what a reader gets while the database or the disk is away."""

import errno
import json

import pytest
from django.db import OperationalError
from django.http import HttpResponse
from django.test import Client, RequestFactory

from evaluation.site import conditions
from evaluation.site.errors import failed, is_outage
from evaluation.site.middleware import HeadersMiddleware, OutageMiddleware, StaffMiddleware
from surveys.core.enums import JobState
from surveys.core.models import Job
from tests.worlds.clock import NOON


def test_the_process_answers_without_the_database():
    response = Client().get("/healthz")
    assert (response.status_code, response.json()) == (200, {"ok": True})


@pytest.mark.django_db
def test_ready_means_database_and_queue_answer():
    response = Client().get("/readyz")
    assert response.json()["database"] is conditions.database_modes().ok
    assert response.json()["queue"] is True


@pytest.mark.django_db
def test_metrics_count_jobs_by_state():
    Job.objects.create(kind="x", not_before=NOON, created_at=NOON, state=JobState.QUEUED)
    text = Client().get("/metrics").content.decode()
    assert 'evaluation_jobs{state="queued"} 1.0' in text
    assert 'evaluation_jobs{state="failed"} 0.0' in text
    assert "evaluation_oldest_due_job_seconds" in text


@pytest.mark.parametrize(
    ("error", "away"),
    [
        (OperationalError("gone"), True),
        (OSError(errno.ENOSPC, "full"), True),
        (OSError(errno.EROFS, "read-only"), True),
        (FileNotFoundError(errno.ENOENT, "x"), False),
        (ValueError("x"), False),
        (None, False),
    ],
)
def test_an_outage_is_told_apart_from_a_fault(error, away):
    assert is_outage(error) is away


@pytest.mark.parametrize("path", ["/r/abcdefghijklmnopqrstuv", "/api/v1/ratings"])
def test_an_outage_is_503_with_retry_after_and_never_a_thank_you(path):
    request = RequestFactory().post(path, {"level": "2", "comment": "too slow", "csrfmiddlewaretoken": "x"})
    response = OutageMiddleware(lambda r: HttpResponse()).process_exception(request, OperationalError("gone"))
    assert (response.status_code, response["Retry-After"]) == (503, "30")
    text = response.content.decode()
    assert "gone" not in text
    if path.startswith("/api"):
        assert response["Content-Type"] == "application/problem+json"
        assert json.loads(text)["status"] == 503
    else:
        assert "Nothing was saved" in text
        assert 'name="comment" value="too slow"' in text
        assert "12345" in text


@pytest.mark.parametrize("path", ["/account/login/", "/account/password/change/", "/office/people/"])
def test_an_outage_repeats_nothing_that_staff_sent(path):
    request = RequestFactory().post(path, {"login": "lin", "password": "kettle of blue rain"})
    response = OutageMiddleware(lambda r: HttpResponse()).process_exception(request, OperationalError("gone"))
    assert response.status_code == 503
    assert "kettle" not in response.content.decode()


def test_an_outage_found_late_is_503_too():
    try:
        int("x")
    except ValueError:
        assert failed(RequestFactory().get("/")).status_code == 500
    with pytest.raises(OperationalError):
        _during_outage()


def _during_outage():
    try:
        raise OperationalError("gone")  # noqa: TRY301
    except OperationalError:
        assert failed(RequestFactory().get("/")).status_code == 503
        raise


@pytest.mark.parametrize("language", ["en", "zh-hans", "zh-hant"])
def test_a_fault_of_ours_says_so_without_detail(language, settings, client):
    client.raise_request_exception = False
    settings.ROOT_URLCONF = "tests.evaluation.site.broken_urls"
    response = client.get(f"/boom/?lang={language}")
    assert response.status_code == 500
    assert "secret detail" not in response.content.decode()


def test_a_view_may_set_a_header_of_its_own():
    def view(_request):
        return HttpResponse(headers={"Content-Security-Policy": "mine"})

    response = HeadersMiddleware(view)(RequestFactory().get("/"))
    assert response["Content-Security-Policy"] == "mine"
    assert response["X-Frame-Options"] == "DENY"


def test_only_staff_paths_have_a_session():
    seen = []

    def view(request):
        seen.append(hasattr(request, "session"))
        return HttpResponse()

    handler = StaffMiddleware(view)
    for path in ("/r/x", "/", "/api/v1/x", "/office/", "/account/login/"):
        handler(RequestFactory().get(path))
    assert seen == [False, False, False, True, True]
