"""What the scheduler asks of tallies."""

import datetime as dt

from django.utils import timezone

from surveys.core.jobs import Claim, periodic, register
from surveys.tallies.actions import rebuild_all, recount_dirty, recount_funnel
from surveys.tallies.periods import month_start


@periodic("tallies.recount", seconds=20)
def recount_touched(now: dt.datetime) -> int:
    """Count the months in which ratings changed."""
    return recount_dirty(now=now)


@periodic("tallies.ledger", seconds=600)
def recount_ledger(now: dt.datetime) -> int:
    """Count this month's and last month's coverage, which also grow by cases nobody rated."""
    this = month_start(timezone.localdate(now))
    before = month_start(this - dt.timedelta(days=1))
    return recount_funnel(organisation_ids=None, months=[before, this])


@register("tallies.rebuild")
def rebuild(claim: Claim) -> dict[str, int]:
    """Count everything again."""
    with claim.fenced():
        n = rebuild_all(now=timezone.now())
    return {"cells": n}
