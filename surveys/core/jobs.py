"""The job table: a row with lease and fencing number is the truth, the broker only wakes workers.

A worker claims a due row by raising its fence; whoever lost the row (killed, hung, cut off) finds another
fence there and can no longer write. A lapsed lease puts the row back in the queue.
"""

import datetime as dt
import logging
import os
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import Error as DatabaseFailure
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from surveys.core.claims import LEASE, Claim, LeaseLostError, beat
from surveys.core.digests import canonical_json
from surveys.core.enums import JobState
from surveys.core.models import Job, User
from surveys.core.waking import wake

__all__ = [
    "Claim",
    "LeaseLostError",
    "RetryLaterError",
    "enqueue",
    "periodic",
    "register",
    "run_due",
    "sweep",
]

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 5
OWN_PACKAGES = ("scoring.", "surveys.", "evaluation.")


class RetryLaterError(RuntimeError):
    """The handler could not finish now for an outside reason; the job waits and is tried again."""


Handler = Callable[["Claim"], dict[str, Any]]
Periodic = Callable[[dt.datetime], object]


@dataclass(frozen=True)
class PeriodicWork:
    """A function the scheduler calls again and again."""

    name: str
    seconds: float
    run: Periodic


_handlers: dict[str, Handler] = {}
_periodic: dict[str, PeriodicWork] = {}


def register(kind: str) -> Callable[[Handler], Handler]:
    """Make a function the handler of a kind of job; it gets a Claim and returns a JSON object."""

    def keep(handler: Handler) -> Handler:
        if _handlers.setdefault(kind, handler) is not handler:
            raise ValueError(f"the job kind {kind!r} has two handlers")
        return handler

    return keep


def periodic(name: str, *, seconds: float) -> Callable[[Periodic], Periodic]:
    """Have the scheduler call `f(now)` about every so many seconds; it must find its own work."""

    def keep(run: Periodic) -> Periodic:
        if name in _periodic:
            raise ValueError(f"two periodic functions are called {name!r}")
        _periodic[name] = PeriodicWork(name, seconds, run)
        return run

    return keep


def periodic_work() -> tuple[PeriodicWork, ...]:
    """Every registered periodic function, by name."""
    return tuple(_periodic[name] for name in sorted(_periodic))


def enqueue(
    *,
    kind: str,
    args: dict[str, Any],
    now: dt.datetime,
    actor: User | None = None,
    key: str | None = None,
    not_before: dt.datetime | None = None,
) -> Job:
    """Write a job; under the same key a waiting or running job is returned instead of a second one."""
    canonical_json(args)
    with transaction.atomic():
        if key is not None:
            known = Job.objects.select_for_update().filter(key=key).first()
            if known and known.state in {JobState.QUEUED, JobState.RUNNING}:
                return known
            if known:
                Job.objects.filter(pk=known.pk).update(key=None)
        job = Job.objects.create(
            kind=kind, args=args, key=key, created_by=actor, created_at=now, not_before=not_before or now
        )
    if job.not_before <= now:
        transaction.on_commit(wake)
    return job


def worker_name(pid: int | None = None) -> str:
    """The name of a worker process on this machine."""
    return f"{socket.gethostname()}:{pid or os.getpid()}"


def claim_next(now: dt.datetime) -> Claim | None:
    """Take the first due job by raising its fence; None when nothing is due."""
    while True:
        due = Job.objects.filter(state=JobState.QUEUED, not_before__lte=now)
        job = due.order_by("not_before", "created_at", "pk").first()
        if job is None:
            return None
        taken = Job.objects.filter(pk=job.pk, fence=job.fence, state=JobState.QUEUED).update(
            state=JobState.RUNNING,
            fence=job.fence + 1,
            n_attempts=F("n_attempts") + 1,
            lease_until=now + LEASE,
            worker=worker_name(),
            started_at=now,
            n_done=0,
            n_total=0,
            note="",
            error="",
        )
        if taken:
            return Claim(job.pk, job.fence + 1, job.kind, job.args)


def _sentence(error: Exception) -> str:
    """What the user reads of a failure: our own errors carry their sentence, others only their kind."""
    if type(error).__module__.startswith(OWN_PACKAGES) and str(error):
        return str(error)
    return _("An unexpected error stopped the work (%(kind)s). The technical log has the details.") % {
        "kind": type(error).__name__
    }


def _finish(claim: Claim, **fields: Any) -> None:
    claim.held().update(lease_until=None, finished_at=timezone.now(), **fields)


def _put_back(claim: Claim, error: Exception) -> None:
    """Wait and try again, longer each time; after the last attempt the job has failed."""
    n_attempts = Job.objects.values_list("n_attempts", flat=True).get(pk=claim.job_id)
    if n_attempts >= MAX_ATTEMPTS:
        _finish(claim, state=JobState.FAILED, error=_sentence(error))
        return
    wait = dt.timedelta(seconds=2**n_attempts)
    claim.held().update(
        state=JobState.QUEUED, lease_until=None, not_before=timezone.now() + wait, error=_sentence(error)
    )


def _handler_of(kind: str) -> Handler:
    if kind not in _handlers:
        raise RetryLaterError(f"no handler is known for {kind!r}")
    return _handlers[kind]


def run(claim: Claim, *, expendable: bool = False) -> None:
    """Run the handler of a claimed job and write how it ended, unless the claim was lost meanwhile."""
    stop = threading.Event()
    heart = threading.Thread(
        target=beat, args=(claim, stop), kwargs={"expendable": expendable}, name="heart", daemon=True
    )
    heart.start()
    try:
        result = _handler_of(claim.kind)(claim)
        done, _total, note = claim.told
        _finish(
            claim,
            state=JobState.DONE,
            result=result,
            n_done=done,
            n_total=max(claim.told[:2]),
            note=note[:200],
        )
    except LeaseLostError:
        logger.warning("Job %s went to another worker; this one stops.", claim.job_id)
    except (RetryLaterError, DatabaseFailure) as error:
        logger.warning("Job %s is put back: %s", claim.job_id, error)
        _put_back(claim, error)
    except Exception as error:
        logger.exception("Job %s (%s) failed.", claim.job_id, claim.kind)
        _finish(claim, state=JobState.FAILED, error=_sentence(error))
    finally:
        stop.set()
        heart.join(timeout=25)


def run_due(now: dt.datetime, *, seconds: float | None = None, expendable: bool = False) -> int:
    """Claim and run what is due, one after the other, starting none after `seconds`; returns how many ran."""
    n_run = 0
    moment, started = now, time.monotonic()
    while seconds is None or time.monotonic() - started < seconds:
        claim = claim_next(moment)
        if claim is None:
            break
        run(claim, expendable=expendable)
        n_run += 1
        moment = max(now, timezone.now())
    return n_run


def put_back(job: Job, now: dt.datetime) -> bool:
    """Return a job whose worker is gone to the queue; too many crashes make it fail. True if it was ours."""
    lapsed = Job.objects.filter(
        pk=job.pk, fence=job.fence, state=JobState.RUNNING, lease_until=job.lease_until
    )
    if job.n_attempts >= MAX_ATTEMPTS:
        text = _("The work stopped %(n)s times without finishing.") % {"n": job.n_attempts}
        return bool(
            lapsed.update(
                state=JobState.FAILED, lease_until=None, error=text, finished_at=now, fence=F("fence") + 1
            )
        )
    return bool(lapsed.update(state=JobState.QUEUED, lease_until=None, not_before=now, fence=F("fence") + 1))


def sweep(now: dt.datetime) -> int:
    """Put every job whose lease has lapsed back in the queue; returns how many."""
    lapsed = Job.objects.filter(state=JobState.RUNNING, lease_until__lt=now).order_by("pk")
    return sum(put_back(job, now) for job in lapsed)


def release(worker: str, now: dt.datetime) -> int:
    """Put back at once what a worker known to be dead was doing; returns how many jobs."""
    left = Job.objects.filter(state=JobState.RUNNING, worker=worker).order_by("pk")
    return sum(put_back(job, now) for job in left)


class Sweeper:
    """Sweeps by watching: a lease that no worker renewed while we looked is lapsed, whatever the clocks say."""

    def __init__(self) -> None:
        self.seen: dict[Any, tuple[tuple[int, dt.datetime | None], float]] = {}

    def __call__(self, now: dt.datetime, *, elapsed: float | None = None) -> int:
        """One look; `elapsed` is the monotonic clock in seconds."""
        clock = time.monotonic() if elapsed is None else elapsed
        seen: dict[Any, tuple[tuple[int, dt.datetime | None], float]] = {}
        n_back = 0
        for job in Job.objects.filter(state=JobState.RUNNING).order_by("pk"):
            mark = (job.fence, job.lease_until)
            old, since = self.seen.get(job.pk, (None, clock))
            since = since if old == mark else clock
            seen[job.pk] = (mark, since)
            if clock - since > LEASE.total_seconds():
                n_back += put_back(job, now)
        self.seen = seen
        return n_back
