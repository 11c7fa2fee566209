"""The importer of ratings: the exchange fields of provincial platforms, all or nothing, a million at a time."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from surveys.core.imports import ImportRefusedError, ImportReport, register_importer
from surveys.core.log import record
from surveys.core.models import StoredFile, User
from surveys.core.workbooks import CellError, Limits, Sheet, write_template
from surveys.instruments.queries import current_version
from surveys.ratings.import_columns import Columns, no_collection, read_columns
from surveys.ratings.import_rows import Prepared, prepare
from surveys.ratings.import_writing import RatedMeanwhileError, known_keys, write
from surveys.ratings.sheets import EXAMPLES, RATINGS

LIMITS = Limits(text_bytes=1_000_000_000)
NOT_KEPT = "application/x-not-kept"
"""Media type of a source of which only name, size and fingerprint are kept."""


@dataclass(frozen=True)
class _Read:
    """A file read and checked."""

    columns: Columns
    prepared: Prepared | None
    report: ImportReport


class RatingsImporter:
    """One row a rating."""

    kind = "ratings"
    sheets: Sequence[Sheet] = (RATINGS,)

    def template(self, language: str) -> bytes:
        """An empty workbook with an example row."""
        return write_template(self.sheets, language=language, examples=EXAMPLES)

    def check(self, content: bytes, file_name: str, *, cycle: str | None) -> ImportReport:
        """Say what a commit would do; writes nothing."""
        del cycle
        with no_collection(), transaction.atomic():
            report = _read(content, file_name, timezone.now()).report
            transaction.set_rollback(True)
        return report

    def commit(
        self, content: bytes, file_name: str, *, cycle: str | None, actor: User | None, now: dt.datetime
    ) -> ImportReport:
        """Take the file in one transaction.

        The file itself is not kept: it would lead from anonymous ratings to their cases. Its name, size and
        fingerprint are.
        """
        del cycle
        try:
            with no_collection(), transaction.atomic():
                return _commit(content, file_name, actor=actor, now=now)
        except RatedMeanwhileError as error:
            message = _("While the file was read, one of its cases was rated here.")
            refusal = CellError("", 0, "", "rated_meanwhile", message, _("Send the file again."))
            raise ImportRefusedError([refusal]) from error


def _commit(content: bytes, file_name: str, *, actor: User | None, now: dt.datetime) -> ImportReport:
    read = _read(content, file_name, now)
    if read.prepared is None:
        raise ImportRefusedError(read.report.errors)
    if read.report.created:
        source, _made = StoredFile.objects.get_or_create(
            sha256=read.columns.digest,
            defaults={
                "name": file_name[-200:], "media_type": NOT_KEPT, "size": len(content), "content": b"",
                "stored_at": now,
            },
        )  # fmt: skip
        write(read.prepared, version_id=current_version().pk, source=source.pk, now=now)
        detail = {"file": file_name[-200:], "created": read.report.created, "rows": read.report.rows}
        record(actor=actor, verb="ratings.import", obj=f"file {source.pk}", now=now, detail=detail)
    return read.report


def _read(content: bytes, file_name: str, now: dt.datetime) -> _Read:
    columns = read_columns(content, file_name, RATINGS, LIMITS)
    findings = columns.findings
    prepared = prepare(columns, now, known_keys)
    if not len(columns) and not findings.errors:
        message, fix = _("The file holds no rows."), _("Fill in at least one row below the headings.")
        findings.error(CellError("", 0, "", "no_rows", message, fix))
    if prepared.n_known:
        message = _("%(n)d ratings are stored here already and stay as they are.") % {"n": prepared.n_known}
        findings.warn(CellError(columns.label, 0, "", "known_ratings", message, _("Nothing to do.")))
    if prepared.early:
        message = _("%(n)d ratings are older than the end of their case and will be looked at.")
        found = CellError(
            columns.label, 0, columns.letters.get("rated_at", ""), "before_completion",
            message % {"n": len(prepared.early)}, _("Check the clocks of the two systems."),
        )  # fmt: skip
        findings.warn(found)
    errors = tuple(sorted(findings.errors, key=lambda error: (error.row, error.column, error.code)))
    report = ImportReport(
        ok=not errors,
        rows=len(columns),
        created=0 if errors else len(prepared.ratings),
        unchanged=0 if errors else len(columns) - len(prepared.ratings),
        warnings=tuple(findings.warnings),
        errors=errors,
        digest=columns.digest,
    )
    return _Read(columns, None if errors else prepared, report)


importer = RatingsImporter()
register_importer(importer)
