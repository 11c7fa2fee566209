"""What a run's ranking hangs on: shares of doubt, closest neighbours, orders no weights undo."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from evaluation.rankings.explanations import plan_of
from evaluation.rankings.models import Run, Study
from evaluation.rankings.queries import RunView
from scoring.plan import Plan
from scoring.sensitivity import dominance, flips, sensitivity
from scoring.types import Floats, ScoringError
from surveys.core.text import localized

JSON = dict[str, Any]
POINTS = 1024
SHARE = 0.25
MATTERS = 0.05


def compute(run: Run, *, seed: int) -> JSON:
    """The study of a run: Sobol indices with errors, weight flips, and the places every weighting allows."""
    plan = plan_of(run)
    return {"sobol": _sobol(plan, seed), "flips": _flips(plan), "dominance": _dominance(plan)}


def _sobol(plan: Plan, seed: int) -> JSON:
    try:
        found = sensitivity(plan, n=POINTS, seed=seed)
    except ScoringError as error:
        return {"fault": str(error)}
    return {
        "inputs": list(found.inputs),
        "units": list(found.units),
        "first": _rows(found.first),
        "total": _rows(found.total),
        "shift_first": found.shift_first.tolist(),
        "shift_total": found.shift_total.tolist(),
        "shift_first_se": found.shift_first_se.tolist(),
        "shift_total_se": found.shift_total_se.tolist(),
        "n": found.n,
        "seed": found.seed,
    }


def _rows(table: Floats) -> list[list[float | None]]:
    return [[None if np.isnan(value) else float(value) for value in row] for row in table]


def _flips(plan: Plan) -> JSON:
    try:
        found = flips(plan)
    except ScoringError as error:
        return {"fault": str(error)}
    rows = [{**flip.__dict__, "distance": min(flip.distance, 1e9)} for flip in found]
    return {"rows": rows}


def _dominance(plan: Plan) -> JSON:
    try:
        found = dominance(plan, SHARE)
    except ScoringError as error:
        return {"fault": str(error)}
    return {
        "units": list(found.units),
        "lower": _rows(found.lower[None])[0],
        "upper": _rows(found.upper[None])[0],
        "spread": found.spread,
    }


@dataclass(frozen=True)
class Doubt:
    """One source of doubt: the share of the movement of places that goes with it alone, and in all."""

    name: str
    first: float
    first_se: float
    total: float
    total_se: float

    @property
    def matters(self) -> bool:
        return self.total - 2 * self.total_se > MATTERS


@dataclass(frozen=True)
class Neighbours:
    """Two units next to each other, and the smallest change of one weight that would swap them."""

    ahead: str
    behind: str
    gap: float
    distance: float
    part: str
    now: float | None
    then: float | None

    @property
    def change(self) -> float | None:
        return None if self.now is None or self.then is None else self.then - self.now


@dataclass(frozen=True)
class Standing:
    """Places a unit may hold: by the answers, whatever the weights within a quarter, and which doubt moves it most."""

    unit: str
    name: str
    rank: float | None
    lower: int | None
    upper: int | None
    best: int | None
    worst: int | None
    mover: str
    mover_total: float | None

    @property
    def is_solid(self) -> bool:
        return self.best == self.worst and (self.lower is None or self.lower == self.upper)


@dataclass(frozen=True)
class StudyView:
    view: RunView
    study: Study

    @property
    def content(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.study.content
        return found

    @property
    def sobol(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.content["sobol"]
        return found

    @cached_property
    def faults(self) -> list[str]:
        """Why a part of the study could not be made for this scheme."""
        return sorted(
            {
                self.content[key]["fault"]
                for key in ("sobol", "flips", "dominance")
                if "fault" in self.content[key]
            }
        )

    def _part(self, code: str) -> str:
        node = self.view.by_code.get(code)
        return localized(node.names) if node else code

    def _source(self, name: str) -> str:
        if name.startswith("weights "):
            return _("Weights of %(part)s") % {"part": self._part(name.removeprefix("weights "))}
        return _("Choice of scale") if name == "normalise" else _("Chance in the figures")

    @cached_property
    def doubts(self) -> list[Doubt]:
        """The sources of doubt, the one that moves places most first."""
        if "fault" in self.sobol:
            return []
        rows = zip(
            *(
                self.sobol[key]
                for key in ("inputs", "shift_first", "shift_first_se", "shift_total", "shift_total_se")
            ),
            strict=True,
        )
        found = [Doubt(self._source(name), *figures) for name, *figures in rows]
        return sorted(found, key=lambda doubt: (-doubt.total, doubt.name))

    @cached_property
    def neighbours(self) -> list[Neighbours]:
        """Neighbours in the ranking, the closest pair first."""
        names = {row.unit: localized(row.names) for row in self.view.rows}
        found = [
            Neighbours(
                names.get(row["ahead"], row["ahead"]),
                names.get(row["behind"], row["behind"]),
                row["gap"],
                row["distance"],
                self._part(row["code"]) if row["code"] else "",
                row["weight_now"],
                row["weight_then"],
            )
            for row in self.content["flips"].get("rows", [])
        ]
        return sorted(found, key=lambda pair: (pair.distance, pair.ahead))

    @cached_property
    def standings(self) -> list[Standing]:
        box = self.content["dominance"]
        at = {unit: i for i, unit in enumerate(box.get("units", []))}
        return [
            Standing(
                row.unit,
                localized(row.names),
                row.rank,
                row.lower,
                row.upper,
                _whole(box["lower"][at[row.unit]]) if at else None,
                _whole(box["upper"][at[row.unit]]) if at else None,
                *self._mover(row.unit),
            )
            for row in self.view.ranked
        ]

    def _mover(self, unit: str) -> tuple[str, float | None]:
        if "fault" in self.sobol or unit not in self.sobol["units"]:
            return "", None
        column = self.sobol["units"].index(unit)
        totals: Sequence[float | None] = [row[column] for row in self.sobol["total"]]
        known = [(total, i) for i, total in enumerate(totals) if total is not None and total > MATTERS]
        if not known:
            return "", None
        total, i = max(known)
        return self._source(self.sobol["inputs"][i]), min(total, 1.0)

    @cached_property
    def n_solid(self) -> int:
        return sum(row.is_solid for row in self.standings)

    @property
    def headline(self) -> str:
        return _("%(solid)d of %(n)d places hold under chance and other weights") % {
            "solid": self.n_solid, "n": len(self.view.ranked)
        }  # fmt: skip


def _whole(value: float | None) -> int | None:
    return None if value is None else int(value)
