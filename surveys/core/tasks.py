"""What Celery runs: only the call to look into the job table."""

from celery import shared_task
from django.utils import timezone

from surveys.core.jobs import run_due
from surveys.core.waking import TASK, wake

TURN_SECONDS = 600


@shared_task(name=TASK, ignore_result=True)
def run_due_jobs() -> None:
    """Run what is due now; after ten minutes of it ask for another turn, so that no message grows old."""
    if run_due(timezone.now(), seconds=TURN_SECONDS, expendable=True):
        wake()
