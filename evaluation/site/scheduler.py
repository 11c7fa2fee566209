"""The scheduler: a loop that asks what is due. It sweeps lapsed leases, wakes workers, calls periodic work."""

import logging
import threading
import time
from importlib import import_module

from celery import current_app
from django.db import Error as DatabaseFailure
from django.db import connection
from django.utils import timezone

from surveys.core.enums import JobState
from surveys.core.jobs import PeriodicWork, Sweeper, periodic_work
from surveys.core.models import Job
from surveys.core.waking import send

logger = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
WAKE_AGAIN_SECONDS = 5.0


class Watchman:
    """Looks once a second: puts back abandoned jobs and wakes a worker while something is due."""

    def __init__(self) -> None:
        self.sweeper = Sweeper()
        self.woke_at = float("-inf")

    def look(self) -> None:
        now, clock = timezone.now(), time.monotonic()
        self.sweeper(now)
        is_due = Job.objects.filter(state=JobState.QUEUED, not_before__lte=now).exists()
        if is_due and clock - self.woke_at >= WAKE_AGAIN_SECONDS:
            self.woke_at = clock
            send()

    def loop(self, stop: threading.Event) -> None:
        while not stop.wait(LOOK_SECONDS):
            try:
                self.look()
            except DatabaseFailure:
                logger.warning("The database did not answer the scheduler; it looks again.", exc_info=True)
                connection.close()


class Rota:
    """Calls each periodic function when its time has come; a failing one is logged and called again."""

    def __init__(self, work: tuple[PeriodicWork, ...], start: float) -> None:
        self.due = {item.name: start for item in work}
        self.work = work

    def turn(self, clock: float) -> list[str]:
        """Call what is due at this reading of the monotonic clock; returns the names called."""
        called = []
        for item in self.work:
            if clock < self.due[item.name]:
                continue
            self.due[item.name] = clock + item.seconds
            called.append(item.name)
            try:
                item.run(timezone.now())
            except DatabaseFailure:
                logger.warning("%s could not reach the database.", item.name, exc_info=True)
                connection.close()
            except Exception:
                logger.exception("The periodic work %s failed.", item.name)
        return called


def load_work() -> tuple[PeriodicWork, ...]:
    """Import every app's tasks, as a worker does, so that their periodic functions are known."""
    import_module("evaluation.site.celery")
    current_app.loader.import_default_modules()
    return periodic_work()


def run_forever(stop: threading.Event) -> None:
    """The scheduler process: the watchman in a thread of its own, the rota here."""
    rota = Rota(load_work(), time.monotonic() + 2)
    watch = threading.Thread(target=Watchman().loop, args=(stop,), name="watchman", daemon=True)
    watch.start()
    while not stop.wait(LOOK_SECONDS):
        rota.turn(time.monotonic())
    watch.join(timeout=5)
