"""The importer of batches: counts per level, on any scale, as publishers give them."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from surveys.catalogue.enums import Channel
from surveys.catalogue.models import Organisation, Service
from surveys.core.files import keep
from surveys.core.imports import ImportRefusedError, ImportReport, register_importer
from surveys.core.models import User
from surveys.core.workbooks import CellError, Row, Sheet, read_sheets, write_template
from surveys.core.workbooks.cells import shown
from surveys.ratings.actions.batches import OVERALL, BatchEntry, batch_faults, take_batch
from surveys.ratings.scales import scale_of
from surveys.ratings.sheets import BATCHES, EXAMPLES, MAX_OPTIONS

MEDIA = "application/octet-stream"
COLUMN_OF_FIELD = {"counts": "n1", "scale": "scale", "ends_on": "ends_on", "n_eligible": "n_eligible"}


class BatchesImporter:
    """One row the counts of one organisation or service in one period."""

    kind = "batches"
    sheets: Sequence[Sheet] = (BATCHES,)

    def template(self, language: str) -> bytes:
        """An empty workbook with an example row."""
        return write_template(self.sheets, language=language, examples=EXAMPLES)

    def check(self, content: bytes, file_name: str, *, cycle: str | None) -> ImportReport:
        """Say what a commit would do; writes nothing."""
        del cycle
        with transaction.atomic():
            report = _take(content, file_name, actor=None, now=timezone.now())
            transaction.set_rollback(True)
        return report

    @transaction.atomic
    def commit(
        self, content: bytes, file_name: str, *, cycle: str | None, actor: User | None, now: dt.datetime
    ) -> ImportReport:
        """Take the file whole, or refuse it with every error."""
        del cycle
        report = _take(content, file_name, actor=actor, now=now)
        if not report.ok:
            raise ImportRefusedError(report.errors)
        return report


def _take(content: bytes, file_name: str, *, actor: User | None, now: dt.datetime) -> ImportReport:
    reading = read_sheets(content, file_name, (BATCHES,))
    errors, rows = list(reading.errors), reading.rows["batches"]
    units = {row.code: row for row in Organisation.objects.order_by("pk")}
    services = {row.code: row for row in Service.objects.select_related("organisation").order_by("pk")}
    entries: list[tuple[Row, BatchEntry]] = []
    seen: dict[tuple[Any, ...], int] = {}
    for row in rows:
        entry = _entry(row, units, services, errors)
        if entry is None:
            continue
        for fault in batch_faults(entry, timezone.localdate(now)):
            column = COLUMN_OF_FIELD.get(fault.field, fault.field)
            errors.append(row.error(column, f"batch_{fault.field}", fault.message, _("Correct the row.")))
        key = (
            entry.organisation.pk, entry.service and entry.service.pk, entry.starts_on, entry.ends_on,
            entry.channel, entry.question, entry.scale,
        )  # fmt: skip
        if key in seen:
            message = _("The same unit, period, channel and question stand in row %(row)d already.")
            fix = _("Delete one of the two rows.")
            errors.append(row.error("unit_code", "batch_twice", message % {"row": seen[key]}, fix))
        seen[key] = row.number
        entries.append((row, entry))
    errors.sort(key=lambda error: (error.row, error.column, error.code))
    if errors:
        return ImportReport(
            ok=False, warnings=tuple(reading.warnings), errors=tuple(errors), digest=reading.digest
        )
    source = keep(content, file_name, MEDIA, now)
    found = Counter(
        take_batch(entry=entry, source_file=source, actor=actor, now=now).outcome for _row, entry in entries
    )
    return ImportReport(
        ok=True,
        rows=len(rows),
        created=found["created"],
        updated=found["updated"],
        unchanged=found["unchanged"],
        warnings=tuple(reading.warnings),
        digest=reading.digest,
    )


def _entry(
    row: Row, units: dict[str, Organisation], services: dict[str, Service], errors: list[CellError]
) -> BatchEntry | None:
    values = row.values
    service = _known(row, "service_code", services, errors)
    unit = _known(row, "unit_code", units, errors)
    if values["service_code"] is None and values["unit_code"] is None:
        message = _("The row names neither an organisation nor a service.")
        errors.append(row.error("unit_code", "required", message, _("Write the code of one of the two.")))
    organisation = unit or (service.organisation if service else None)
    if None in {values["scale"], values["starts_on"], values["ends_on"]} or organisation is None:
        return None
    options = scale_of(values["scale"]).options
    given = [values[f"n{place}"] for place in range(1, MAX_OPTIONS + 1)]
    for place, n in enumerate(given, 1):
        if n is not None and place > len(options):
            message = _("This scale has %(k)d levels only.") % {"k": len(options)}
            errors.append(row.error(f"n{place}", "level_beyond_scale", message, _("Empty the cell.")))
    return BatchEntry(
        organisation=organisation,
        service=service,
        starts_on=values["starts_on"],
        ends_on=values["ends_on"],
        channel=values["channel"] or Channel.API_IMPORT,
        question=values["question"] or OVERALL,
        scale=values["scale"],
        counts={option: n or 0 for option, n in zip(options, given, strict=False)},
        n_dont_know=values["n_dont_know"] or 0,
        n_eligible=values["n_eligible"],
        source=values["source"] or "",
    )


def _known(row: Row, key: str, table: dict[str, Any], errors: list[CellError]) -> Any:
    code = row.values[key]
    if code is None:
        return None
    if code not in table:
        message = _("“%(code)s” is not in the catalogue.") % {"code": shown(code)}
        errors.append(
            row.error(key, "unknown_code", message, _("Use a code of the catalogue, or add it there."))
        )
    return table.get(code)


importer = BatchesImporter()
register_importer(importer)
