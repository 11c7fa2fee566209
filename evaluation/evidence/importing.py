"""What the three evidence importers share: the cycle, the organisations, what is new, and the one transaction."""

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from evaluation.cycles.actions import lock_row
from evaluation.cycles.enums import CycleState
from evaluation.cycles.models import Cycle, Unit
from evaluation.evidence.actions import open_import, supersede
from evaluation.evidence.crosschecks import Ground, Plan
from evaluation.evidence.models import EvidenceImport
from surveys.catalogue.models import Organisation
from surveys.core.files import keep
from surveys.core.imports import ImportRefusedError, ImportReport
from surveys.core.models import User
from surveys.core.workbooks import CellError, Reading, Sheet, read_sheets, write_template

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv"


class EvidenceImporter(ABC):
    """An importer of one kind of evidence; see surveys.core.imports for the protocol."""

    kind: str
    sheets: Sequence[Sheet]
    examples: Mapping[str, Sequence[Mapping[str, Any]]]

    @abstractmethod
    def plan(self, reading: Reading, ground: Ground) -> Plan:
        """Turn clean cells into drafts, gathering every error between cells and rows."""

    @abstractmethod
    def held(self, cycle: Cycle, *, attested_only: bool) -> dict[tuple[Any, ...], Mapping[str, Any]]:
        """The values in force by key, attested or also waiting, to tell new from changed."""

    def template(self, language: str) -> bytes:
        return write_template(self.sheets, language=language, examples=self.examples)

    def check(self, content: bytes, file_name: str, *, cycle: str | None) -> ImportReport:
        try:
            _plan, report = self._read(content, file_name, cycle)
        except ImportRefusedError as error:
            return ImportReport(ok=False, errors=error.errors)
        return report

    @transaction.atomic
    def commit(
        self, content: bytes, file_name: str, *, cycle: str | None, actor: User | None, now: dt.datetime
    ) -> ImportReport:
        ground = self._ground(cycle)
        lock_row(ground.cycle)
        plan, report = self._read(content, file_name, cycle)
        if not report.created and not report.updated:
            return report
        media = XLSX if content[:2] == b"PK" else CSV
        batch = open_import(
            cycle=ground.cycle,
            kind=self.kind,
            file=keep(content, file_name, media, now),
            file_name=file_name[-200:],
            n_rows=report.rows,
            warnings=[warning.as_json() for warning in report.warnings],
            actor=actor,
            now=now,
        )
        self._save(plan, batch, self.held(ground.cycle, attested_only=True))
        supersede(batch, now=now)
        return report

    def _save(
        self, plan: Plan, batch: EvidenceImport, attested: Mapping[tuple[Any, ...], Mapping[str, Any]]
    ) -> None:
        """Write what is new or changed; a row attested as it stands keeps its history, contests included."""
        live = self.held(batch.cycle, attested_only=False)
        drafts = [
            draft
            for draft in plan.drafts
            if not draft.values == attested.get(draft.key) == live.get(draft.key)
        ]
        for row in plan.before:
            row.save()
        for draft in drafts:
            draft.instance.brought_by = batch  # type: ignore[attr-defined]
        type(drafts[0].instance)._default_manager.bulk_create(
            [draft.instance for draft in drafts], batch_size=500
        )
        below = [row for draft in drafts for row in draft.below]
        if below:
            type(below[0])._default_manager.bulk_create(below, batch_size=500)

    def _read(self, content: bytes, file_name: str, cycle: str | None) -> tuple[Plan, ImportReport]:
        ground = self._ground(cycle)
        reading = read_sheets(content, file_name, self.sheets)
        plan = self.plan(reading, ground)
        errors = [*reading.errors, *plan.errors]
        if errors:
            raise ImportRefusedError(sorted(errors, key=lambda error: (error.sheet, error.row, error.column)))
        held = self.held(ground.cycle, attested_only=False)
        created = sum(draft.key not in held for draft in plan.drafts)
        unchanged = sum(held.get(draft.key) == draft.values for draft in plan.drafts)
        report = ImportReport(
            ok=True,
            rows=len(plan.drafts),
            created=created,
            updated=len(plan.drafts) - created - unchanged,
            unchanged=unchanged,
            warnings=(*reading.warnings, *plan.warnings),
            digest=reading.digest,
        )
        return plan, report

    def _ground(self, code: str | None) -> Ground:
        cycle = Cycle.objects.filter(code=code or "").first()
        if cycle is None:
            problem = (
                _("Evidence belongs to a cycle; none was named.")
                if not code
                else _("There is no cycle with the code {code}.").format(code=code)
            )
            raise ImportRefusedError(
                [CellError("", 0, "", "cycle_unknown", problem, _("Name the cycle with --cycle CODE."))]
            )
        if cycle.state != CycleState.OPEN:
            problem = _("Evidence is taken only while the cycle is open; {code} is: {state}.").format(
                code=cycle.code, state=cycle.get_state_display()
            )
            fix = _("A draft has to be opened; a locked cycle has to be stepped back with a reason.")
            raise ImportRefusedError([CellError("", 0, "", "cycle_not_open", problem, fix)])
        units = Unit.objects.filter(cycle=cycle).values_list("organisation__code", flat=True)
        organisations = {row.code: row for row in Organisation.objects.order_by("code")}
        return Ground(cycle, organisations, frozenset(units))
