"""What the scheduler does for improvement: reads comments, looks for alerts."""

import datetime as dt

from django.utils import timezone

from evaluation.improvement import actions
from surveys.core.jobs import Claim, enqueue, periodic, register

READ = "improvement.read"


@periodic("improvement.read", seconds=600)
def read_comments(now: dt.datetime) -> None:
    """Hand changed months to a worker; reading is slower than a look."""
    if actions.stale_months(actions.dictionary()):
        enqueue(kind=READ, args={}, now=now, key=READ)


@register(READ)
def read_stale(claim: Claim) -> dict[str, int]:
    """Count every changed month again, then what is drawn from all of them."""
    known = actions.dictionary()
    months = actions.stale_months(known)
    n = 0
    for done, month in enumerate(months):
        claim.progress(done, len(months), f"{month:%Y-%m}")
        with claim.fenced():
            n += actions.count_month(month=month, known=known, now=timezone.now())
    with claim.fenced():
        actions.read_organisations(now=timezone.now())
    return {"comments": n, "months": len(months)}


@periodic("improvement.alerts", seconds=3600)
def look_for_alerts(now: dt.datetime) -> None:
    """Spikes, surely low scores, late answers, themes that come up more often."""
    actions.raise_alerts(now=now)
