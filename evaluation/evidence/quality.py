"""How complete, valid, unique, timely and consistent the evidence of one kind is, with the places at fault."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal

from evaluation.cycles.bindings import Binding
from evaluation.cycles.enums import BindingSource
from evaluation.cycles.models import Cycle
from evaluation.cycles.queries import bound_scheme, units_of
from evaluation.evidence.enums import EvidenceKind, Missing, QualityDimension
from evaluation.evidence.models import AuditScore, KpiValue, OutcomeCount
from evaluation.evidence.periods import parse_period
from evaluation.evidence.queries import audit_rows, kpi_rows, outcome_rows

SOURCES_OF: Mapping[str, frozenset[str]] = {
    EvidenceKind.KPIS: frozenset({BindingSource.KPI, BindingSource.KPI_TARGETS}),
    EvidenceKind.AUDITS: frozenset({BindingSource.AUDIT, BindingSource.FINDINGS}),
    EvidenceKind.OUTCOMES: frozenset({BindingSource.OUTCOME}),
}
MAX_AGE = dt.timedelta(days=366)
TOLERANCE = Decimal("0.005")
SETTLED = frozenset({"", Missing.NOT_APPLICABLE.value})
Row = KpiValue | AuditScore | OutcomeCount


@dataclass(frozen=True)
class Place:
    """Where something is wrong: organisation, item, period, and a code of what."""

    organisation: str
    item: str
    period: str
    code: str

    def as_json(self) -> dict[str, str]:
        return asdict(self)


@dataclass(frozen=True)
class Measured:
    """A share from 0 to 1 that is in order, and the places that are not."""

    value: float
    places: tuple[Place, ...] = ()


def share_in_order(n: int, places: Sequence[Place]) -> Measured:
    """Of n things all but those at the places are in order; nothing to look at is in order."""
    return Measured(1.0 if n == 0 else 1 - len(places) / n, tuple(places))


def measure_evidence(cycle: Cycle, kind: EvidenceKind) -> dict[str, Measured]:
    """The five shares of one kind of evidence; nothing where the scheme does not read it."""
    bound = bound_scheme(cycle).bindings
    bindings = {code: binding for code, binding in bound.items() if binding.source in SOURCES_OF[kind]}
    if not bindings:
        return {}
    taking_part = {unit.organisation_id: unit.code for unit in units_of(cycle)}
    rows = [row for row in _rows(cycle, kind, bindings) if row.organisation_id in taking_part]
    now_rows = _latest(rows)
    return {
        QualityDimension.COMPLETENESS: _completeness(bindings, now_rows, list(taking_part.values())),
        QualityDimension.VALIDITY: _checked(rows, _invalid),
        QualityDimension.UNIQUENESS: _uniqueness(now_rows),
        QualityDimension.TIMELINESS: _checked(now_rows, lambda row: _late(row, cycle)),
        QualityDimension.CONSISTENCY: _checked(rows, _inconsistent),
    }


def _rows(cycle: Cycle, kind: EvidenceKind, bindings: Mapping[str, Binding]) -> list[Row]:
    """The attested rows that the scheme reads."""
    if kind == EvidenceKind.AUDITS:
        audits = {binding.audit for binding in bindings.values()}
        return [row for row in audit_rows(cycle) if row.audit in audits]
    if kind == EvidenceKind.OUTCOMES:
        kinds = {binding.outcome for binding in bindings.values()}
        return [row for row in outcome_rows(cycle) if row.kind in kinds]
    codes = {binding.kpi for binding in bindings.values() if binding.kpi}
    targets = [b for b in bindings.values() if b.source == BindingSource.KPI_TARGETS]
    return [
        row
        for row in kpi_rows(cycle)
        if row.definition.code in codes or any(b.dimension in {"", row.definition.dimension} for b in targets)
    ]


def item_of(row: Row) -> str:
    if isinstance(row, KpiValue):
        return row.definition.code
    return row.audit if isinstance(row, AuditScore) else row.kind


def period_of(row: Row) -> str:
    return f"{row.starts_on}/{row.ends_on}" if isinstance(row, OutcomeCount) else row.period


def last_day(row: Row) -> dt.date:
    return row.ends_on if isinstance(row, OutcomeCount) else parse_period(row.period)[1]


def _place(row: Row, code: str) -> Place:
    return Place(row.organisation.code, item_of(row), period_of(row), code)


def _latest(rows: Iterable[Row]) -> list[Row]:
    """Of each item of each organisation the latest period: what is scored."""
    found: dict[tuple[int, str], Row] = {}
    for row in sorted(rows, key=lambda row: (last_day(row), row.pk)):
        found[row.organisation_id, item_of(row)] = row
    return [found[key] for key in sorted(found, key=lambda key: (key[1], key[0]))]


def _checked(rows: Sequence[Row], fault: Callable[[Row], str]) -> Measured:
    places = [_place(row, code) for row in rows if (code := fault(row))]
    return share_in_order(len(rows), places)


def _completeness(bindings: Mapping[str, Binding], rows: Sequence[Row], units: Sequence[str]) -> Measured:
    """Of every column and unit, the share that has a value or says that none applies."""
    places = []
    for column, binding in bindings.items():
        reasons: defaultdict[str, list[str]] = defaultdict(list)
        for row in rows:
            if _feeds(row, binding):
                reasons[row.organisation.code].append("" if isinstance(row, OutcomeCount) else row.missing)
        for unit in units:
            held = reasons.get(unit, [])
            if not any(reason in SETTLED for reason in held):
                places.append(Place(unit, column, "", held[0] if held else "absent"))
    return share_in_order(len(bindings) * len(units), places)


def _feeds(row: Row, binding: Binding) -> bool:
    if isinstance(row, AuditScore):
        return row.audit == binding.audit
    if isinstance(row, OutcomeCount):
        return row.kind == binding.outcome
    if binding.source == BindingSource.KPI_TARGETS:
        return row.target is not None and binding.dimension in {"", row.definition.dimension}
    return row.definition.code == binding.kpi


def _invalid(row: Row) -> str:
    """A value outside what its unit allows."""
    if not isinstance(row, KpiValue) or row.value is None:
        return ""
    unit = row.definition.measure_unit
    most = {"share": Decimal(1), "%": Decimal(100)}.get(unit)
    if most is not None and not 0 <= row.value <= most:
        return "outside_unit"
    return "negative" if unit in {"days", "minutes", "working days"} and row.value < 0 else ""


def _uniqueness(rows: Sequence[Row]) -> Measured:
    """The same figure under two codes: one organisation, one name, one period, one value."""
    seen: Counter[tuple[object, ...]] = Counter()
    places = []
    for row in rows:
        if isinstance(row, KpiValue) and row.value is not None:
            names = tuple(sorted(row.definition.names.items()))
            key = (row.organisation_id, names, row.period, row.value)
            seen[key] += 1
            if seen[key] > 1:
                places.append(_place(row, "same_under_two_codes"))
    return share_in_order(len(rows), places)


def _late(row: Row, cycle: Cycle) -> str:
    """Older than a year when the cycle begins."""
    return "too_old" if last_day(row) < cycle.starts_on - MAX_AGE else ""


def _inconsistent(row: Row) -> str:
    """Value, numerator and denominator that do not agree; satisfied but not solved beyond belief."""
    if isinstance(row, OutcomeCount):
        return "called_back_above_due" if row.n_called_back > row.n_due else ""
    top, bottom = row.numerator, row.denominator
    value = row.value if isinstance(row, KpiValue) else row.score
    if top is None or not bottom or value is None:
        return ""
    percent = isinstance(row, AuditScore) or row.definition.measure_unit == "%"
    wanted = top / bottom * (100 if percent else 1)
    return "not_the_fraction" if abs(value - wanted) > max(TOLERANCE * abs(wanted), TOLERANCE * 10) else ""
