"""Turns tallies of residents' ratings into cells; figures about residents come from nowhere else."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from evaluation.cycles.bindings import NOT_BAD, Binding
from evaluation.cycles.enums import Reading
from evaluation.cycles.models import Cycle, Unit
from evaluation.rankings.cells import Cell, Origin
from evaluation.rankings.evidence_cells import share_cell, shares
from evaluation.rankings.formulas import Estimate, from_levels, tally_version
from surveys.cases.rates import case_rates
from surveys.catalogue.models import Organisation
from surveys.ratings.models import RatingBatch
from surveys.ratings.scales import scale_of
from surveys.tallies.enums import TallySource
from surveys.tallies.queries import LevelCounts, counts, coverage

COUNTED = (TallySource.RATINGS, TallySource.BATCH)
TWO_LEVELS = "bad_or_not"


@dataclass(frozen=True)
class Answers:
    """All answers of one unit on one scale, low to high, with the positions of the bad levels."""

    scale: str
    levels: tuple[int, ...]
    bad: tuple[int, ...]

    @property
    def n(self) -> int:
        return sum(self.levels)


def unit_of_organisations(units: Sequence[Unit]) -> dict[int, str]:
    """Which unit an organisation's residents count for: itself or the nearest above it that takes part."""
    own = {unit.organisation_id: unit.code for unit in units}
    parents = dict(Organisation.objects.order_by("pk").values_list("pk", "parent_id"))
    found = {}
    for organisation in parents:
        at: int | None = organisation
        while at is not None and at not in own:
            at = parents.get(at)
        if at is not None:
            found[organisation] = own[at]
    return found


def tally_cells(column: str, binding: Binding, cycle: Cycle, units: Sequence[Unit]) -> dict[str, Cell]:
    """A formula over all valid answers of the cycle's days; default and posted-code answers are only counted."""
    unit_of = unit_of_organisations(units)
    among = binding.sources or tuple(str(source) for source in COUNTED)
    rows = [
        row
        for row in _counts(cycle, binding, among, by=("organisation", "channel"))
        if row.organisation_id in unit_of and (not binding.channels or row.channel in binding.channels)
    ]
    rows_of: defaultdict[str, list[LevelCounts]] = defaultdict(list)
    for row in rows:
        rows_of[unit_of[row.organisation_id]].append(row)
    left = _left_out(cycle, binding, unit_of)
    origins = _origins(cycle, binding, unit_of, among)
    answers = {unit.code: _joined(rows_of[unit.code], binding.formula) for unit in units}
    estimates = _estimates(binding.formula, answers)
    return {
        unit.code: _tally_cell(
            Cell(
                unit.code,
                column,
                "tally",
                binding.formula,
                version=tally_version(binding.formula),
                origins=origins.get(unit.code, ()),
                excluded=_excluded(rows_of[unit.code], left.get(unit.code, {})),
            ),
            rows_of[unit.code],
            answers[unit.code],
            estimates.get(unit.code),
        )
        for unit in units
    }


def _counts(
    cycle: Cycle, binding: Binding, among: Sequence[str], *, by: Sequence[str] = ("organisation",)
) -> list[LevelCounts]:
    return counts(
        starts_on=cycle.starts_on,
        ends_on=cycle.ends_on,
        question=binding.question,
        by=by,
        among=among,
        with_default=TallySource.DEFAULT in among,
        with_held=TallySource.HELD in among,
    )


def _joined(rows: Sequence[LevelCounts], formula: str) -> Answers | None:
    """Answers on one scale; several scales can be joined only where good or bad is all that is asked."""
    rows = [row for row in rows if row.n]
    if formula == NOT_BAD:
        bad = sum(row.n_bad for row in rows)
        return Answers(TWO_LEVELS, (bad, sum(row.n for row in rows) - bad), (0,))
    names = {row.scale for row in rows}
    if len(names) > 1:
        return None
    if not names:
        return Answers("", (0, 0), ())
    scale = scale_of(names.pop())
    levels = tuple(sum(row.counts[option] for row in rows) for option in scale.options)
    return Answers(scale.code, levels, scale.bad_positions)


def _estimates(formula: str, answers: Mapping[str, Answers | None]) -> dict[str, Estimate | None]:
    """Every unit's figure; its error leans on all units that answered on the same scale."""
    by_scale: defaultdict[str, list[str]] = defaultdict(list)
    for unit, found in sorted(answers.items()):
        if found is not None and found.n:
            by_scale[found.scale].append(unit)
    estimates: dict[str, Estimate | None] = {}
    for members in by_scale.values():
        told = [found for unit in members if (found := answers[unit]) is not None]
        values = from_levels(formula, [found.levels for found in told], told[0].bad)
        estimates.update(zip(members, values, strict=True))
    return estimates


def _tally_cell(
    cell: Cell, rows: Sequence[LevelCounts], answers: Answers | None, estimate: Estimate | None
) -> Cell:
    starts_on = min((row.starts_on for row in rows), default=None)
    ends_on = max((row.ends_on for row in rows), default=None)
    cell = replace(cell, starts_on=starts_on, ends_on=ends_on)
    if answers is None or estimate is None:
        return replace(cell, reason="scales_differ" if answers is None else "no_ratings", included=0)
    return replace(
        cell,
        value=estimate.value,
        se=estimate.se,
        n=float(answers.n),
        n_eff=float(answers.n),
        lower=estimate.lower,
        upper=estimate.upper,
        method=estimate.method,
        numerator=estimate.numerator,
        denominator=float(answers.n) if estimate.numerator is not None else None,
        is_share=estimate.numerator is not None,
        included=answers.n,
    )


def _left_out(cycle: Cycle, binding: Binding, unit_of: Mapping[int, str]) -> dict[str, dict[str, int]]:
    """Answers of the period that are not in the figure: held back by screening, given by nobody, posted codes."""
    found: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for reason, among in (("set_aside", TallySource.HELD), ("default", TallySource.DEFAULT)):
        for row in _counts(cycle, binding, (str(among),)):
            if row.organisation_id in unit_of and row.n:
                unit = found[unit_of[row.organisation_id]]
                unit[reason] = unit.get(reason, 0) + row.n
    posted = counts(
        starts_on=cycle.starts_on,
        ends_on=cycle.ends_on,
        question=binding.question,
        by=("organisation", "channel"),
        with_posted=True,
        among=(TallySource.RATINGS,),
    )
    for row in posted:
        if row.channel == "qr_static" and row.organisation_id in unit_of and row.n:
            unit = found[unit_of[row.organisation_id]]
            unit["static_qr"] = unit.get("static_qr", 0) + row.n
    return found


def _excluded(rows: Sequence[LevelCounts], left: Mapping[str, int]) -> dict[str, int | None]:
    """Counted by reason; what a publisher set aside before giving totals is not known."""
    found: dict[str, int | None] = {"default": 0, "set_aside": 0, **left}
    unsure = sum(row.n_dont_know for row in rows)
    if unsure:
        found["dont_know"] = unsure
    if any(TallySource.BATCH in row.sources for row in rows):
        found["publisher"] = None
    return dict(sorted(found.items()))


def _origins(
    cycle: Cycle, binding: Binding, unit_of: Mapping[int, str], among: Sequence[str]
) -> dict[str, tuple[Origin, ...]]:
    """The files that batches came with; ratings of the system itself are named as such."""
    found: defaultdict[str, dict[str, Origin]] = defaultdict(dict)
    if TallySource.BATCH in among:
        batches = RatingBatch.objects.filter(
            starts_on__gte=cycle.starts_on,
            ends_on__lte=cycle.ends_on,
            question=binding.question,
            superseded_at=None,
        )
        for batch in (
            batches.select_related("source_file", "organisation").defer("source_file__content").order_by("pk")
        ):
            if batch.organisation_id in unit_of:
                found[unit_of[batch.organisation_id]][batch.source_file_id or ""] = Origin(
                    name=batch.source_file.name if batch.source_file else "",
                    digest=batch.source_file_id or "",
                    place=batch.organisation.code,
                    source=batch.source,
                    kind="batches",
                )
    return {unit: tuple(files[key] for key in sorted(files)) for unit, files in found.items()}


def funnel_cells(column: str, binding: Binding, cycle: Cycle, units: Sequence[Unit]) -> dict[str, Cell]:
    """Ratings people gave ÷ cases that could be rated: a full count, without sampling error."""
    unit_of = unit_of_organisations(units)
    answered: defaultdict[str, int] = defaultdict(int)
    finished: defaultdict[str, int] = defaultdict(int)
    for row in coverage(starts_on=cycle.starts_on, ends_on=cycle.ends_on):
        if row.organisation_id in unit_of:
            answered[unit_of[row.organisation_id]] += row.n_answered
            finished[unit_of[row.organisation_id]] += row.n_finished
    parts = {unit.code: (answered[unit.code], finished[unit.code]) for unit in units}
    estimates = shares(replace(binding, reading=Reading.COUNT), parts)
    return {
        unit.code: share_cell(
            Cell(
                unit.code,
                column,
                "funnel",
                binding.formula,
                starts_on=cycle.starts_on,
                ends_on=cycle.ends_on,
            ),
            estimates.get(unit.code),
            parts[unit.code],
            reason="no_invitations",
        )
        for unit in units
    }


def case_cells(column: str, binding: Binding, cycle: Cycle, units: Sequence[Unit]) -> dict[str, Cell]:
    """How bad ratings were handled, a full count; an office without any has nothing to handle: not applicable."""
    unit_of = unit_of_organisations(units)
    done: defaultdict[str, int] = defaultdict(int)
    base: defaultdict[str, int] = defaultdict(int)
    invalid: defaultdict[str, int] = defaultdict(int)
    for row in case_rates(starts_on=cycle.starts_on, ends_on=cycle.ends_on):
        if row.organisation_id in unit_of and row.formula == binding.formula:
            unit = unit_of[row.organisation_id]
            done[unit] += row.numerator
            base[unit] += row.denominator
            invalid[unit] += row.n_invalid
    parts = {unit.code: (done[unit.code], base[unit.code]) for unit in units}
    estimates = shares(replace(binding, reading=Reading.COUNT), parts)
    return {
        unit.code: share_cell(
            Cell(
                unit.code,
                column,
                "case",
                binding.formula,
                starts_on=cycle.starts_on,
                ends_on=cycle.ends_on,
                excluded={"invalid": invalid[unit.code]} if invalid[unit.code] else {},
            ),
            estimates.get(unit.code),
            parts[unit.code],
            reason="no_bad_ratings",
            applies=base[unit.code] > 0,
        )
        for unit in units
    }
