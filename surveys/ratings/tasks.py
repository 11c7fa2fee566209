"""What the scheduler asks of ratings."""

import datetime as dt

from django.utils import timezone

from surveys.core.jobs import periodic
from surveys.ratings.actions import close_day, forget_old, mix_rows, send_invitations
from surveys.ratings.queries import days_to_close


@periodic("ratings.mix", seconds=600)
def mix_today(now: dt.datetime) -> int:
    """Shuffle what was stored today, so that the order of rows tells nothing."""
    return mix_rows(day=timezone.localdate(now))


@periodic("ratings.close", seconds=900)
def close_days(now: dt.datetime) -> int:
    """Close the days that are over."""
    days = days_to_close(now)
    for day in days:
        close_day(day=day, now=now)
    return len(days)


@periodic("ratings.invite", seconds=30)
def send_messages(now: dt.datetime) -> int:
    """Invite and remind those who are to be asked by message."""
    return send_invitations(now=now)


@periodic("ratings.forget", seconds=3600)
def forget(now: dt.datetime) -> int:
    """Delete what was kept for a time only."""
    return forget_old(now=now)
