"""Takes a data file: all of it or nothing, every error at once."""

# ruff: noqa: N999  the command is called import

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from evaluation.site.kinds import kinds
from surveys.core.imports import Importer, ImportRefusedError, ImportReport
from surveys.core.models import User
from surveys.core.workbooks import CellError

REFUSED = 2


def run(importer: Importer, content: bytes, options: dict[str, Any]) -> ImportReport:
    """Check or commit; a refusal becomes a report with its errors."""
    name, cycle = options["file"].name, options["cycle"]
    if options["check"]:
        return importer.check(content, name, cycle=cycle)
    actor = User.objects.filter(username=options["actor"]).first() if options["actor"] else None
    if options["actor"] and actor is None:
        raise CommandError(f"no person signs in as {options['actor']!r}")
    try:
        return importer.commit(content, name, cycle=cycle, actor=actor, now=timezone.now())
    except ImportRefusedError as error:
        return ImportReport(ok=False, errors=error.errors)


def _unreadable(file: Path, error: OSError) -> CellError:
    message = _("The file %(file)s cannot be read: %(why)s.") % {"file": file, "why": error.strerror}
    return CellError("", 0, "", "file_unreadable", message, _("Check its name and its rights."))


class Command(BaseCommand):
    help = "Import a file of KIND; --check writes nothing. Exit 2 when the file is refused."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", choices=sorted(kinds()))
        parser.add_argument("file", type=Path)
        parser.add_argument("--cycle", default=None, help="code of the cycle the data belongs to")
        parser.add_argument("--check", action="store_true", help="only say what would happen")
        parser.add_argument("--json", action="store_true", help="the report as one JSON object")
        parser.add_argument("--actor", default="", help="sign-in name of who imports, for the log")

    def handle(self, **options: Any) -> None:
        try:
            content = options["file"].read_bytes()
        except OSError as error:
            report = ImportReport(ok=False, errors=(_unreadable(options["file"], error),))
        else:
            report = run(kinds()[options["kind"]], content, options)
        if options["json"]:
            self.stdout.write(json.dumps(report.as_json(), ensure_ascii=False))
        else:
            self.tell(report)
        if not report.ok:
            sys.exit(REFUSED)

    def tell(self, report: ImportReport) -> None:
        """The report in lines for a person."""
        for finding in (*report.errors, *report.warnings):
            place = "!".join(part for part in (finding.sheet, f"{finding.column}{finding.row or ''}") if part)
            self.stdout.write(f"{place}  {finding.message} {finding.fix}")
        if report.ok:
            counts = f"rows {report.rows}, created {report.created}, updated {report.updated}"
            self.stdout.write(f"{counts}, unchanged {report.unchanged}, digest {report.digest}")
