"""A worker's hold on a job: its lease, its fence, its progress, and the heart that renews them."""

import datetime as dt
import logging
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import Error as DatabaseFailure
from django.db import connection, models, transaction
from django.utils import timezone

from surveys.core.enums import JobState
from surveys.core.models import Job

logger = logging.getLogger(__name__)

LEASE = dt.timedelta(seconds=20)
RENEW_SECONDS = 5.0
BEAT_SECONDS = 1.0
SILENCE_SECONDS = 900.0


class LeaseLostError(RuntimeError):
    """Another worker holds the job now; this one must stop and write nothing."""


@dataclass
class Claim:
    """A worker's hold on one job: its arguments, its progress, and the proof that it still holds it."""

    job_id: Any
    fence: int
    kind: str
    args: dict[str, Any]
    lost: threading.Event = field(default_factory=threading.Event)
    told: tuple[int, int, str] = (0, 0, "")
    written: tuple[int, int, str] = (0, 0, "")
    spoke_at: float = field(default_factory=time.monotonic)
    renewed_at: float = field(default_factory=time.monotonic)

    def held(self) -> models.QuerySet[Job]:
        """The job's row, as long as this claim holds it."""
        return Job.objects.filter(pk=self.job_id, fence=self.fence, state=JobState.RUNNING)

    def renew(self) -> None:
        """Write the progress and a fresh lease; raises LeaseLostError when the job is another's."""
        told = self.told
        n_rows = self.held().update(
            lease_until=timezone.now() + LEASE, n_done=told[0], n_total=told[1], note=told[2][:200]
        )
        if n_rows == 0:
            self.lost.set()
            raise LeaseLostError(f"job {self.job_id} is no longer held under fence {self.fence}")
        self.written, self.renewed_at = told, time.monotonic()

    def progress(self, done: int, total: int, note: str = "") -> None:
        """Tell how far the work is; raises LeaseLostError when it must stop."""
        if self.lost.is_set():
            raise LeaseLostError(f"job {self.job_id} is no longer held under fence {self.fence}")
        self.told, self.spoke_at = (done, total, str(note)), time.monotonic()
        due = self.spoke_at - self.renewed_at >= BEAT_SECONDS / 2 or self.written == (0, 0, "")
        if due and not connection.in_atomic_block:
            self.renew()

    @contextmanager
    def fenced(self) -> Iterator[None]:
        """A transaction that commits only if the job is still held at its end."""
        with transaction.atomic():
            yield
            self.renew()


def beat_file(pid: int) -> Path:
    """The file a working process touches every second; the supervisor replaces one that stops."""
    return Path(settings.STATE_DIR) / "beats" / str(pid)


def _touch(path: Path) -> None:
    with suppress(OSError):
        path.parent.mkdir(exist_ok=True)
        path.touch()


def beat(claim: Claim, stop: threading.Event, *, expendable: bool) -> None:
    """Renew the lease from beside the handler; after too long a silence an expendable process ends itself."""
    file = beat_file(os.getpid())
    try:
        while not stop.wait(BEAT_SECONDS):
            _touch(file)
            quiet, since = time.monotonic() - claim.spoke_at, time.monotonic() - claim.renewed_at
            if quiet > SILENCE_SECONDS:
                logger.error("Job %s was silent for %d s and is given up.", claim.job_id, quiet)
                if expendable:
                    os.kill(os.getpid(), signal.SIGKILL)
                return
            if since > RENEW_SECONDS or (claim.told != claim.written and since > BEAT_SECONDS):
                try:
                    claim.renew()
                except LeaseLostError:
                    return
                except DatabaseFailure:
                    logger.warning("The lease of job %s could not be renewed just now.", claim.job_id)
    finally:
        file.unlink(missing_ok=True)
        connection.close()
