"""Weights of a survey's respondents: design, nonresponse classes, raking to margins; refuses what cannot be met."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext as _

from scoring.sampling import Raked, deff, n_eff, rake
from scoring.types import Floats, ScoringError
from surveys.fieldwork.progress import Traits, trait_of
from surveys.fieldwork.refusals import FieldworkRefusedError

Margins = Mapping[str, Mapping[str, float]]
STRATUM = "stratum"
SUM_SLACK = 5e-3
"""By how much shares of a margin may miss their sum through rounding, relative to it."""


@dataclass(frozen=True)
class Person:
    """One respondent as weighting sees them."""

    stratum: str
    traits: Traits
    design_weight: float

    def label(self, trait: str) -> str:
        return self.stratum if trait == STRATUM else trait_of(self.traits, trait)


@dataclass(frozen=True, eq=False)
class Weighted:
    """Weights [n] that sum to the population, and what each step did."""

    weights: Floats
    base: Floats
    adjusted: Floats
    rounds: int
    deff: float
    n_eff: float


def check_margins(people: Sequence[Person], margins: Margins) -> list[str]:
    """One sentence for each thing wrong with the margins, with its place."""
    faults = []
    totals: dict[str, float] = {}
    for trait, targets in margins.items():
        totals[trait] = sum(targets.values())
        held = Counter(person.label(trait) for person in people)
        for label, target in targets.items():
            if target <= 0:
                faults.append(
                    _("Margin %(trait)s: %(label)s should be above 0.") % {"trait": trait, "label": label}
                )
            elif not held[label]:
                faults.append(
                    _("Margin %(trait)s: nobody answered in %(label)s; merge it with another.")
                    % {"trait": trait, "label": label}
                )
        unknown = held.pop("", 0)
        if unknown:
            faults.append(
                _("Margin %(trait)s: it is not known for %(n)d respondents.") % {"trait": trait, "n": unknown}
            )
        faults += [
            _("Margin %(trait)s: there is no target for %(label)s (%(n)d answers).")
            % {"trait": trait, "label": label, "n": n}
            for label, n in sorted(held.items())
            if label not in targets
        ]
    faults += _sums(totals)
    return faults


def _sums(totals: Mapping[str, float]) -> list[str]:
    """Margins count the same people: all shares of 1, all of 100, or all the same number."""
    if not totals:
        return []
    first, base = next(iter(totals.items()))
    faults = [
        _("Margin %(trait)s sums to %(sum)s, margin %(first)s to %(base)s: they count the same people.")
        % {"trait": trait, "sum": f"{total:g}", "first": first, "base": f"{base:g}"}
        for trait, total in totals.items()
        if abs(total - base) > SUM_SLACK * max(abs(base), 1e-12)
    ]
    shares = {trait: total for trait, total in totals.items() if 0.5 < total < 1.5 or 50 < total < 150}
    for trait, total in shares.items():
        whole = 1.0 if total < 1.5 else 100.0
        if abs(total - whole) > SUM_SLACK * whole and not faults:
            faults.append(
                _("The shares of margin %(trait)s sum to %(sum)s, not to %(whole)s.")
                % {"trait": trait, "sum": f"{total:g}", "whole": f"{whole:g}"}
            )
    return faults


def weigh(
    people: Sequence[Person],
    *,
    asked: Sequence[Person] = (),
    classes: Sequence[str] = (),
    margins: Margins | None = None,
    trim: tuple[float, float] | None = None,
) -> Weighted:
    """Design weight × nonresponse factor of the class, raked to the margins.

    `asked` are all eligible people of the sample, with or without an answer; within each class of `classes` the
    answers take over their design weights. `trim` keeps weights between multiples of their mean.
    """
    if not people:
        raise FieldworkRefusedError(_("Nobody has answered yet, so there is nothing to weigh."))
    base = np.array([person.design_weight for person in people], dtype=np.float64)
    adjusted = base * _nonresponse(people, asked, classes) if asked else base.copy()
    if not margins:
        return Weighted(adjusted, base, adjusted, 0, deff(adjusted), n_eff(adjusted))
    if faults := check_margins(people, margins):
        raise FieldworkRefusedError(" ".join(faults))
    given = {
        trait: ([person.label(trait) for person in people], targets) for trait, targets in margins.items()
    }
    try:
        found: Raked = rake(adjusted, given, trim=trim, tolerance=1e-12, rounds=5000)
    except ScoringError as error:
        raise FieldworkRefusedError(
            _("No weights meet all margins within these bounds; widen the bounds or merge small groups.")
        ) from error
    scale = adjusted.sum() / found.weights.sum()
    return Weighted(found.weights * scale, base, adjusted, found.rounds, found.deff, found.n_eff)


def _nonresponse(people: Sequence[Person], asked: Sequence[Person], classes: Sequence[str]) -> Floats:
    """Weighted sample ÷ weighted answers of each person's class."""

    def key(person: Person) -> tuple[str, ...]:
        return tuple(person.label(trait) for trait in classes)

    sample: defaultdict[tuple[str, ...], float] = defaultdict(float)
    answered: defaultdict[tuple[str, ...], float] = defaultdict(float)
    for person in asked:
        sample[key(person)] += person.design_weight
    for person in people:
        answered[key(person)] += person.design_weight
    empty = sorted(" ".join(cell) for cell in sample if cell not in answered)
    if empty:
        raise FieldworkRefusedError(
            _("Nobody answered in the nonresponse class %(cell)s; use fewer classes.") % {"cell": empty[0]}
        )
    return np.array([sample[key(person)] / answered[key(person)] for person in people])
