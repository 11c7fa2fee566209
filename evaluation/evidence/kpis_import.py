"""Imports KPI values with their definitions: one row a KPI, organisation and period."""

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
from evaluation.evidence.models import KpiDefinition, KpiValue
from evaluation.evidence.queries import kpi_rows
from evaluation.evidence.sheets import KPIS
from surveys.core.imports import register_importer
from surveys.core.workbooks import Reading, Row, Sheet

NUMBERS = ("value", "numerator", "denominator", "target", "baseline")
KEPT = (*NUMBERS, "missing", "source")
TOLERANCE = Decimal("0.005")
PERCENT = "%"
SIGNS = {"up": 1, "down": -1}


def meaning_of(row: Row) -> dict[str, Any]:
    """What a row says about its KPI; cells left empty say nothing."""
    values = row.values
    names = {
        language: values[key]
        for language, key in (("zh-hans", "name_zh_hans"), ("zh-hant", "name_zh_hant"), ("en", "name_en"))
        if values[key]
    }
    told: dict[str, Any] = {
        "names": names,
        "numerators": {"": values["numerator_text"]} if values["numerator_text"] else {},
        "denominators": {"": values["denominator_text"]} if values["denominator_text"] else {},
        "measure_unit": values["unit"] or "",
        "direction": SIGNS.get(values["direction"] or "", 0),
        "dimension": values["dimension"] or "",
    }
    return {key: value for key, value in told.items() if value}


def _agrees(held: Any, told: Any) -> bool:
    """Names must match by language; a text without a language may match the definition in any."""
    if not isinstance(held, dict):
        return bool(held == told)
    return all(
        text in held.values() if language == "" else held.get(language) == text
        for language, text in told.items()
    )


class KpisImporter(EvidenceImporter):
    kind: str = EvidenceKind.KPIS.value
    sheets: Sequence[Sheet] = (KPIS,)
    examples: Mapping[str, Sequence[Mapping[str, Any]]] = {
        "kpis": (
            {
                "kpi": "ontime_rate",
                "name_zh_hans": "按时办结率",
                "name_zh_hant": "按時辦結率",
                "name_en": "Done on time",
                "numerator_text": "Cases finished within the promised days",
                "denominator_text": "Cases finished",
                "unit": "share",
                "direction": "up",
                "dimension": "efficiency",
                "organisation": "RSJ",
                "period": "2026-H1",
                "value": 0.965,
                "numerator": 1930,
                "denominator": 2000,
                "target": 0.95,
                "source": "Case system, export of 3 July 2026",
            },
        )
    }

    def plan(self, reading: Reading, ground: Ground) -> Plan:
        plan = Plan()
        definitions = self._definitions(reading, plan)
        for row in sound_rows(reading, KPIS):
            organisation = organisation_of(row, ground, plan)
            period = period_of(row, ground.cycle, plan)
            definition = definitions.get(row.values["kpi"])
            value = self._value(row, definition, plan)
            if organisation is None or period is None or definition is None:
                continue
            numbers = {key: exact(row.values[key]) for key in NUMBERS} | {"value": value}
            values = {**numbers, "missing": row.values["missing"] or "", "source": row.values["source"]}
            instance = KpiValue(
                cycle=ground.cycle, definition=definition, organisation=organisation, period=period, **values
            )
            plan.drafts.append(Draft((definition.code, organisation.code, period), row, instance, values))
        check_once(plan.drafts, plan, column="kpi")
        return plan

    def held(self, cycle: Cycle, *, attested_only: bool) -> dict[tuple[Any, ...], Mapping[str, Any]]:
        rows = kpi_rows(cycle, attested_only=attested_only)
        return {
            (row.definition.code, row.organisation.code, row.period): {key: getattr(row, key) for key in KEPT}
            for row in rows
        }

    def _value(self, row: Row, definition: KpiDefinition | None, plan: Plan) -> Decimal | None:
        """The value as given, checked against its numerator and denominator; computed where only these are given."""
        check_fineness(row, NUMBERS, plan)
        value = exact(row.values["value"])
        fraction = check_fraction(row, "numerator", "denominator", plan)
        if not fraction:
            if fraction is None:
                check_value_or_reason(row, value, plan, column="value")
            return value
        ratio = row.values["numerator"] / row.values["denominator"]
        wanted = exact(ratio * 100 if definition and definition.measure_unit == PERCENT else ratio)
        if value is None and row.values["missing"] is None:
            value = wanted
        check_value_or_reason(row, value, plan, column="value")
        if (
            value is not None
            and wanted is not None
            and abs(value - wanted) > max(TOLERANCE, abs(wanted) * TOLERANCE)
        ):
            plan.refuse(
                row,
                "value",
                "value_not_fraction",
                _("The value is not numerator ÷ denominator, which gives {wanted}.").format(
                    wanted=f"{wanted:.4f}".rstrip("0").rstrip(".")
                ),
                _("Correct the three, or leave the value empty to have it computed."),
            )
        return value

    def _definitions(self, reading: Reading, plan: Plan) -> dict[str, KpiDefinition]:
        """Known KPIs by code and those the file defines; a meaning once written never changes under its code."""
        known = {row.code: row for row in KpiDefinition.objects.order_by("code")}
        fresh: dict[str, KpiDefinition] = {}
        for row in sound_rows(reading, KPIS):
            code, told = row.values["kpi"], meaning_of(row)
            definition = known.get(code) or fresh.get(code)
            if definition is None:
                definition = self._defined(row, code, told, plan)
                fresh[code] = definition
                plan.before.append(definition)
                continue
            for key, value in told.items():
                if not _agrees(getattr(definition, key), value):
                    plan.refuse(
                        row,
                        "kpi",
                        "kpi_other_meaning",
                        _("{code} is already defined otherwise ({what}).").format(code=code, what=key),
                        _("Leave the describing columns empty, or use a new code for a new meaning."),
                    )
                    break
        return known | fresh

    def _defined(self, row: Row, code: str, told: dict[str, Any], plan: Plan) -> KpiDefinition:
        for key, column in (("names", "name_en"), ("measure_unit", "unit"), ("direction", "direction")):
            if key not in told:
                plan.refuse(
                    row,
                    column,
                    "kpi_undefined",
                    _("{code} is new and needs a name, a unit and a direction.").format(code=code),
                    _("Fill in the describing columns at its first row."),
                )
        if "." in code:
            plan.warn(
                row,
                "kpi",
                "code_with_dot",
                _("A code with a dot cannot be used in figure numbers."),
                _("Use a hyphen or an underscore."),
            )
        return KpiDefinition(code=code, **{"direction": 1, **told}, source=row.values["source"])


importer = KpisImporter()
register_importer(importer)
