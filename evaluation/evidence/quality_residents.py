"""How complete, valid, unique, timely and consistent the residents' ratings of a cycle are."""

from collections import defaultdict

from evaluation.cycles.enums import BindingSource
from evaluation.cycles.models import Cycle
from evaluation.cycles.queries import bound_scheme, units_of
from evaluation.evidence.enums import QualityDimension
from evaluation.evidence.quality import Measured, Place, share_in_order
from surveys.catalogue.models import Organisation
from surveys.catalogue.queries import codes_below
from surveys.ratings.models import RatingBatch
from surveys.tallies.queries import LevelCounts, counts

SHOWN = 10
HELD = "held"


def measure_residents(cycle: Cycle) -> dict[str, Measured]:
    """The five shares of what residents said; nothing where the scheme reads no ratings."""
    bindings = {
        code: one for code, one in bound_scheme(cycle).bindings.items() if one.source == BindingSource.TALLY
    }
    if not bindings:
        return {}
    question = next(iter(bindings.values())).question
    rows = counts(starts_on=cycle.starts_on, ends_on=cycle.ends_on, question=question)
    rows_of = _by_unit(cycle, rows)
    return {
        QualityDimension.COMPLETENESS: _completeness(rows_of, question),
        QualityDimension.VALIDITY: _validity(cycle, question, rows),
        QualityDimension.UNIQUENESS: _uniqueness(cycle, question),
        QualityDimension.TIMELINESS: _timeliness(cycle, rows_of, question),
        QualityDimension.CONSISTENCY: _consistency(rows_of, question),
    }


def _by_unit(cycle: Cycle, rows: list[LevelCounts]) -> dict[str, list[LevelCounts]]:
    code_of = dict(Organisation.objects.order_by("pk").values_list("pk", "code"))
    found: dict[str, list[LevelCounts]] = {}
    for unit in units_of(cycle):
        below = codes_below(unit.organisation.code)
        found[unit.code] = [row for row in rows if code_of[row.organisation_id] in below]
    return found


def _completeness(rows_of: dict[str, list[LevelCounts]], question: str) -> Measured:
    """Units with enough answers to show a figure at all."""
    places = [
        Place(unit, question, "", "too_few")
        for unit, rows in rows_of.items()
        if sum(row.n for row in rows) < SHOWN
    ]
    return share_in_order(len(rows_of), places)


def _validity(cycle: Cycle, question: str, rows: list[LevelCounts]) -> Measured:
    """The share of answers that screening kept."""
    held = counts(
        starts_on=cycle.starts_on,
        ends_on=cycle.ends_on,
        question=question,
        with_held=True,
        with_batches=False,
        among=(HELD,),
    )
    n_held, n_kept = sum(row.n for row in held), sum(row.n for row in rows)
    code_of = dict(Organisation.objects.order_by("pk").values_list("pk", "code"))
    places = tuple(Place(code_of[row.organisation_id], question, "", "held") for row in held if row.n)
    return Measured(1.0 if n_held == 0 else n_kept / (n_held + n_kept), places)


def _uniqueness(cycle: Cycle, question: str) -> Measured:
    """Batches whose days overlap for the same organisation, service and channel would be counted twice."""
    batches = list(
        RatingBatch.objects.filter(
            starts_on__gte=cycle.starts_on,
            ends_on__lte=cycle.ends_on,
            question=question,
            superseded_at=None,
        )
        .select_related("organisation")
        .order_by("starts_on", "pk")
    )
    last: dict[tuple[int, int | None, str], RatingBatch] = {}
    places = []
    for batch in batches:
        key = (batch.organisation_id, batch.service_id, batch.channel)
        earlier = last.get(key)
        if earlier is not None and batch.starts_on <= earlier.ends_on:
            span = f"{batch.starts_on}/{batch.ends_on}"
            places.append(Place(batch.organisation.code, question, span, "days_counted_twice"))
        last[key] = batch
    return share_in_order(len(batches), places)


def _timeliness(cycle: Cycle, rows_of: dict[str, list[LevelCounts]], question: str) -> Measured:
    """Units whose answers lie within the cycle's own days."""
    told = {unit: [row for row in rows if row.n] for unit, rows in rows_of.items()}
    places = [
        Place(unit, question, "", "outside_cycle")
        for unit, rows in told.items()
        if any(row.ends_on < cycle.starts_on or row.starts_on > cycle.ends_on for row in rows)
    ]
    return share_in_order(sum(bool(rows) for rows in told.values()), places)


def _consistency(rows_of: dict[str, list[LevelCounts]], question: str) -> Measured:
    """Units answered on the scale most units are answered on: others cannot be compared with them."""
    scales: defaultdict[str, list[str]] = defaultdict(list)
    for unit, rows in rows_of.items():
        for scale in {row.scale for row in rows if row.n}:
            scales[scale].append(unit)
    n = sum(len(units) for units in scales.values())
    main = max(scales, key=lambda scale: (len(scales[scale]), scale), default="")
    places = [
        Place(unit, question, "", "other_scale")
        for scale, units in scales.items()
        if scale != main
        for unit in units
    ]
    return share_in_order(n, places)
