"""What the scheduler and the workers do for ratings."""

import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils import timezone

from surveys.core.jobs import Claim, periodic, register
from surveys.ratings.actions import close_day, forget_old, mix_rows, send_invitations
from surveys.ratings.actions.filing import KIND, take_file
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


@register(KIND)
def take(claim: Claim) -> dict[str, Any]:
    """Take a file of cases, ratings or batches that was handed in through the browser."""
    report = take_file(claim=claim, now=timezone.now())
    told = {key: report[key] for key in ("ok", "rows", "created", "n_errors") if key in report}
    return told | {"url": reverse("ratings:file_report", args=[claim.job_id])}
