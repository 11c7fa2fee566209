"""Publishing twenty times at once makes one edition; a killed evaluation ends with the equal result."""

import datetime as dt
import os
import signal
import subprocess
import sys
import threading
import time

import pytest
from django.conf import settings
from django.db import connection, connections
from django.utils import timezone

from evaluation.cycles.actions import lock_cycle
from evaluation.cycles.models import Cycle
from evaluation.evidence.kpis_import import importer as kpis
from evaluation.rankings import tasks
from evaluation.rankings.actions import PublicationRefusedError, publish
from evaluation.rankings.actions.evaluation import compute
from evaluation.rankings.models import Edition, Figure, Run
from evaluation.rankings.panel import build
from surveys.core.digests import digest
from surveys.core.enums import JobState
from surveys.core.imports import ImportRefusedError
from surveys.core.jobs import enqueue, run_due, sweep
from surveys.core.models import Job
from tests.paths import ROOT
from tests.worlds import edition
from tests.worlds.clock import NOON, days_later
from tests.worlds.people import person

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.data]
THREADS = 20
DRAWS = 60_000
WORKER = """
import django
django.setup()
from evaluation.rankings import tasks
from surveys.core.jobs import run_due
from django.utils import timezone
run_due(timezone.now())
"""


def test_twenty_publish_at_once_while_an_import_runs_and_one_edition_is_left() -> None:
    cycle = edition.on_notice()
    author = person("author")
    start = threading.Barrier(THREADS + 1)
    won: list[int] = []
    refused: list[str] = []
    lock = threading.Lock()

    def ask() -> None:
        start.wait()
        try:
            found = publish(cycle=cycle, actor=author, now=days_later(14))
            with lock:
                won.append(found.pk)
        except PublicationRefusedError as error:
            with lock:
                refused.append(str(error))
        finally:
            connections.close_all()

    def bring_in() -> None:
        start.wait()
        try:
            content = edition.content("kpis")
            kpis.commit(content, "kpis.csv", cycle=cycle.code, actor=author, now=NOON)
        except ImportRefusedError as error:
            with lock:
                refused.append(error.errors[0].code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=ask) for _ in range(THREADS)] + [threading.Thread(target=bring_in)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    assert sorted(set(refused)) == ["This cycle is published already.", "cycle_not_open"]
    found = Edition.objects.get()
    assert found.run.input_digest == found.pages["edition"]["input_digest"]
    assert found.run.result_digest == digest(found.run.result)
    assert Figure.objects.filter(edition=found).count() == Figure.objects.count() > 0


def worker_environment() -> dict[str, str]:
    """The environment of a worker that shares this test's database."""
    held = connection.settings_dict
    if connection.vendor == "sqlite":
        url = f"sqlite:///{held['NAME']}"
    else:
        url = f"postgres://{held['USER']}:{held['PASSWORD']}@{held['HOST']}:{held['PORT']}/{held['NAME']}"
    return os.environ | {
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "evaluation.site.settings",
        "SECRET_KEY": settings.SECRET_KEY,
        "STATE_DIR": str(settings.STATE_DIR),
        "PYTHONPATH": str(ROOT),
    }


def wait_until(holds, seconds: float = 60.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.01)
    return False


def test_killed_evaluation_ends_with_the_equal_result() -> None:
    cycle = edition.opened()
    edition.with_evidence(cycle)
    cycle = lock_cycle(cycle=cycle, actor=person("author"), now=NOON)
    job = enqueue(
        kind=tasks.KIND, args={"cycle": cycle.code, "draws": DRAWS}, now=timezone.now(), key="evaluate"
    )
    worker = subprocess.Popen([sys.executable, "-c", WORKER], env=worker_environment(), cwd=ROOT)
    try:
        assert wait_until(lambda: Job.objects.get(pk=job.pk).n_done >= 1)
        worker.send_signal(signal.SIGKILL)
    finally:
        worker.kill()
        worker.wait()
    assert Job.objects.get(pk=job.pk).state == JobState.RUNNING
    assert not Run.objects.exists()
    later = timezone.now() + dt.timedelta(seconds=60)
    assert sweep(later) == 1
    assert run_due(later) == 1
    assert Job.objects.get(pk=job.pk).state == JobState.DONE
    run = Run.objects.get()
    built = build(Cycle.objects.get(pk=cycle.pk))
    undisturbed = compute(built, built.bound.document, draws=DRAWS, seed=run.seed)
    assert run.result_digest == digest(undisturbed.result) == digest(run.result)
    assert run.table == undisturbed.table
