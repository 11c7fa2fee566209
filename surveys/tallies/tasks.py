"""What the scheduler asks of tallies."""

import datetime as dt
import tempfile
from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from surveys.core.files import keep
from surveys.core.jobs import Claim, periodic, register
from surveys.core.workbooks.streaming import stream_workbook
from surveys.tallies.actions import rebuild_all, recount_dirty, recount_funnel
from surveys.tallies.exports import EXPORT_KIND, XLSX, chosen, export_rows, headings
from surveys.tallies.periods import month_start
from surveys.tallies.summary import Question


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


@register(EXPORT_KIND)
def export(claim: Claim) -> dict[str, Any]:
    """Write the ratings asked for to a workbook in constant memory."""
    args = claim.args
    question = Question(
        starts_on=dt.date.fromisoformat(args["starts_on"]),
        ends_on=dt.date.fromisoformat(args["ends_on"]),
        organisations=args["organisations"],
        service_id=args["service_id"],
        channel=args["channel"],
    )
    total = chosen(question).count()

    def told() -> Iterator[list[Any]]:
        for n, row in enumerate(export_rows(question), 1):
            if n % 1000 == 0:
                claim.progress(n, total, _("Writing ratings"))
            yield row

    with override(args["language"]), tempfile.TemporaryFile() as target:
        claim.progress(0, total, _("Writing ratings"))
        n = stream_workbook(target, _("Ratings"), headings(), told())
        target.seek(0)
        name = f"ratings-{question.starts_on:%Y%m}-{question.ends_on:%Y%m}.xlsx"
        with claim.fenced():
            stored = keep(target.read(), name, XLSX, timezone.now())
        claim.progress(n, total, _("Ratings written"))
    return {"rows": n, "sha256": stored.pk, "url": reverse("tallies:download", args=[claim.job_id])}
