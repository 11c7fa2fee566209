"""Publishing twenty times at once makes one edition; a killed evaluation ends with the equal result."""

import datetime as dt
import threading
import time
from collections.abc import Callable
from typing import TypeVar

import pytest
from django.db import OperationalError, connections
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
from tests.killing import kill_worker
from tests.worlds import edition
from tests.worlds.clock import NOON, days_later
from tests.worlds.people import person

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.data]
T = TypeVar("T")
PATIENCE = 9
"""Seconds: PostgreSQL waits ten for a lock, SQLite twenty; a deadlock is told sooner."""
THREADS = 20
DRAWS = 600_000
"""So many that the worker is surely still drawing when it is killed."""


def patient(act: Callable[[], T]) -> T:
    """Ask again where a slow machine outlasted the database's patience with a lock, and only there."""
    while True:
        begun = time.monotonic()
        try:
            return act()
        except OperationalError:
            if time.monotonic() - begun < PATIENCE:
                raise
            connections.close_all()


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
            found = patient(lambda: publish(cycle=cycle, actor=author, now=days_later(14)))
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
            patient(lambda: kpis.commit(content, "kpis.csv", cycle=cycle.code, actor=author, now=NOON))
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


def test_killed_evaluation_ends_with_the_equal_result() -> None:
    cycle = edition.opened()
    edition.with_evidence(cycle)
    cycle = lock_cycle(cycle=cycle, actor=person("author"), now=NOON)
    job = enqueue(
        kind=tasks.KIND, args={"cycle": cycle.code, "draws": DRAWS}, now=timezone.now(), key="evaluate"
    )
    kill_worker("evaluation.rankings", lambda: Job.objects.get(pk=job.pk).n_done >= 1)
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
