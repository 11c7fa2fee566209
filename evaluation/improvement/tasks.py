"""What the scheduler and workers do for improvement: comments, alerts, briefings, planning workbooks."""

import datetime as dt

from django.utils import timezone

from evaluation.improvement import actions
from evaluation.rankings.models import Run
from surveys.core.jobs import Claim, enqueue, periodic, register

READ = "improvement.read"
BRIEFING = "improvement.briefing"
PLANNING = "report.planning"


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
        n += actions.count_month(month=month, known=known, now=timezone.now())
    claim.progress(len(months), len(months))
    actions.read_organisations(now=timezone.now())
    return {"comments": n, "months": len(months)}


@periodic("improvement.alerts", seconds=3600)
def look_for_alerts(now: dt.datetime) -> None:
    """Spikes, surely low scores, late answers, themes that come up more often."""
    actions.raise_alerts(now=now)


@periodic("improvement.effects", seconds=3600)
def count_effects(now: dt.datetime) -> None:
    """What is in force is counted again each week."""
    actions.count_due_effects(now=now)


@periodic("improvement.remind", seconds=900)
def remind_owners(now: dt.datetime) -> None:
    """Once each working morning: measures and steps that are late or due today."""
    actions.remind_owners(now=now)


@periodic("improvement.briefings", seconds=600)
def write_due_briefings(now: dt.datetime) -> None:
    """On its days from seven in the morning a briefing is handed to a worker, once."""
    if actions.is_to_be_written(now):
        enqueue(kind=BRIEFING, args={}, now=now, key=BRIEFING)


@register(BRIEFING)
def write_briefing(_claim: Claim) -> dict[str, object]:
    """Today's briefing in every language and format."""
    issues = actions.write_briefing(actor=None, now=timezone.now())
    return {"files": [issue.name for issue in issues]}


@register(PLANNING)
def build_planning(claim: Claim) -> dict[str, object]:
    """The planning workbook of a run in the languages asked for."""
    run = Run.objects.select_related("cycle").get(pk=claim.args["run"])
    names = []
    languages = claim.args["languages"]
    for done, language in enumerate(languages):
        claim.progress(done, len(languages))
        names.append(actions.build_planning_file(run=run, language=language, now=timezone.now()).name)
    return {"files": names}
