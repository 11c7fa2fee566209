"""What Celery runs, only the call to look into the job table, and what the scheduler calls."""

import datetime as dt
import time

from celery import shared_task
from django.utils import timezone

from surveys.core.idempotency import forget_answers
from surveys.core.jobs import Claim, periodic, register, run_due
from surveys.core.outbox import deliver_due
from surveys.core.waking import TASK, wake

TURN_SECONDS = 600


@shared_task(name=TASK, ignore_result=True)
def run_due_jobs() -> None:
    """Run what is due now; after ten minutes of it ask for another turn, so that no message grows old."""
    if run_due(timezone.now(), seconds=TURN_SECONDS, expendable=True):
        wake()


@periodic("core.outbox", seconds=5)
def deliver_messages(now: dt.datetime) -> None:
    """Send what waits in the outbox."""
    deliver_due(now)


@periodic("core.answers", seconds=3600)
def forget_old_answers(now: dt.datetime) -> None:
    """Drop what was kept for repeated API requests."""
    forget_answers(now)


@register("core.selftest")
def selftest(claim: Claim) -> dict[str, int]:
    """A job that does nothing for some seconds; `doctor --job` and the recovery tests use it."""
    seconds = int(claim.args["seconds"])
    for second in range(seconds):
        claim.progress(second, seconds, "self-test")
        time.sleep(1)
    claim.progress(seconds, seconds, "self-test")
    return {"seconds": seconds}
