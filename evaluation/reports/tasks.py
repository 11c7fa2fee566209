"""What workers do for reports: build files of a run; and the look for editions that have no package yet."""

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _

from evaluation.rankings.models import Edition, Run
from evaluation.reports.actions import build, build_all, build_package
from evaluation.reports.enums import ONE_FOR_ALL_LANGUAGES, ReportKind
from surveys.core.jobs import Claim, enqueue, periodic, register
from surveys.core.text import LANGUAGES

ALL = "all"


@register("report")
def build_reports(claim: Claim) -> dict[str, object]:
    """Build the files the job names; run again after a crash it gives the same files."""
    run = Run.objects.select_related("cycle").get(pk=claim.args["run"])
    kind, languages = claim.args["kind"], tuple(claim.args.get("languages") or LANGUAGES)
    now = timezone.now()
    if kind == ALL:
        found = build_all(run=run, languages=languages, now=now, claim=claim)
    elif kind in ONE_FOR_ALL_LANGUAGES:
        edition = Edition.objects.select_related("cycle", "run").filter(run=run).first()
        found = (
            [build(run=run, kind=kind, language="", now=now)]
            if edition is None or kind != ReportKind.PACKAGE
            else [build_package(edition=edition, now=now, claim=claim)]
        )
    else:
        found = []
        for done, language in enumerate(languages):
            claim.progress(done, len(languages), str(ReportKind(kind).label))
            found.append(build(run=run, kind=kind, language=language, now=now))
    claim.progress(len(found), len(found), _("Done"))
    return {"files": [file.name for file in found]}


@periodic("reports.packages", seconds=10)
def find_editions_without_package(now: dt.datetime) -> None:
    """State moves work: a published edition that has no package gets all its files built."""
    for edition in Edition.objects.filter(package=None, withdrawn_at=None).order_by("pk"):
        args = {"run": edition.run_id, "kind": ALL, "languages": list(LANGUAGES)}
        enqueue(kind="report", args=args, now=now, key=f"report:{edition.run_id}:{ALL}")
