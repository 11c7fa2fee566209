"""Files handed in through the browser: whole or not at all, told either way; a killed worker harms nothing."""

import csv
import datetime as dt
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from surveys.core.enums import JobState, Role
from surveys.core.jobs import run_due, sweep
from surveys.core.models import Job, Seat, StoredFile, User
from surveys.ratings import tasks
from surveys.ratings.actions.filing import hand_in, report_of
from surveys.ratings.models import Invitation, Matter
from tests.killing import kill_worker
from tests.surveys.ratings.world import build_town


def cases(n, service="1100000001"):
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(["case_no", "stage", "service_no", "service_code", "finished_at", "channel"])
    writer.writerows(
        [f"F-{k:06d}", "completion", 1, service, "2026-11-02 10:25:07", "pc_portal"] for k in range(n)
    )
    return out.getvalue().encode()


def person(name, role):
    user = User.objects.create_user(name, password="a long password for tests")
    Seat.objects.create(user=user, role=role, organisation_code="", granted_at=timezone.now())
    return user


def office():
    client = Client()
    client.force_login(person("lin", Role.OFFICE))
    return client


def send(client, content, kind="matters"):
    return client.post(
        reverse("ratings:files"), {"kind": kind, "file": SimpleUploadedFile("cases.csv", content)}
    )


@pytest.mark.django_db
def test_a_file_is_taken_by_a_worker_and_told_on_its_page():
    build_town()
    client = office()
    answer = send(client, cases(3))
    job = Job.objects.get(kind=tasks.KIND)
    assert answer["Location"] == reverse("core:job", args=[job.pk])
    assert not Matter.objects.exists()
    assert run_due(timezone.now()) == 1
    assert (Matter.objects.count(), Invitation.objects.count()) == (3, 3)
    page = client.get(reverse("ratings:file_report", args=[job.pk])).content.decode()
    assert "3 rows are taken in" in page
    assert "3 rows taken" in client.get(reverse("ratings:files")).content.decode()
    assert [file.media_type for file in StoredFile.objects.all()] == ["application/json"]


@pytest.mark.django_db
def test_a_refused_file_lists_every_error_and_writes_nothing():
    build_town()
    client = office()
    send(client, cases(2, service="none"))
    assert run_due(timezone.now()) == 1
    job = Job.objects.get(kind=tasks.KIND)
    answer = client.get(reverse("ratings:file_report", args=[job.pk]))
    assert "2 cells need a change. Nothing was written." in answer.content.decode()
    assert [error["row"] for error in answer.context["report"]["errors"]] == [2, 3]
    assert not Matter.objects.exists()
    assert Job.objects.get(pk=job.pk).state == JobState.DONE


@pytest.mark.django_db
def test_the_same_file_twice_while_it_waits_is_one_job():
    build_town()
    client = office()
    send(client, cases(1))
    send(client, cases(1))
    assert Job.objects.filter(kind=tasks.KIND).count() == 1


@pytest.mark.django_db
def test_a_job_run_again_tells_what_the_first_run_did():
    build_town()
    job = hand_in(
        kind="matters", content=cases(2), name="a.csv", actor=person("he", Role.OFFICE), now=timezone.now()
    )
    assert run_due(timezone.now()) == 1
    Job.objects.filter(pk=job.pk).update(state=JobState.QUEUED)
    assert run_due(timezone.now()) == 1
    assert Job.objects.get(pk=job.pk).result["created"] == 2
    assert report_of(job)["created"] == 2
    assert Matter.objects.count() == 2


@pytest.mark.django_db
def test_templates_are_there_for_three_kinds_and_no_other():
    client = office()
    for kind in ("matters", "ratings", "batches"):
        answer = client.get(reverse("ratings:file_template", args=[kind]))
        assert answer.content[:2] == b"PK"
    assert client.get(reverse("ratings:file_template", args=["frame"])).status_code == 404


@pytest.mark.django_db
def test_departments_hand_in_no_ratings():
    client = Client()
    client.force_login(person("wu", Role.LEAD))
    assert client.get(reverse("ratings:files")).status_code == 403
    assert send(client, cases(1)).status_code == 403
    assert not Job.objects.exists()


@pytest.mark.prove
@pytest.mark.django_db(transaction=True)
def test_an_import_killed_midway_ends_by_itself_with_the_equal_result():
    build_town()
    n_cases = 20_000
    job = hand_in(
        kind="matters",
        content=cases(n_cases),
        name="a.csv",
        actor=person("he", Role.OFFICE),
        now=timezone.now(),
    )
    kill_worker("surveys.ratings", lambda: Job.objects.get(pk=job.pk).state == JobState.RUNNING, after=1.0)
    assert Job.objects.get(pk=job.pk).state == JobState.RUNNING
    assert not Matter.objects.exists()
    later = timezone.now() + dt.timedelta(seconds=60)
    assert sweep(later) == 1
    assert run_due(later) == 1
    done = Job.objects.get(pk=job.pk)
    assert (done.state, done.result["created"], done.n_attempts) == (JobState.DONE, n_cases, 2)
    assert Matter.objects.count() == Invitation.objects.count() == n_cases
