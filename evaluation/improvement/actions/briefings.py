"""Writes briefings when they are due or asked for, and planning workbooks; both are kept as files."""

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from evaluation.improvement.briefings import memo_of, newest_run
from evaluation.improvement.enums import Rhythm
from evaluation.improvement.models import BriefingIssue, BriefingPlan
from evaluation.improvement.planning import plan_of
from evaluation.rankings.models import Run
from evaluation.reports.actions import file_name, store
from evaluation.reports.enums import MEDIA_TYPES, ReportKind
from evaluation.reports.memo_docx import to_docx
from evaluation.reports.memo_html import to_html
from evaluation.reports.models import ReportFile
from evaluation.reports.planning import build_planning
from surveys.core.files import keep
from surveys.core.log import record
from surveys.core.models import User
from surveys.core.text import LANGUAGES

FROM_HOUR = 7
MONDAY, THURSDAY = 0, 3


class BriefingRefusedError(Exception):
    """A rhythm that does not exist; carries the sentence why."""


def is_due(rhythm: str, today: dt.date) -> bool:
    """Whether a briefing is written on a day."""
    if rhythm == Rhythm.TWICE_WEEKLY:
        return today.weekday() in {MONDAY, THURSDAY}
    return rhythm == Rhythm.MONTHLY and today.day == 1


@transaction.atomic
def set_rhythm(*, rhythm: str, actor: User, now: dt.datetime) -> BriefingPlan:
    """How often briefings are written from now on."""
    if rhythm not in Rhythm.values:
        raise BriefingRefusedError(_("Choose how often a briefing is written."))
    plan, _created = BriefingPlan.objects.update_or_create(
        pk=1, defaults={"rhythm": rhythm, "set_by": actor, "set_at": now}
    )
    record(actor=actor, verb="briefing.rhythm", obj="briefings", now=now, after={"rhythm": rhythm})
    return plan


def is_to_be_written(now: dt.datetime) -> bool:
    """Whether today's briefing is due by the rhythm and not there yet."""
    local = timezone.localtime(now)
    plan = BriefingPlan.objects.filter(pk=1).first()
    rhythm = plan.rhythm if plan else Rhythm.MONTHLY
    if local.hour < FROM_HOUR or not is_due(rhythm, local.date()):
        return False
    return BriefingIssue.objects.filter(on_day=local.date()).count() < len(LANGUAGES) * 2


def write_briefing(*, actor: User | None, now: dt.datetime) -> list[BriefingIssue]:
    """Today's briefing in every language, as page and as DOCX; written again it replaces today's."""
    today, run = timezone.localdate(now), newest_run()
    made = [
        (language, ending, render(memo))
        for language in LANGUAGES
        for memo in [memo_of(today, run, language)]
        for ending, render in (("html", to_html), ("docx", to_docx))
    ]
    return _keep(made, today, run, actor=actor, now=now)


@transaction.atomic
def _keep(
    made: list[tuple[str, str, bytes]],
    today: dt.date,
    run: Run | None,
    *,
    actor: User | None,
    now: dt.datetime,
) -> list[BriefingIssue]:
    found = []
    for language, ending, content in made:
        code = run.cycle.code if run else "office"
        name = f"{code}-briefing-{today:%Y%m%d}-{language}.{ending}"
        file = keep(content, name, MEDIA_TYPES[ending], now)
        issue, _created = BriefingIssue.objects.update_or_create(
            name=name,
            defaults={
                "on_day": today, "cycle": run.cycle if run else None, "language": language, "file": file,
                "written_at": now,
            },
        )  # fmt: skip
        found.append(issue)
    after = {"day": today.isoformat(), "files": [issue.file_id for issue in found]}
    record(actor=actor, verb="briefing.written", obj=f"briefing:{today.isoformat()}", now=now, after=after)
    return found


def build_planning_file(*, run: Run, language: str, now: dt.datetime) -> ReportFile:
    """The planning workbook of a run as measures stand today; the same state gives the same bytes."""
    content = build_planning(plan_of(run, language, timezone.localdate(now)))
    name = file_name(run.cycle.code, ReportKind.PLANNING, language)
    return store(run=run, kind=ReportKind.PLANNING, language=language, name=name, content=content, now=now)
