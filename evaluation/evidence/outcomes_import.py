"""Imports hotline and complaint outcomes in counts, so that every rate states its base."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from evaluation.cycles.models import Cycle
from evaluation.evidence.crosschecks import (
    Draft,
    Ground,
    Plan,
    check_once,
    organisation_of,
    sound_rows,
)
from evaluation.evidence.enums import EvidenceKind
from evaluation.evidence.importing import EvidenceImporter
from evaluation.evidence.models import OutcomeCount
from evaluation.evidence.queries import outcome_rows
from evaluation.evidence.sheets import OUTCOME_COUNTS
from surveys.core.imports import register_importer
from surveys.core.workbooks import Reading, Row, Sheet

COUNTS = ("due", "contacted_in_time", "called_back", "solved", "satisfied", "unreasonable")
KEPT = (*(f"n_{name}" for name in COUNTS), "source")
WITHIN = (
    ("contacted_in_time", "due"),
    ("called_back", "due"),
    ("solved", "called_back"),
    ("satisfied", "called_back"),
)


class OutcomesImporter(EvidenceImporter):
    kind: str = EvidenceKind.OUTCOMES.value
    sheets: Sequence[Sheet] = (OUTCOME_COUNTS,)
    examples: Mapping[str, Sequence[Mapping[str, Any]]] = {
        "outcomes": (
            {
                "outcome": "hotline",
                "organisation": "RSJ",
                "starts_on": "2026-04-01",
                "ends_on": "2026-04-30",
                "due": 820,
                "contacted_in_time": 801,
                "called_back": 640,
                "solved": 512,
                "satisfied": 540,
                "unreasonable": 12,
                "source": "Hotline 12345, monthly notice of April 2026",
            },
        )
    }

    def plan(self, reading: Reading, ground: Ground) -> Plan:
        plan = Plan()
        for row in sound_rows(reading, OUTCOME_COUNTS):
            organisation = organisation_of(row, ground, plan)
            self._check(row, ground.cycle, plan)
            if organisation is None:
                continue
            values = {f"n_{name}": row.values[name] or 0 for name in COUNTS} | {
                "source": row.values["source"]
            }
            starts_on, ends_on = row.values["starts_on"], row.values["ends_on"]
            instance = OutcomeCount(
                cycle=ground.cycle,
                kind=row.values["outcome"],
                organisation=organisation,
                starts_on=starts_on,
                ends_on=ends_on,
                **values,
            )
            key = (row.values["outcome"], organisation.code, starts_on, ends_on)
            plan.drafts.append(Draft(key, row, instance, values))
        check_once(plan.drafts, plan, column="outcome")
        self._check_overlaps(plan)
        return plan

    def held(self, cycle: Cycle, *, attested_only: bool) -> dict[tuple[Any, ...], Mapping[str, Any]]:
        return {
            (row.kind, row.organisation.code, row.starts_on, row.ends_on): {
                key: getattr(row, key) for key in KEPT
            }
            for row in outcome_rows(cycle, attested_only=attested_only)
        }

    def _check(self, row: Row, cycle: Cycle, plan: Plan) -> None:
        values = row.values
        if values["ends_on"] < values["starts_on"]:
            plan.refuse(
                row,
                "ends_on",
                "ends_before_start",
                _("The last day comes before the first."),
                _("Correct the dates."),
            )
        elif values["starts_on"] < cycle.starts_on or values["ends_on"] > cycle.ends_on:
            plan.refuse(
                row,
                "starts_on",
                "outside_cycle",
                _("The days lie outside the cycle, {first} to {last}.").format(
                    first=cycle.starts_on.isoformat(), last=cycle.ends_on.isoformat()
                ),
                _("Choose the right cycle or correct the dates."),
            )
        for part, whole in WITHIN:
            if values[part] > values[whole]:
                plan.refuse(
                    row,
                    part,
                    "part_above_whole",
                    _("“{part}” is larger than “{whole}”.").format(part=part, whole=whole),
                    _("Correct the two numbers; items agreed to be unreasonable are in neither."),
                )

    def _check_overlaps(self, plan: Plan) -> None:
        """Days counted twice for one organisation are an error, whatever the spans are called."""
        ordered = sorted(plan.drafts, key=lambda draft: draft.key)
        for earlier, later in pairwise(ordered):
            same = earlier.key[:2] == later.key[:2] and earlier.key != later.key
            if same and later.key[2] <= earlier.key[3]:
                plan.refuse(
                    later.row,
                    "starts_on",
                    "days_counted_twice",
                    _("These days overlap with row {number}.").format(number=earlier.row.number),
                    _("Give spans that do not overlap."),
                )


importer = OutcomesImporter()
register_importer(importer)
