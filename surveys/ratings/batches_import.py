"""The importer of batches: counts per level as a publisher gave them, on any scale, all or nothing."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from surveys.catalogue.enums import Channel
from surveys.catalogue.models import Organisation, Service
from surveys.core.files import keep
from surveys.core.imports import ImportRefusedError, ImportReport, register_importer
from surveys.core.log import record
from surveys.core.models import User
from surveys.core.workbooks import CellError, Reading, Row, Sheet, read_sheets, write_template
from surveys.ratings.models import RatingBatch
from surveys.ratings.scales import scale_of
from surveys.ratings.sheets import BATCHES, EXAMPLES, MAX_OPTIONS

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv"
SAME = ("organisation_id", "service_id", "starts_on", "ends_on", "channel", "question", "scale")
COUNTED = ("counts", "n_dont_know", "n_eligible", "source")


@dataclass
class Plan:
    """What a commit would write: the wanted batches, and the one each of them replaces."""

    rows: int = 0
    wanted: list[tuple[RatingBatch, RatingBatch | None]] = field(default_factory=list)
    unchanged: int = 0
    errors: list[CellError] = field(default_factory=list)


@dataclass(frozen=True)
class Ground:
    """What the catalogue and the table of batches hold before the file is read."""

    organisations: dict[str, int]
    services: dict[str, tuple[int, int]]
    present: dict[tuple[Any, ...], RatingBatch]


def _ground() -> Ground:
    return Ground(
        organisations=dict(Organisation.objects.order_by("code").values_list("code", "pk")),
        services={
            code: (pk, organisation)
            for code, pk, organisation in Service.objects.order_by("code").values_list(
                "code", "pk", "organisation_id"
            )
        },
        present={key_of(batch): batch for batch in RatingBatch.objects.filter(superseded_at=None)},
    )


def key_of(batch: RatingBatch) -> tuple[Any, ...]:
    """What two batches share when the later one replaces the earlier."""
    return tuple(getattr(batch, name) for name in SAME)


def _refuse(row: Row, column: str, code: str, message: str, fix: str) -> CellError:
    return CellError("batches", row.number, column, code, message, fix)


def _counts(row: Row) -> tuple[dict[str, int], list[CellError]]:
    """The count of each option of the row's scale, low to high; every option needs one, and no more."""
    options = scale_of(row.values["scale"]).options
    given = [row.values.get(f"n{place}") for place in range(1, MAX_OPTIONS + 1)]
    errors = [
        _refuse(
            row,
            f"n{place}",
            "count_missing",
            _("The scale “%(scale)s” has %(n)s levels; the count of level %(place)s is missing.")
            % {"scale": row.values["scale"], "n": len(options), "place": place},
            _("Write the count; write 0 where nobody chose the level."),
        )
        for place, count in enumerate(given[: len(options)], 1)
        if count is None
    ]
    errors += [
        _refuse(
            row,
            f"n{place}",
            "count_too_many",
            _("The scale “%(scale)s” has only %(n)s levels.")
            % {"scale": row.values["scale"], "n": len(options)},
            _("Choose the scale that fits the counts, or empty the cell."),
        )
        for place, count in enumerate(given[len(options) :], len(options) + 1)
        if count is not None
    ]
    if errors:
        return {}, errors
    return {option: int(count or 0) for option, count in zip(options, given, strict=False)}, []


def _owner(row: Row, ground: Ground) -> tuple[int | None, int | None, list[CellError]]:
    """The organisation and, where named, the service a row counts for."""
    unit, service = row.values.get("unit_code"), row.values.get("service_code")
    fix = _("Write the code as it stands in the catalogue.")
    if not unit and not service:
        message = _("Neither an organisation nor a service is named.")
        return None, None, [_refuse(row, "unit_code", "owner_missing", message, _("Name one of the two."))]
    errors = []
    if unit and unit not in ground.organisations:
        message = _("There is no organisation with the code {code}.").format(code=unit)
        errors.append(_refuse(row, "unit_code", "organisation_unknown", message, fix))
    if service and service not in ground.services:
        message = _("There is no service “%(code)s”.") % {"code": service}
        errors.append(_refuse(row, "service_code", "service_unknown", message, fix))
    if errors:
        return None, None, errors
    service_id, owner = ground.services[service] if service else (None, None)
    return (ground.organisations[unit] if unit else owner), service_id, []


def plan_of(reading: Reading, ground: Ground) -> Plan:
    """Turn clean cells into batches, gathering every error between cells and rows."""
    plan = Plan(errors=list(reading.errors))
    seen: dict[tuple[Any, ...], int] = {}
    broken = {error.row for error in reading.errors}
    for row in reading.rows.get("batches", []):
        plan.rows += 1
        if row.number in broken:
            continue
        organisation, service, errors = _owner(row, ground)
        counts, faults = _counts(row)
        errors += faults
        values = row.values
        if values["ends_on"] < values["starts_on"]:
            message, fix = _("The last day comes before the first."), _("Correct the dates.")
            errors.append(_refuse(row, "ends_on", "dates_reversed", message, fix))
        if errors or organisation is None:
            plan.errors += errors
            continue
        batch = RatingBatch(
            organisation_id=organisation,
            service_id=service,
            starts_on=values["starts_on"],
            ends_on=values["ends_on"],
            channel=values.get("channel") or Channel.API_IMPORT,
            question=values.get("question") or "overall",
            scale=values["scale"],
            counts=counts,
            n_dont_know=values.get("n_dont_know") or 0,
            n_eligible=values.get("n_eligible"),
            source=values.get("source") or "",
        )
        _place(batch, row, seen, ground, plan)
    return plan


def _place(
    batch: RatingBatch, row: Row, seen: dict[tuple[Any, ...], int], ground: Ground, plan: Plan
) -> None:
    """Compare a batch with the rows before it and with what is stored."""
    key = key_of(batch)
    if key in seen:
        message = _("This row repeats row {number}.").format(number=seen[key])
        plan.errors.append(_refuse(row, "", "row_twice", message, _("Delete one of the two rows.")))
        return
    seen[key] = row.number
    before = ground.present.get(key)
    if before is not None and all(getattr(before, name) == getattr(batch, name) for name in COUNTED):
        plan.unchanged += 1
    else:
        plan.wanted.append((batch, before))


def _read(content: bytes, file_name: str) -> tuple[Plan, ImportReport]:
    reading = read_sheets(content, file_name, (BATCHES,))
    plan = plan_of(reading, _ground())
    errors = tuple(sorted(plan.errors, key=lambda error: (error.row, error.column, error.code)))
    created = sum(before is None for _batch, before in plan.wanted)
    report = ImportReport(
        ok=not errors,
        rows=plan.rows,
        created=0 if errors else created,
        updated=0 if errors else len(plan.wanted) - created,
        unchanged=0 if errors else plan.unchanged,
        warnings=tuple(reading.warnings),
        errors=errors,
        digest=reading.digest,
    )
    return plan, report


class BatchesImporter:
    """One row the counts of one organisation or service, period, channel and question."""

    kind = "batches"
    sheets: Sequence[Sheet] = (BATCHES,)

    def template(self, language: str) -> bytes:
        """An empty workbook with an example row."""
        return write_template(self.sheets, language=language, examples=EXAMPLES)

    def check(self, content: bytes, file_name: str, *, cycle: str | None) -> ImportReport:
        """Say what a commit would do; writes nothing."""
        del cycle
        return _read(content, file_name)[1]

    @transaction.atomic
    def commit(
        self, content: bytes, file_name: str, *, cycle: str | None, actor: User | None, now: dt.datetime
    ) -> ImportReport:
        """Take the file in one transaction; a batch given again replaces the earlier, which stays on record."""
        del cycle
        plan, report = _read(content, file_name)
        if not report.ok:
            raise ImportRefusedError(report.errors)
        if not plan.wanted:
            return report
        file = keep(content, file_name, XLSX if content[:2] == b"PK" else CSV, now)
        replaced = [before.pk for _batch, before in plan.wanted if before is not None]
        RatingBatch.objects.filter(pk__in=replaced).update(superseded_at=now)
        for batch, _before in plan.wanted:
            batch.source_file = file
        RatingBatch.objects.bulk_create([batch for batch, _before in plan.wanted], batch_size=500)
        detail = {"file": file_name[-200:], "created": report.created, "updated": report.updated}
        record(actor=actor, verb="batches.import", obj=f"file {file.pk}", now=now, detail=detail)
        return report


importer = BatchesImporter()
register_importer(importer)
