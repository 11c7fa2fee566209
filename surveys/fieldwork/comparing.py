"""Fair comparison: offices at the same mix of respondents and channels, questions across languages."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scoring.casemix import LanguageGap, MixEffects, language_gaps, mix_effects
from scoring.types import ScoringError
from surveys.fieldwork.estimates import FEWEST, Sample, points
from surveys.fieldwork.items import Item
from surveys.fieldwork.traits import trait_words, value_words


@dataclass(frozen=True)
class Adjusted:
    """One organisation's figure as it is and at the mix of all respondents."""

    name: str
    raw: float
    adjusted: float
    n: int

    @property
    def step(self) -> float:
        """What the same mix adds or takes, in points."""
        return self.adjusted - self.raw


@dataclass(frozen=True)
class MixReport:
    """What each trait adds within organisations, and the organisations with and without it."""

    effects: MixEffects
    rows: tuple[Adjusted, ...]

    @property
    def coefficients(self) -> list[tuple[str, str, float, float, float]]:
        """(trait: value, reference, coefficient, lower, upper), in words."""
        z = 1.959963984540054
        return [
            (
                f"{trait_words(trait)}: {value_words(trait, value)}",
                value_words(trait, self.effects.references[trait]),
                float(b),
                float(b - z * se),
                float(b + z * se),
            )
            for (trait, _is, value), b, se in zip(
                (label.partition("=") for label in self.effects.traits),
                self.effects.coefficients,
                self.effects.se,
                strict=True,
            )
        ]


def mixed(sample: Sample, item: Item, traits: Sequence[str]) -> MixReport | None:
    """Case-mix and channel adjustment of an item; None where the data cannot tell."""
    owners = [row.respondent.organisation for row in sample.responses]
    units = [owner.name if owner is not None else "—" for owner in owners]
    used = {trait: sample.labels(trait) for trait in traits}
    used = {trait: labels for trait, labels in used.items() if "" not in labels and len(set(labels)) > 1}
    values = points(sample, item, "linear100")
    try:
        found = mix_effects(values, units, used, sample.weighted.weights)
    except ScoringError:
        return None
    sizes = {unit: int(np.sum(~np.isnan(values) & (np.array(units) == unit))) for unit in found.units}
    rows = tuple(
        Adjusted(unit, float(raw), float(adjusted), sizes[unit])
        for unit, raw, adjusted in zip(found.units, found.raw, found.adjusted, strict=True)
        if sizes[unit] >= FEWEST
    )
    return MixReport(found, rows)


def across_languages(sample: Sample) -> list[LanguageGap]:
    """Items answered differently by language at the same level of all other answers, per scale length."""
    spoken = sample.labels("language")
    found: list[LanguageGap] = []
    for k in sorted({item.n_levels for item in sample.items}):
        columns = [at for at, item in enumerate(sample.items) if item.n_levels == k]
        if len(columns) > 1 and len(set(spoken)) > 1:
            codes = [sample.items[at].code for at in columns]
            found += language_gaps(sample.levels.values[:, columns], codes, spoken)
    return found
