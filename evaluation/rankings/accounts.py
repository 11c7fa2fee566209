"""One unit's place accounted for: what changed it since last time, and what would lift it most, with its chance."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from evaluation.rankings import wording
from evaluation.rankings.enums import Tier
from evaluation.rankings.explanations import change_between, plan_of
from evaluation.rankings.frozen_units import unit_lifts
from evaluation.rankings.models import Run
from evaluation.rankings.queries import RankingRow, RunView, latest_run, run_view
from scoring.reach import NextRank, next_rank
from scoring.special import normal_cdf
from scoring.types import ScoringError
from surveys.core.text import localized


@dataclass(frozen=True)
class Lift:
    """One change alone, everybody else as they are: the score and place it would give, and the chance it is real."""

    text: str
    detail: str
    score: float
    gain: float
    rank: float | None
    chance: float | None


@dataclass(frozen=True)
class Factor:
    """What one cause gave to the change of score (points) and of place (a fall is positive)."""

    name: str
    score: float
    rank: float

    @property
    def places(self) -> float:
        """Places won; negative when lost."""
        return -self.rank


@dataclass(frozen=True)
class Next:
    """What the next place takes: the least change of one figure alone, and the cheapest plan found."""

    target: float
    single: tuple[tuple[str, float], ...]
    together: tuple[tuple[str, float], ...]
    chance_gain: float | None
    chance_place: float | None
    reached: bool


@dataclass(frozen=True)
class Account:
    view: RunView
    row: RankingRow

    @cached_property
    def lifts(self) -> list[Lift]:
        """The largest gain first; the chance is that of a gain above the noise of two measurements."""
        if not self.row.is_ranked:
            return []
        found = [
            Lift(
                localized(lift["text"]), localized(lift["detail"]), lift["score"], lift["gain"], lift["rank"],
                self._chance(lift["gain"]),
            )
            for lift in unit_lifts(self.view, self.row)
        ]  # fmt: skip
        return sorted(found, key=lambda lift: (-lift.gain, lift.detail))

    def _chance(self, gain: float) -> float | None:
        return chance_real(gain, self.row.se)

    @cached_property
    def earlier(self) -> Run | None:
        previous = self.view.cycle.previous
        return None if previous is None else latest_run(previous)

    @cached_property
    def before(self) -> RankingRow | None:
        return None if self.earlier is None else run_view(self.earlier).by_unit.get(self.row.unit)

    @cached_property
    def why_not(self) -> str:
        """Why the change cannot be split, in words; empty where it can."""
        if self.earlier is None:
            return localized(wording.NO_EARLIER)
        if self.before is None:
            return localized(wording.NEW_UNIT)
        if not (self.before.is_ranked and self.row.is_ranked):
            return _("it was ranked in one of the two cycles only")
        return ""

    @cached_property
    def factors(self) -> list[Factor]:
        """Causes of the change, which sum to it exactly."""
        if self.why_not or self.earlier is None:
            return []
        try:
            change = change_between(self.earlier, self.view.run).get(self.row.unit)
        except ScoringError:
            return []
        if change is None:
            return []
        names: Mapping[str, Any] = wording.FACTORS
        return [
            Factor(localized(names[name]), change.score_parts[name], change.rank_parts[name])
            for name in change.score_parts
        ]

    @property
    def score_change(self) -> float | None:
        if self.before is None or self.before.score is None or self.row.score is None:
            return None
        return self.row.score - self.before.score

    @property
    def places_won(self) -> float | None:
        if self.before is None or self.before.rank is None or self.row.rank is None:
            return None
        return self.before.rank - self.row.rank

    @cached_property
    def next(self) -> Next | None:
        """The next better place; None for the first and for units that are not ranked."""
        if not self.row.is_ranked or (self.row.rank or 0) <= 1:
            return None
        plan = plan_of(self.view.run)
        try:
            return self._named(next_rank(plan, self.row.unit))
        except ScoringError:
            return None

    def _named(self, found: NextRank) -> Next:
        name = {node.code: localized(node.names) for node in self.view.nodes}
        single = sorted(
            ((name.get(code, code), move.change) for code, move in found.alone.items() if move is not None),
            key=lambda item: (abs(item[1]), item[0]),
        )
        together = tuple((name.get(move.code, move.code), move.change) for move in found.moves)
        return Next(
            found.target,
            tuple(single),
            together,
            found.chance_gain,
            found.chance_place,
            found.reached is not None,
        )

    @property
    def tier(self) -> str:
        return str(Tier(self.row.tier).label) if self.row.tier else ""


def chance_real(gain: float, se: float | None) -> float | None:
    """Φ(gain/(√2·se)): the chance that a gain exceeds the noise of two measurements; None without an error."""
    if not se:
        return None
    return float(normal_cdf(gain / (np.sqrt(2) * se)))
