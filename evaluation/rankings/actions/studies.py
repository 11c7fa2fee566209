"""Studying a run: what its places hang on, computed once and kept beside the run, which stays as it is."""

import datetime as dt

from django.utils.translation import gettext as _

from evaluation.rankings import studies
from evaluation.rankings.actions.evaluation import Alone, Worker
from evaluation.rankings.models import Run, Study
from surveys.core.digests import digest
from surveys.core.log import record
from surveys.core.models import User


def study(*, run: Run, actor: User | None, now: dt.datetime, claim: Worker | None = None) -> Study:
    """The study of a run; one that is there is given back, because the same run gives the same study."""
    worker = claim or Alone()
    worker.progress(0, 2, _("Moving weights, scales and figures"))
    if (held := Study.objects.filter(run=run).first()) is not None:
        return held
    content = studies.compute(run, seed=run.seed)
    worker.progress(1, 2, _("Writing the result"))
    with worker.fenced():
        found, is_new = Study.objects.get_or_create(
            run=run, defaults={"content": content, "created_by": actor, "created_at": now}
        )
        if is_new:
            record(
                actor=actor,
                verb="run.studied",
                obj=f"run:{run.cycle.code}:{run.number}",
                now=now,
                after=digest(content),
            )
    worker.progress(2, 2, _("Done"))
    return found
