"""Imports third parties' scores and findings; “not assessed” stays missing and is never zero."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from evaluation.cycles.models import Cycle
from evaluation.evidence.crosschecks import (
    Draft,
    Ground,
    Plan,
    check_fineness,
    check_fraction,
    check_once,
    check_value_or_reason,
    exact,
    organisation_of,
    period_of,
    sound_rows,
)
from evaluation.evidence.enums import EvidenceKind
from evaluation.evidence.importing import EvidenceImporter
from evaluation.evidence.models import AuditFinding, AuditScore
from evaluation.evidence.queries import audit_rows
from evaluation.evidence.sheets import AUDITS, FINDINGS
from surveys.core.imports import register_importer
from surveys.core.workbooks import Reading, Row, Sheet

KEPT = ("auditor", "numerator", "denominator", "score", "missing", "independence", "source")
TOLERANCE = Decimal("0.05")


class AuditsImporter(EvidenceImporter):
    kind: str = EvidenceKind.AUDITS.value
    sheets: Sequence[Sheet] = (AUDITS, FINDINGS)
    examples: Mapping[str, Sequence[Mapping[str, Any]]] = {
        "audits": (
            {
                "audit": "mystery",
                "auditor": "Institute for Public Service Quality",
                "organisation": "RSJ",
                "period": "2026-H1",
                "passed": 41,
                "checked": 50,
                "independence": "No contract with the organisation in the last three years.",
                "source": "Report of 12 July 2026, table 3",
            },
        ),
        "findings": (
            {
                "audit": "mystery",
                "organisation": "RSJ",
                "period": "2026-H1",
                "finding": "F1",
                "text": "The list of papers on the website differs from the one at the window.",
                "severity": 2,
            },
        ),
    }

    def plan(self, reading: Reading, ground: Ground) -> Plan:
        plan = Plan()
        for row in sound_rows(reading, AUDITS):
            organisation = organisation_of(row, ground, plan)
            period = period_of(row, ground.cycle, plan)
            score = self._score(row, plan)
            if organisation is None or period is None:
                continue
            values = {
                "auditor": row.values["auditor"],
                "numerator": exact(row.values["passed"]),
                "denominator": exact(row.values["checked"]),
                "score": score,
                "missing": row.values["missing"] or "",
                "independence": row.values["independence"],
                "source": row.values["source"],
            }
            instance = AuditScore(
                cycle=ground.cycle,
                audit=row.values["audit"],
                organisation=organisation,
                period=period,
                **values,
            )
            plan.drafts.append(Draft((row.values["audit"], organisation.code, period), row, instance, values))
        check_once(plan.drafts, plan, column="audit")
        self._findings(reading, ground, plan)
        return plan

    def held(self, cycle: Cycle, *, attested_only: bool) -> dict[tuple[Any, ...], Mapping[str, Any]]:
        return {
            (row.audit, row.organisation.code, row.period): {key: getattr(row, key) for key in KEPT}
            | {"findings": sorted((f.code, f.text, f.severity) for f in row.findings.all())}
            for row in audit_rows(cycle, attested_only=attested_only)
        }

    def _score(self, row: Row, plan: Plan) -> Decimal | None:
        """Points of 100 as given, or passed ÷ checked; where both are given they must agree."""
        check_fineness(row, ("passed", "checked", "score"), plan)
        score = exact(row.values["score"])
        fraction = check_fraction(row, "passed", "checked", plan)
        if fraction is False:
            return score
        if fraction:
            passed, checked = row.values["passed"], row.values["checked"]
            if passed > checked:
                plan.refuse(
                    row,
                    "passed",
                    "more_passed_than_checked",
                    _("More passed than were checked."),
                    _("Correct the two numbers."),
                )
                return score
            if row.values["missing"] is None:
                wanted = exact(100 * passed / checked) or Decimal(0)
                if score is not None and abs(score - wanted) > TOLERANCE:
                    plan.refuse(
                        row,
                        "score",
                        "score_not_fraction",
                        _("The score is not passed ÷ checked, which gives {wanted}.").format(
                            wanted=f"{wanted:.2f}"
                        ),
                        _("Correct the three, or leave the score empty to have it computed."),
                    )
                score = wanted if score is None else score
        check_value_or_reason(row, score, plan, column="score")
        return score

    def _findings(self, reading: Reading, ground: Ground, plan: Plan) -> None:
        drafts = {draft.key: draft for draft in plan.drafts}
        for draft in plan.drafts:
            draft.values = {**draft.values, "findings": []}
        seen: set[tuple[Any, ...]] = set()
        for row in sound_rows(reading, FINDINGS):
            values = row.values
            key = (values["audit"], values["organisation"], values["period"])
            if (*key, values["finding"]) in seen:
                plan.refuse(
                    row,
                    "finding",
                    "row_twice",
                    _("This finding stands twice for the same organisation and period."),
                    _("Give each finding its own code."),
                )
            elif key not in drafts and not self._restate(key, row, ground, plan, drafts):
                plan.refuse(
                    row,
                    "audit",
                    "finding_without_audit",
                    _("There is no audit with these codes and this period, in this file or earlier."),
                    _("Add it to the sheet of audits, or correct the codes."),
                )
            else:
                seen.add((*key, values["finding"]))
                self._attach(drafts[key], row)
        for draft in plan.drafts:
            draft.values = {**draft.values, "findings": sorted(draft.values["findings"])}

    def _restate(
        self,
        key: tuple[Any, ...],
        row: Row,
        ground: Ground,
        plan: Plan,
        drafts: dict[tuple[Any, ...], Draft],
    ) -> bool:
        """Findings may follow in a file of their own: the score in force is stated again with them."""
        for held in audit_rows(ground.cycle, attested_only=False):
            if (held.audit, held.organisation.code, held.period) == key:
                values = {name: getattr(held, name) for name in KEPT}
                instance = AuditScore(
                    cycle=ground.cycle,
                    audit=held.audit,
                    organisation=held.organisation,
                    period=held.period,
                    **values,
                )
                drafts[key] = Draft(key, row, instance, {**values, "findings": []})
                plan.drafts.append(drafts[key])
                return True
        return False

    def _attach(self, draft: Draft, row: Row) -> None:
        values = row.values
        severity = values["severity"] or 1
        assert isinstance(draft.instance, AuditScore)
        draft.below.append(
            AuditFinding(score=draft.instance, code=values["finding"], text=values["text"], severity=severity)
        )
        draft.values["findings"].append((values["finding"], values["text"], severity))


importer = AuditsImporter()
register_importer(importer)
