"""What the scheduler does with surveys; each finds its own work and can be run again."""

from datetime import datetime

from django.utils import timezone

from surveys.core.jobs import periodic
from surveys.fieldwork.actions.keeping import forget_due
from surveys.fieldwork.actions.planning import close_due


@periodic("fieldwork.upkeep", seconds=600)
def keep_up(now: datetime) -> None:
    """Close what has reached its last day, and erase contacts whose time is over."""
    today = timezone.localdate(now)
    close_due(now=now, today=today)
    forget_due(now=now, today=today)
