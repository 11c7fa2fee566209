"""Runs the web server, a worker and the scheduler as one command, and replaces whichever dies or hangs."""

import ctypes
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from django.db import Error as DatabaseFailure
from django.db import connection
from django.utils import timezone

from evaluation.site.environment import ROOT
from surveys.core.claims import beat_file
from surveys.core.jobs import release, worker_name

logger = logging.getLogger(__name__)

LOOK_SECONDS = 0.5
HUNG_SECONDS = 45.0
STOP_SECONDS = 15.0
PR_SET_PDEATHSIG = 1


def _die_with_parent() -> None:
    """In the child, before it starts: end when the supervisor ends, however it ends (Linux)."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass
class Child:
    """One process of the system: how to start it, and how often that had to be done."""

    name: str
    command: list[str]
    on_death: Callable[[int], None] | None = None
    process: subprocess.Popen[bytes] | None = None
    n_starts: int = 0
    started_at: float = 0.0
    wait_until: float = 0.0
    environment: dict[str, str] = field(default_factory=dict)

    def start(self) -> None:
        self.process = subprocess.Popen(
            self.command,
            cwd=ROOT,
            env=os.environ | self.environment,
            preexec_fn=_die_with_parent,  # noqa: PLW1509  the supervisor runs a single thread
        )
        self.n_starts += 1
        self.started_at = time.monotonic()

    def look(self) -> None:
        """Start it if it is not running; one that keeps dying at once is started more and more slowly."""
        clock = time.monotonic()
        if self.process is None:
            if clock >= self.wait_until:
                self.start()
            return
        code = self.process.poll()
        if code is None:
            return
        logger.warning(
            "%s (process %d) ended with code %s and is replaced.", self.name, self.process.pid, code
        )
        pid, self.process = self.process.pid, None
        short = clock - self.started_at < 5
        self.wait_until = clock + (min(30.0, 2.0 ** min(self.n_starts, 5)) if short else 0.0)
        if not short:
            self.n_starts = 0
        if self.on_death:
            self.on_death(pid)


def release_jobs(pid: int) -> None:
    """What the dead worker was doing goes back to the queue at once."""
    with suppress(OSError):
        beat_file(pid).unlink(missing_ok=True)
    try:
        release(worker_name(pid), timezone.now())
    except DatabaseFailure:
        logger.warning("The dead worker's job is left to the sweeper.", exc_info=True)
    finally:
        connection.close()


def kill_if_hung(worker: Child) -> None:
    """A worker whose heart stopped while it works is killed; the next look replaces it."""
    if worker.process is None or worker.process.poll() is not None:
        return
    try:
        silent = time.time() - beat_file(worker.process.pid).stat().st_mtime
    except OSError:
        return
    if silent > HUNG_SECONDS:
        logger.warning("The worker has not moved for %d s and is replaced.", silent)
        worker.process.kill()


def children(host: str, port: int, n_web: int) -> list[Child]:
    """The three processes."""
    python = sys.executable
    return [
        Child(
            "web",
            [
                python, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port),
                "--workers", str(n_web), "--blocking-threads", "4", "--respawn-failed-workers",
                "--no-access-log", "--log-level", "warning", "evaluation.site.wsgi:application",
            ],
            environment={"STATEMENT_SECONDS": "30"},
        ),
        Child(
            "worker",
            [
                python, "-m", "celery", "-A", "evaluation.site.celery", "worker", "--pool", "solo",
                "--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "WARNING",
            ],
            on_death=release_jobs,
        ),
        Child("scheduler", [python, "manage.py", "scheduler"]),
    ]  # fmt: skip


def supervise(family: list[Child], stop: threading.Event) -> None:
    """Keep every child alive until told to stop, then end them all."""
    try:
        while not stop.is_set():
            for child in family:
                if child.name == "worker":
                    kill_if_hung(child)
                child.look()
            stop.wait(LOOK_SECONDS)
    finally:
        running = [child.process for child in family if child.process and child.process.poll() is None]
        for process in running:
            process.terminate()
        limit = time.monotonic() + STOP_SECONDS
        for process in running:
            try:
                process.wait(timeout=max(0.1, limit - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def watch_signals(stop: threading.Event) -> None:
    """SIGINT and SIGTERM ask for an orderly end."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_args: stop.set())
