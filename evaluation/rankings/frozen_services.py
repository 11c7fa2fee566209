"""Figures of single services, told so coarsely that no small count follows from them and the units' figures.

Of a service with ten answers or more the average is told in whole points and the number of answers as a band; of
others nothing. A small count is safe while answers could be exchanged between services without anything told of
them changing; where none could, the smallest of the told ones is kept back too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from evaluation.rankings import wording
from evaluation.rankings.disclosure import LEAST, Release
from evaluation.rankings.queries import RunView
from evaluation.rankings.resident_cells import unit_of_organisations
from scoring.satisfaction import FORMULAS
from scoring.types import Ints
from surveys.catalogue.models import Service
from surveys.tallies.queries import LevelCounts, counts

JSON = dict[str, Any]
BANDS = (10, 30, 100, 300, 1000, 3000, 10_000, 30_000, 100_000)
POINTS = "linear100"
Z = 1.959964


@dataclass(frozen=True)
class Answers:
    """How often each level of one scale was given for a service, low to high."""

    service: int
    scale: str
    counts: tuple[int, ...]
    starts_on: Any = None
    ends_on: Any = None

    @property
    def n(self) -> int:
        return sum(self.counts)


def band_of(n: int) -> tuple[int, int | None]:
    """The band a number of answers lies in: from, and to where it ends."""
    at = max(i for i, low in enumerate(BANDS) if low <= n)
    return BANDS[at], BANDS[at + 1] - 1 if at + 1 < len(BANDS) else None


def services_of_pages(
    view: RunView, levels: Mapping[str, Sequence[LevelCounts]], allowed: Release
) -> dict[str, JSON]:
    """Every service whose residents were counted for a unit, by its code."""
    rows = Service.objects.order_by("code").values_list("pk", "code", "names")
    known = {pk: (code, names) for pk, code, names in rows}
    everyone = [row for unit in sorted(allowed.counted) for row in levels[unit]] if allowed.total else []
    common = spread_of(everyone)
    found: dict[str, JSON] = {}
    for unit, answers in _by_unit(view).items():
        whole = levels.get(unit, ())
        told = told_together(answers)
        spread = spread_of(whole) if unit in allowed.shown else common
        for one in answers:
            code, names = known[one.service]
            found[code] = {"unit": unit, "names": names, **_told(one, spread, is_told=one.service in told)}
    return dict(sorted(found.items()))


def _by_unit(view: RunView) -> dict[str, list[Answers]]:
    """Answers on one scale by service, for units whose every counted answer names its service or not."""
    unit_of = unit_of_organisations(list(view.cycle.units.all()))
    rows = counts(starts_on=view.cycle.starts_on, ends_on=view.cycle.ends_on, by=("organisation", "service"))
    found: dict[str, dict[int, list[LevelCounts]]] = {}
    for row in rows:
        if row.service_id is not None and row.n and row.organisation_id in unit_of:
            found.setdefault(unit_of[row.organisation_id], {}).setdefault(row.service_id, []).append(row)
    return {
        unit: [
            _joined(service, of)
            for service, of in sorted(services.items())
            if len({r.scale for r in of}) == 1
        ]
        for unit, services in sorted(found.items())
    }


def _joined(service: int, rows: Sequence[LevelCounts]) -> Answers:
    total = np.sum([row.vector for row in rows], axis=0)
    return Answers(
        service, rows[0].scale, tuple(int(n) for n in total),
        min(row.starts_on for row in rows), max(row.ends_on for row in rows),
    )  # fmt: skip


def told_together(answers: Sequence[Answers]) -> frozenset[int]:
    """The services that may be told beside the exact figures of their unit."""
    told = sorted((one for one in answers if one.n >= LEAST), key=lambda one: (one.n, one.service))
    kept_back = 0
    while kept_back < len(told) and len(answers) > 1:
        shown = frozenset(one.service for one in told[kept_back:])
        if all(_has_witness(one, answers, shown) for one in answers):
            return shown
        kept_back += 1
    return frozenset(one.service for one in told[kept_back:])


def _has_witness(one: Answers, answers: Sequence[Answers], shown: frozenset[int]) -> bool:
    """Whether every small count of a service, and a small number of its answers, could be another."""
    counts = np.array(one.counts)
    wanted = {level for level, n in enumerate(one.counts) if 0 < n < LEAST}
    is_small = 0 < one.n < LEAST
    for other in answers:
        if other.service == one.service:
            continue
        for step in _steps(len(counts)):
            if not (wanted & set(np.flatnonzero(step).tolist())) and not (is_small and step.sum()):
                continue
            if _looks_alike(one, step, shown) and _looks_alike(other, -step, shown):
                wanted -= set(np.flatnonzero(step).tolist())
                is_small = is_small and not step.sum()
        if not wanted and not is_small:
            return True
    return not wanted and not is_small


def _looks_alike(one: Answers, step: Ints, shown: frozenset[int]) -> bool:
    """Whether a service would be told, or kept back, just the same with these answers more or less."""
    counts = np.array(one.counts) + step
    n = int(counts.sum())
    if (counts < 0).any() or n < 1:
        return False
    if one.service not in shown:
        return (n < LEAST) == (one.n < LEAST)
    return n >= LEAST and band_of(n) == band_of(one.n) and _points_of(counts) == _points_of(one.counts)


def _points_of(counts: Sequence[int] | Ints) -> int:
    """The average in whole points."""
    return round(float(np.array(counts) @ FORMULAS[POINTS].points(len(counts))) / int(sum(counts)))


@lru_cache(maxsize=8)
def _steps(n_levels: int) -> tuple[Ints, ...]:
    """One or two answers of a level more or less, or one of a level in place of one of another."""
    unit = np.eye(n_levels, dtype=np.int64)
    single = [sign * times * row for times in (1, 2) for row in unit for sign in (1, -1)]
    swapped = [a - b for i, a in enumerate(unit) for j, b in enumerate(unit) if i != j]
    return (*single, *swapped)


def spread_of(rows: Sequence[LevelCounts]) -> float | None:
    """The standard deviation of single answers in points, from counts by level that are public."""
    told = [row for row in rows if row.n]
    if not told or len({row.scale for row in told}) > 1:
        return None
    total = np.sum([row.vector for row in told], axis=0)
    points = FORMULAS[POINTS].points(len(total))
    mean = float(total @ points) / float(total.sum())
    return float(np.sqrt(total @ (points - mean) ** 2 / total.sum()))


def _told(one: Answers, spread: float | None, *, is_told: bool) -> JSON:
    if not is_told:
        return {"missing": dict(wording.SMALL), "points": None, "margin": None, "from": None, "to": None}
    low, high = band_of(one.n)
    return {
        "missing": {},
        "points": _points_of(one.counts),
        "margin": None if spread is None else round(Z * spread / low**0.5 + 0.5),
        "from": low,
        "to": high,
        "scale": one.scale,
        "period": wording.period(one.starts_on, one.ends_on),
    }
