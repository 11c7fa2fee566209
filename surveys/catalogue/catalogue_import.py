"""The importer of the catalogue: template, check, commit, and an export in the same format."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from surveys.catalogue.import_apply import apply
from surveys.catalogue.import_plan import planned
from surveys.catalogue.import_rows import (
    PROMISES,
    Plan,
    State,
    present_groups,
    present_organisations,
    present_points,
    present_regions,
    present_services,
    present_versions,
)
from surveys.catalogue.sheets import EXAMPLES, SHEETS
from surveys.core.files import keep
from surveys.core.imports import ImportRefusedError, ImportReport, register_importer
from surveys.core.models import User
from surveys.core.workbooks import Reading, Sheet, read_sheets, write_template

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MEDIA = {"xlsx": XLSX, "csv": "text/csv", "tsv": "text/tab-separated-values"}


class CatalogueImporter:
    """Regions, peer groups, organisations, services and points, in one workbook or one file a sheet."""

    kind = "catalogue"
    sheets: Sequence[Sheet] = SHEETS

    def template(self, language: str) -> bytes:
        """An empty workbook with example rows."""
        return write_template(self.sheets, language=language, examples=EXAMPLES)

    def export(self, language: str) -> bytes:
        """Everything kept, as a workbook that can be read again and then changes nothing."""
        return write_template(self.sheets, language=language, examples=exported_rows())

    def check(self, content: bytes, file_name: str, *, cycle: str | None) -> ImportReport:
        """Say what a commit would do; writes nothing."""
        del cycle
        reading = read_sheets(content, file_name, self.sheets)
        return _report(planned(reading), reading)

    @transaction.atomic
    def commit(
        self, content: bytes, file_name: str, *, cycle: str | None, actor: User | None, now: datetime
    ) -> ImportReport:
        """Take the file whole, or refuse it with every error."""
        del cycle
        reading = read_sheets(content, file_name, self.sheets)
        plan = planned(reading)
        report = _report(plan, reading)
        if not report.ok:
            raise ImportRefusedError(report.errors)
        keep(content, file_name, MEDIA.get(file_name.rsplit(".", 1)[-1].lower(), XLSX), now)
        apply(plan, digest=reading.digest, actor=actor, now=now)
        return report


def _report(plan: Plan, reading: Reading) -> ImportReport:
    """Counts by row of the file: a new version of a known service counts as created."""
    if plan.errors:
        return ImportReport(
            ok=False, errors=tuple(plan.errors), warnings=tuple(reading.warnings), digest=reading.digest
        )
    created = updated = 0
    for kind, items in plan.items.items():
        if kind != "services":
            created += sum(item.is_new for item in items)
            updated += sum(item.is_changed for item in items)
    changed = {item.code for item in plan.items["services"] if item.is_changed}
    latest = {item.code: item.row.number for item in plan.items["services"]}
    for version in plan.versions:
        if version.kept is None:
            created += 1
        elif version.service in changed and latest[version.service] == version.row.number:
            updated += 1
    return ImportReport(
        ok=True,
        rows=plan.n_rows,
        created=created,
        updated=updated,
        unchanged=plan.n_rows - created - updated,
        warnings=tuple(reading.warnings),
        digest=reading.digest,
    )


def _named(code: str, state: State) -> dict[str, Any]:
    names = state["names"]
    row = {"code": code} | {f"name_{key.replace('-', '_')}": names.get(key) for key in names}
    return row | {key: value for key, value in state.items() if key != "names" and value not in ("", [])}


def exported_rows() -> dict[str, list[dict[str, Any]]]:
    """Every row kept, by sheet; a service has one row for each of its versions."""
    return {
        "regions": [_named(*row) for row in sorted(present_regions().items())],
        "peer_groups": [_named(*row) for row in sorted(present_groups().items())],
        "organisations": [_named(*row) for row in sorted(present_organisations().items())],
        "services": list(_service_rows()),
        "points": [
            _named(code, state | {"allowed_networks": ", ".join(state["allowed_networks"])})
            for code, state in sorted(present_points().items())
        ],
    }


def _service_rows() -> Iterator[dict[str, Any]]:
    versions = present_versions()
    for code, state in sorted(present_services().items()):
        for version in versions.get(code, []):
            promise = {key: getattr(version, key) for key in PROMISES}
            promise["is_online"] = "yes" if version.is_online else "no"
            yield _named(code, state) | {"valid_from": version.valid_from} | promise


importer = CatalogueImporter()
register_importer(importer)
