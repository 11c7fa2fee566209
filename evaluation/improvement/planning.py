"""Gathers what the planning workbook is written from: a run, its targets, measures with effects, deadlines, drivers."""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from evaluation.cycles.enums import BindingSource
from evaluation.cycles.models import Cycle
from evaluation.evidence.enums import ImportState
from evaluation.evidence.models import KpiValue
from evaluation.improvement.enums import OPEN_MEASURES, EffectVerdict, MeasureState
from evaluation.improvement.models import Measure, MeasureStep, Reading
from evaluation.improvement.queries import measures
from evaluation.rankings.models import Run
from evaluation.rankings.queries import run_view
from evaluation.reports.book import Book
from evaluation.reports.planning import Deadline, Plan, PlannedDriver, PlannedMeasure
from evaluation.reports.queries import book_for, pages_for
from surveys.catalogue.models import Organisation
from surveys.core.text import localized


def plan_of(run: Run, language: str, today: dt.date) -> Plan:
    """Everything in one language as it stands on a day."""
    with translation.override(language):
        rows = list(measures_of(run.cycle))
        book = book_for(run, pages_for(run), language, finding=_headline(rows))
        codes = [indicator.code for indicator in book.scheme.indicators]
        return Plan(
            book=book,
            as_of=today,
            measures=tuple(_measure(row, codes) for row in rows),
            deadlines=tuple(
                sorted(_deadlines(rows, run.cycle), key=lambda d: (d.on_day, d.what, d.department))
            ),
            drivers=tuple(_drivers(language)),
            targets=dict(_targets(run, book)),
            full={node.code: node.full for node in run_view(run).nodes},
        )


def measures_of(cycle: Cycle) -> Iterator[Measure]:
    """Measures of the cycle or still open from earlier ones, by gain for cost, those without it last."""
    rows = measures().exclude(state=MeasureState.DROPPED)
    kept = [
        row for row in rows
        if row.state in OPEN_MEASURES or row.cycle_id == cycle.pk or row.due_on >= cycle.starts_on
    ]  # fmt: skip
    yield from sorted(kept, key=lambda row: (-(_worth(row) or -1e300), row.due_on, row.pk))


def _worth(row: Measure) -> float | None:
    found: float | None = row.gain_per_cost  # type: ignore[attr-defined]
    return found


def _headline(rows: list[Measure]) -> str:
    newest = [next(iter(row.history), None) for row in rows]  # type: ignore[attr-defined]
    helped = sum(effect is not None and effect.verdict == EffectVerdict.HELPED for effect in newest)
    return _("%(n)s measures, %(helped)s of them proven to help") % {"n": len(rows), "helped": helped}


def _float(value: Any) -> float | None:
    return None if value is None else float(value)


def _measure(row: Measure, codes: list[str]) -> PlannedMeasure:
    effect = next(iter(row.history), None)  # type: ignore[attr-defined]
    code = row.metric_code or row.reference
    return PlannedMeasure(
        title=row.title,
        department=row.organisation.name,
        owner=str(row.owner),
        opened_from=row.get_opened_from_display(),
        indicator=code if code in codes else "",
        state=row.get_state_display(),
        due_on=row.due_on,
        metric=row.get_metric_display(),
        target=float(row.target),
        cost=_float(row.cost),
        n_reached=row.n_reached,
        gain=_float(row.expected_gain),
        verdict=str(EffectVerdict(effect.verdict).label) if effect else _("not counted yet"),
        effect=effect.change if effect else None,
        lower=effect.lower if effect else None,
        upper=effect.upper if effect else None,
    )


def _deadlines(rows: list[Measure], cycle: Cycle) -> Iterator[Deadline]:
    """Open measures, their open steps, and the end of the cycle."""
    pending = {row.pk: row for row in rows if row.state in OPEN_MEASURES}
    for row in pending.values():
        yield Deadline(row.due_on, row.title, row.organisation.name, _("Measure"), row.get_state_display())
    steps = MeasureStep.objects.filter(measure__in=pending, done_at=None).order_by("due_on", "pk")
    for step in steps:
        row = pending[step.measure_id]
        yield Deadline(
            step.due_on, f"{row.title}: {step.text}", row.organisation.name, _("Step"), _("not done yet")
        )
    yield Deadline(cycle.ends_on, cycle.name, "", _("End of the cycle"), cycle.get_state_display())


def _drivers(language: str) -> Iterator[PlannedDriver]:
    """Drivers of the topmost organisation for which they are known."""
    tops = Organisation.objects.current().without_tree_fields().filter(parent=None)
    for reading in Reading.objects.filter(organisation__in=tops).order_by("organisation__code"):
        listed: list[Mapping[str, Any]] = (reading.result.get("drivers") or {}).get("drivers") or []
        for driver in listed:
            yield PlannedDriver(
                localized(driver["texts"], language),
                (driver["importance"], driver["importance_lower"], driver["importance_upper"]),
                (driver["level"], driver["level_lower"], driver["level_upper"]),
            )
        if listed:
            return


def _targets(run: Run, book: Book) -> Iterator[tuple[tuple[str, str], float]]:
    """Targets of KPI values behind indicators that take a KPI as it is; shares count from 0 to 100 like values."""
    bound = {
        binding.kpi: code
        for code, binding in run_view(run).bindings.items()
        if binding.source == BindingSource.KPI and code in book.scheme.codes
    }
    units = dict(run.cycle.units.values_list("organisation_id", "code"))
    rows = KpiValue.objects.filter(
        cycle=run.cycle,
        definition__code__in=bound,
        target__isnull=False,
        brought_by__state=ImportState.ATTESTED,
    ).order_by("definition", "organisation", "period", "pk")
    for row in rows.select_related("definition"):
        unit = units.get(row.organisation_id)
        if unit is None:
            continue
        code = bound[row.definition.code]
        cell = book.cells.get(code, {}).get(unit)
        yield (code, unit), float(row.target or 0) * (100 if cell is not None and cell.is_share else 1)
