"""Runs the web server, a worker and the scheduler as one command, and replaces whichever dies or hangs.

The supervisor loads the code once and forks its children from itself, so a replacement works at once.
It stays a single thread and holds no connection while it forks.
"""

import ctypes
import logging
import multiprocessing
import signal
import threading
import time
import warnings
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess

from celery.exceptions import SecurityWarning
from django.db import Error as DatabaseFailure
from django.db import connection, connections
from django.utils import timezone
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from evaluation.site.celery import app
from evaluation.site.scheduler import load_work, run_forever
from surveys.core.claims import beat_file
from surveys.core.jobs import release, worker_name

logger = logging.getLogger(__name__)

LOOK_SECONDS = 0.5
HUNG_SECONDS = 45.0
STOP_SECONDS = 20.0
SHORT_LIFE_SECONDS = 5.0
WEB_STATEMENT_SECONDS = 30
PR_SET_PDEATHSIG = 1
forking = multiprocessing.get_context("fork")


def limit_statements(seconds: int) -> None:
    """On PostgreSQL, let no page wait longer than this; jobs and commands keep the setting's time."""
    if connection.vendor == "postgresql":
        options = connections.settings["default"]["OPTIONS"]
        options["options"] = f"-c lock_timeout=10000 -c statement_timeout={seconds * 1000}"


def serve(host: str, port: int, n_web: int) -> None:
    """The web server with its own workers."""
    limit_statements(WEB_STATEMENT_SECONDS)
    Granian(
        "evaluation.site.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=n_web,
        blocking_threads=4,
        respawn_failed_workers=True,
        log_access=False,
        log_level=LogLevels.warning,
        workers_kill_timeout=10,
    ).serve()


def work() -> None:
    """A Celery worker that runs one job after the other in its own process."""
    warnings.simplefilter("ignore", SecurityWarning)
    worker = app.Worker(
        pool="solo",
        loglevel="WARNING",
        quiet=True,
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
    )
    worker.start()


def schedule() -> None:
    """The scheduler."""
    stop = threading.Event()
    watch_signals(stop)
    run_forever(stop)


def _begin(target: Callable[[], None]) -> None:
    """In the child: signals as at birth, an end when the supervisor ends however it ends (Linux)."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    target()


@dataclass
class Child:
    """One process of the system: what it does, and how often it had to be started."""

    name: str
    target: Callable[[], None]
    on_death: Callable[[int], None] | None = None
    process: BaseProcess | None = None
    n_short_lives: int = 0
    started_at: float = 0.0
    wait_until: float = 0.0
    deaths: list[int] = field(default_factory=list)

    def start(self) -> None:
        connections.close_all()
        self.process = forking.Process(target=_begin, args=(self.target,), name=self.name)
        self.process.start()
        self.started_at = time.monotonic()

    def look(self) -> None:
        """Start it if it is not running; one that keeps dying at once is started more and more slowly."""
        clock = time.monotonic()
        if self.process is None:
            if clock >= self.wait_until:
                self.start()
            return
        if self.process.exitcode is None:
            return
        pid, code = self.process.pid or 0, self.process.exitcode
        logger.warning("%s (process %d) ended with code %s and is replaced.", self.name, pid, code)
        self.process = None
        self.deaths.append(pid)
        is_short = clock - self.started_at < SHORT_LIFE_SECONDS
        self.n_short_lives = self.n_short_lives + 1 if is_short else 0
        self.wait_until = clock + (min(30.0, 2.0**self.n_short_lives) if is_short else 0.0)
        if self.on_death:
            self.on_death(pid)

    @property
    def is_alive(self) -> bool:
        return self.process is not None and self.process.exitcode is None


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
    if worker.process is None or not worker.is_alive:
        return
    try:
        silent = time.time() - beat_file(worker.process.pid or 0).stat().st_mtime
    except OSError:
        return
    if silent > HUNG_SECONDS:
        logger.warning("The worker has not moved for %d s and is replaced.", silent)
        worker.process.kill()


def children(host: str, port: int, n_web: int) -> list[Child]:
    """The three processes; loads every app's tasks first, so that the children need not."""
    load_work()
    return [
        Child("web", lambda: serve(host, port, n_web)),
        Child("worker", work, on_death=release_jobs),
        Child("scheduler", schedule),
    ]


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
        end(family)


def end(family: list[Child]) -> None:
    """Ask every child to end, and insist after a while."""
    running = [child.process for child in family if child.process is not None and child.is_alive]
    for process in running:
        process.terminate()
    limit = time.monotonic() + STOP_SECONDS
    for process in running:
        process.join(timeout=max(0.1, limit - time.monotonic()))
        if process.exitcode is None:
            process.kill()
            process.join()


def watch_signals(stop: threading.Event) -> None:
    """SIGINT and SIGTERM ask for an orderly end."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_args: stop.set())
