"""Figures of a survey: every item weighted and unweighted, by group with small groups hidden, over the waves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from scoring.estimation import FIGURES, Design, Means, by_group, design, scale_figures, scale_points
from scoring.types import Floats
from surveys.fieldwork.items import Item, Levels, items_of, levels, same_wording
from surveys.fieldwork.models import Estimate, Response, Survey
from surveys.fieldwork.progress import trait_of
from surveys.fieldwork.queries import finished, waves
from surveys.fieldwork.traits import value_words
from surveys.instruments.queries import definition_of

FEWEST = 10
"""Groups with fewer answers are not shown."""


@dataclass(frozen=True, eq=False)
class Sample:
    """Finished responses as arrays: answers, design with weights, the same people without."""

    survey: Survey
    responses: tuple[Response, ...]
    levels: Levels
    weighted: Design
    plain: Design

    @property
    def items(self) -> tuple[Item, ...]:
        return self.levels.items

    @property
    def answers(self) -> list[Mapping[str, Any]]:
        return [row.answers for row in self.responses]

    def labels(self, trait: str) -> list[str]:
        """Everyone's value of a trait; empty where it is not known."""
        if trait == "stratum":
            return [row.respondent.stratum for row in self.responses]
        if trait in {"language", "channel"}:
            return [str(getattr(row, trait)) for row in self.responses]
        return [trait_of((row.respondent.attributes, row.answers), trait) for row in self.responses]


def sample_of(survey: Survey) -> Sample | None:
    """The survey's finished responses; None when there are none. Without weights the design's count."""
    rows = tuple(finished(survey).select_related("respondent__organisation"))
    if not rows:
        return None
    strata = [row.respondent.stratum or "all" for row in rows]
    weights = [row.respondent.design_weight if row.weight is None else row.weight for row in rows]
    population = dict(survey.strata.values_list("code", "n_population"))
    fits = population and all(strata.count(code) <= population.get(code, 0) for code in set(strata))
    return Sample(
        survey,
        rows,
        levels(items_of(definition_of(survey.version_id)), [row.answers for row in rows]),
        design(weights, strata, population if fits else None),
        design(np.ones(len(rows))),
    )


@dataclass(frozen=True)
class Figure:
    """One figure of one item: weighted beside unweighted, with error, interval and what stands behind it."""

    item: Item
    figure: str
    value: float
    se: float
    lower: float
    upper: float
    unweighted: float
    n: int
    n_eff: float
    deff: float
    n_dont_know: int


def figures(sample: Sample) -> list[Figure]:
    """Every figure of every item with answers, in the questionnaire's order."""
    found: dict[tuple[str, str], Figure] = {}
    for k in sorted({item.n_levels for item in sample.items}):
        columns = [at for at, item in enumerate(sample.items) if item.n_levels == k]
        table = sample.levels.values[:, columns]
        weighted, plain = scale_figures(sample.weighted, table, k), scale_figures(sample.plain, table, k)
        for name in FIGURES:
            for place, at in enumerate(columns):
                if weighted[name].n[place]:
                    item = sample.items[at]
                    found[item.code, name] = _figure(
                        item,
                        name,
                        (weighted[name], plain[name]),
                        place=place,
                        n_dont_know=int(sample.levels.dont_know[at]),
                    )
    return [found[item.code, name] for item in sample.items for name in FIGURES if (item.code, name) in found]


def _figure(item: Item, name: str, found: tuple[Means, Means], *, place: int, n_dont_know: int) -> Figure:
    weighted, plain = found
    return Figure(
        item,
        name,
        float(weighted.value[place]),
        float(weighted.se[place]),
        float(weighted.lower[place]),
        float(weighted.upper[place]),
        float(plain.value[place]),
        int(weighted.n[place]),
        float(weighted.n_eff[place]),
        float(weighted.deff[place]),
        n_dont_know,
    )


def points(sample: Sample, item: Item, figure: str) -> Floats:
    """What each respondent's answer counts for in a figure [n]; NaN without one."""
    column = sample.levels.values[:, sample.items.index(item)]
    known = ~np.isnan(column)
    worth = scale_points(figure, item.n_levels)
    return np.where(known, worth[np.where(known, column, 1).astype(int) - 1], np.nan)


@dataclass(frozen=True)
class Group:
    """One group's figure; a group with fewer than ten answers is named and not shown."""

    label: str
    n: int
    value: float | None
    lower: float | None
    upper: float | None
    n_eff: float | None

    @property
    def is_hidden(self) -> bool:
        return self.value is None

    @property
    def share(self) -> float:
        """The value as a share of the scale from 0 to 100, as bars need it; so are the bounds."""
        return (self.value or 0.0) / 100

    @property
    def share_lower(self) -> float:
        return (self.lower or 0.0) / 100

    @property
    def share_upper(self) -> float:
        return (self.upper or 0.0) / 100


def groups(sample: Sample, item: Item, trait: str, figure: str = "linear100") -> list[Group]:
    """A figure by group. Where exactly one group is small, the next smallest is hidden too: no subtraction."""
    labels = [value_words(trait, label) for label in sample.labels(trait)]
    found = by_group(sample.weighted, points(sample, item, figure), labels)
    sizes = {label: int(means.n[0]) for label, means in found.items()}
    hidden = {label for label, n in sizes.items() if n < FEWEST}
    if len(hidden) == 1 and len(sizes) > 1:
        hidden.add(min((n, label) for label, n in sizes.items() if label not in hidden)[1])
    return [
        Group(label, sizes[label], None, None, None, None)
        if label in hidden
        else Group(
            label,
            sizes[label],
            float(means.value[0]),
            float(means.lower[0]),
            float(means.upper[0]),
            float(means.n_eff[0]),
        )
        for label, means in sorted(found.items())
    ]


@dataclass(frozen=True)
class Point:
    """One wave of an item; `breaks` says why it cannot be compared with the wave before."""

    survey: Survey
    figure: Figure
    breaks: str
    change: float | None = None
    change_lower: float | None = None
    change_upper: float | None = None


def trend(survey: Survey, figure: str = "linear100") -> dict[str, list[Point]]:
    """The waves of each item up to this one; across a break no change is told."""
    found: dict[str, list[Point]] = {}
    before: Survey | None = None
    for wave in waves(survey):
        sample = sample_of(wave)
        for told in figures(sample) if sample else ():
            if told.figure == figure:
                line = found.setdefault(told.item.code, [])
                line.append(_point(wave, before, told, line))
        before = wave
    return found


def _point(wave: Survey, before: Survey | None, told: Figure, line: Sequence[Point]) -> Point:
    breaks = _break(wave, before, told.item) if line and before is not None else ""
    if not line or breaks:
        return Point(wave, told, breaks)
    last = line[-1].figure
    gap = told.value - last.value
    half = 1.959963984540054 * float(np.hypot(told.se, last.se))
    return Point(wave, told, "", gap, gap - half, gap + half)


def _break(wave: Survey, before: Survey, item: Item) -> str:
    if wave.breaks_series:
        return wave.break_reason
    if wave.version_id != before.version_id and not same_wording(
        definition_of(before.version_id), definition_of(wave.version_id), item.code
    ):
        return _("The wording or the scale changed.")
    return ""


def released_rows(survey: Survey) -> list[Estimate]:
    """The figures as they are frozen: for all together, and for each organisation people were drawn for."""
    sample = sample_of(survey)
    if sample is None:
        return []
    rows = [_frozen(survey, None, told) for told in figures(sample)]
    owners = [row.respondent.organisation_id for row in sample.responses]
    for owner in sorted({owner for owner in owners if owner is not None}):
        part = _domain(sample, [one == owner for one in owners])
        rows += [_frozen(survey, owner, told) for told in figures(part)]
    if survey.organisation_id is not None and not any(owners):
        rows += [_frozen(survey, survey.organisation_id, told) for told in figures(sample)]
    return rows


def _domain(sample: Sample, inside: Sequence[bool]) -> Sample:
    """The same design with only some people's answers: a domain keeps everybody in the design."""
    kept = np.asarray(inside)
    values = np.where(kept[:, None], sample.levels.values, np.nan)
    own = [row.answers for row, is_own in zip(sample.responses, inside, strict=True) if is_own]
    unsure = levels(sample.items, own).dont_know
    told = Levels(sample.items, values, unsure)
    return Sample(sample.survey, sample.responses, told, sample.weighted, sample.plain)


def _frozen(survey: Survey, organisation_id: int | None, told: Figure) -> Estimate:
    return Estimate(
        survey=survey,
        organisation_id=organisation_id,
        item=told.item.code,
        figure=told.figure,
        n_levels=told.item.n_levels,
        value=told.value,
        se=None if np.isnan(told.se) else told.se,
        lower=None if np.isnan(told.lower) else told.lower,
        upper=None if np.isnan(told.upper) else told.upper,
        unweighted=told.unweighted,
        n=told.n,
        n_eff=told.n_eff,
        n_dont_know=told.n_dont_know,
    )
