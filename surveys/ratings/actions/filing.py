"""Files handed in through the browser: kept until a worker has taken them whole or refused them."""

import datetime as dt
import json
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from surveys.core.digests import file_digest
from surveys.core.files import keep
from surveys.core.imports import Importer, ImportRefusedError, ImportReport
from surveys.core.jobs import Claim, enqueue
from surveys.core.models import Job, StoredFile, User
from surveys.ratings import batches_import, matters_import, ratings_import

KIND = "ratings.import"
IMPORTERS: dict[str, Importer] = {
    importer.kind: importer
    for importer in (matters_import.importer, ratings_import.importer, batches_import.importer)
}
MOST_ERRORS = 500
"""So many errors stand on the page; the number of all is told."""


class FileGoneError(RuntimeError):
    """The file of a job is no longer there: the same file was handed in twice and taken once."""

    def __init__(self) -> None:
        super().__init__(_("This file was handled already. Hand it in again if it has changed."))


@transaction.atomic
def hand_in(*, kind: str, content: bytes, name: str, actor: User, now: dt.datetime) -> Job:
    """Keep a file and set a worker to it; the same file handed in again while it waits is one job."""
    digest = file_digest(content)
    keep(content, name, "application/x-import", now)
    args = {"kind": kind, "file": digest, "actor": actor.pk, "name": name[-200:]}
    return enqueue(kind=KIND, args=args, now=now, actor=actor, key=f"{KIND}:{kind}:{digest}")


def take_file(*, claim: Claim, now: dt.datetime) -> dict[str, Any]:
    """Take the file of a job whole, or refuse it with every error; a second run tells what the first did.

    The rows, the report and the removal of the file commit together, under the fence of the job.
    """
    told = StoredFile.objects.filter(name=_report_name(claim.job_id)).first()
    if told is not None:
        return _read(told)
    file = StoredFile.objects.filter(sha256=claim.args["file"]).first()
    if file is None:
        raise FileGoneError
    actor = User.objects.filter(pk=claim.args["actor"]).first()
    claim.progress(0, 0, claim.args["name"])
    importer = IMPORTERS[claim.args["kind"]]
    try:
        with claim.fenced():
            report = importer.commit(
                bytes(file.content), claim.args["name"], cycle=None, actor=actor, now=now
            )
            return _tell(claim, file, report, now)
    except ImportRefusedError as error:
        with claim.fenced():
            return _tell(claim, file, ImportReport(ok=False, errors=error.errors), now)


def _tell(claim: Claim, file: StoredFile, report: ImportReport, now: dt.datetime) -> dict[str, Any]:
    found = report.as_json() | {"job": str(claim.job_id), "n_errors": len(report.errors)}
    if not report.ok:
        found["errors"] = found["errors"][:MOST_ERRORS]
    content = json.dumps(found, ensure_ascii=False, sort_keys=True).encode()
    keep(content, _report_name(claim.job_id), "application/json", now)
    file.delete()
    return found


def report_of(job: Job) -> dict[str, Any] | None:
    """What a finished import said; None while it is not done."""
    told = StoredFile.objects.filter(name=_report_name(job.pk)).first()
    return _read(told) if told else None


def _report_name(job_id: Any) -> str:
    return f"import-{job_id}.json"


def _read(told: StoredFile) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(bytes(told.content))
    return found
