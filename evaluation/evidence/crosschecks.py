"""Checks between the cells and rows of evidence files; every error at once, each with its remedy."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Context, Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from evaluation.cycles.models import Cycle
from evaluation.evidence.periods import PeriodError, how_to_write, parse_period
from surveys.catalogue.models import Organisation
from surveys.core.workbooks import CellError, Reading, Row, Sheet

SPREADSHEET = Context(prec=15)
FINEST = Decimal(10) ** -15


@dataclass
class Draft:
    """One row ready to be saved: what identifies it, the unsaved model, and the values that tell a change."""

    key: tuple[Any, ...]
    row: Row
    instance: models.Model
    values: Mapping[str, Any]
    below: list[models.Model] = field(default_factory=list)


@dataclass
class Plan:
    """What a file would do: its rows as drafts, and everything that is wrong or noted."""

    drafts: list[Draft] = field(default_factory=list)
    before: list[models.Model] = field(default_factory=list)
    errors: list[CellError] = field(default_factory=list)
    warnings: list[CellError] = field(default_factory=list)

    def refuse(self, row: Row, key: str, code: str, message: str, fix: str) -> None:
        self.errors.append(row.error(key, code, message, fix))

    def warn(self, row: Row, key: str, code: str, message: str, fix: str) -> None:
        self.warnings.append(row.error(key, code, message, fix))


@dataclass(frozen=True)
class Ground:
    """What rows refer to: the cycle and the organisations, with those that take part."""

    cycle: Cycle
    organisations: Mapping[str, Organisation]
    taking_part: frozenset[str]


def sound_rows(reading: Reading, sheet: Sheet) -> list[Row]:
    """The rows without a cell error of their own, so that one mistake is told once."""
    faulty = {(error.sheet, error.row) for error in reading.errors}
    needed = [column.key for column in sheet.columns if column.required]
    return [
        row
        for row in reading.rows[sheet.key]
        if (row.sheet, row.number) not in faulty and all(row.values[key] is not None for key in needed)
    ]


def exact(value: Decimal | None) -> Decimal | None:
    """A number as a spreadsheet and both databases hold it alike: 15 significant digits."""
    return None if value is None else SPREADSHEET.plus(value)


def organisation_of(row: Row, ground: Ground, plan: Plan) -> Organisation | None:
    """The organisation a row names; unknown is an error, not taking part is noted."""
    code = row.values["organisation"]
    if code is None:
        return None
    found = ground.organisations.get(code)
    if found is None:
        plan.refuse(
            row,
            "organisation",
            "organisation_unknown",
            _("There is no organisation with the code {code}.").format(code=code),
            _("Write the code as it stands in the catalogue."),
        )
    elif code not in ground.taking_part:
        plan.warn(
            row,
            "organisation",
            "organisation_not_in_cycle",
            _("{code} does not take part in this cycle; the row is kept and not scored.").format(code=code),
            _("Nothing to do, unless it should take part."),
        )
    return found


def period_of(row: Row, cycle: Cycle, plan: Plan) -> str | None:
    """The period as written; one that cannot be read or begins after the cycle ends is an error."""
    text = row.values["period"]
    if text is None:
        return None
    try:
        starts_on, _ends_on = parse_period(text)
    except PeriodError as error:
        plan.refuse(row, "period", "period_unclear", str(error), how_to_write())
        return None
    if starts_on > cycle.ends_on:
        plan.refuse(
            row,
            "period",
            "period_after_cycle",
            _("The period begins after the cycle ends."),
            _("Choose the right cycle or correct the period."),
        )
    return str(text)


def check_value_or_reason(row: Row, value: Decimal | None, plan: Plan, *, column: str) -> None:
    """Exactly one of value and reason: missing is never zero, and never silent."""
    reason = row.values["missing"]
    if value is None and reason is None:
        plan.refuse(
            row,
            column,
            "value_or_reason",
            _("There is neither a value nor a reason why it is missing."),
            _("Write the value, or choose why it is missing; do not write 0 for missing."),
        )
    if value is not None and reason is not None:
        plan.refuse(
            row,
            "missing",
            "value_and_reason",
            _("There is a value and also a reason why it is missing."),
            _("Keep one of the two."),
        )


def check_fraction(row: Row, numerator: str, denominator: str, plan: Plan) -> bool | None:
    """Both there and the denominator above zero: True; neither there: None; anything else is told: False."""
    top, bottom = row.values[numerator], row.values[denominator]
    if (top is None) != (bottom is None):
        absent = numerator if top is None else denominator
        plan.refuse(
            row,
            absent,
            "half_a_fraction",
            _("Numerator and denominator belong together; one is missing."),
            _("Fill in both or neither."),
        )
        return False
    if bottom is not None and bottom <= 0:
        plan.refuse(
            row,
            denominator,
            "denominator_not_positive",
            _("The denominator is not above zero."),
            _("Where there was nothing to count, leave the value empty and choose “does not apply”."),
        )
        return False
    return None if bottom is None else True


def check_fineness(row: Row, keys: Sequence[str], plan: Plan) -> None:
    """Numbers finer than both databases hold alike are refused rather than rounded away."""
    for key in keys:
        value = exact(row.values[key])
        if value is not None and value != value.quantize(FINEST):
            plan.refuse(
                row,
                key,
                "too_fine",
                _("The number has more than 15 decimals."),
                _("Round it, or state it in a larger unit."),
            )


def check_once(drafts: Sequence[Draft], plan: Plan, *, column: str) -> None:
    """The same key in two rows of one file is an error at the second."""
    first: dict[tuple[Any, ...], int] = {}
    for draft in drafts:
        if draft.key in first:
            plan.refuse(
                draft.row,
                column,
                "row_twice",
                _("This row repeats row {number}.").format(number=first[draft.key]),
                _("Delete one of the two."),
            )
        else:
            first[draft.key] = draft.row.number
