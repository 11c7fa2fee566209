"""What it takes to gain places, and how many answers an interval of a given width needs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from math import ceil

import numpy as np

from scoring.edits import edited, row_of
from scoring.plan import Plan
from scoring.recipe import standard_error, standing
from scoring.special import normal_cdf, normal_ppf, z_value
from scoring.types import Bools, Floats, ScoringError

_PRECISION = 1e-9


@dataclass(frozen=True)
class Move:
    """A change of one indicator in its raw unit and what it costs."""

    code: str
    change: float
    cost: float


@dataclass(frozen=True)
class NextRank:
    """What it takes for a unit to come to a better place.

    alone: by indicator, the least change that does it without the others, None where it cannot. moves: the
    cheapest plan found, empty where the place cannot be reached. chance_gain: probability that the unit's own gain
    exceeds the noise of two measurements; chance_place: that it truly stands before the unit it passes (None
    without errors in the data).
    """

    unit: str
    rank: float
    target: float
    reached: float | None
    alone: Mapping[str, Move | None]
    moves: tuple[Move, ...]
    cost: float | None
    chance_gain: float | None
    chance_place: float | None


def next_rank(
    plan: Plan,
    unit: str,
    k: int = 1,
    costs: Mapping[str, float] | None = None,
    *,
    limits: Mapping[str, float] | None = None,
    certainty: float = 0.5,
) -> NextRank:
    """The least change of a unit's own figures that gains k places, with everything recomputed.

    costs: price of one raw unit by indicator, default 1 for all; indicators not priced stay. limits: best value
    thought possible, default the scale's mark or the best value among all units. `certainty` asks that the unit
    truly stand there with that probability, so that its margin must exceed the sampling error.
    """
    row = row_of(plan, unit)
    prices = dict.fromkeys(plan.scheme.codes, 1.0) if costs is None else dict(costs)
    _check_prices(plan, prices, certainty)
    search = _Search.of(plan, row, k, float(normal_ppf(certainty)))
    room = {code: _limit(plan, row, code, limits or {}) for code in prices}
    alone: dict[str, Move | None] = {}
    plans: list[dict[str, float]] = []
    for code, (value, limit) in room.items():
        edits = search.least({}, code, value, limit)
        alone[code] = None if edits is None else _move(code, edits[code] - value, prices)
        if edits is not None:
            plans.append(edits)
    together = _greedy(search, room, prices)
    if together is not None:
        plans.append(together)
    if not plans:
        return NextRank(unit, search.rank, search.target, None, alone, (), None, None, None)

    def price(edits: Mapping[str, float]) -> float:
        return sum(_move(code, value - room[code][0], prices).cost for code, value in edits.items())

    cheapest = min(plans, key=price)
    moves = tuple(_move(code, value - room[code][0], prices) for code, value in cheapest.items())
    reached, chance_gain, chance_place = search.outcome(cheapest)
    return NextRank(
        unit, search.rank, search.target, reached, alone, moves, price(cheapest), chance_gain, chance_place
    )


def _check_prices(plan: Plan, prices: Mapping[str, float], certainty: float) -> None:
    for code, price in prices.items():
        if code not in plan.scheme.codes:
            raise ScoringError(f"there is no indicator {code} to improve", column=code)
        if not price >= 0:
            raise ScoringError(f"a price should be zero or more, not {price}", column=code)
    if not 0 < certainty < 1:
        raise ScoringError(f"a certainty lies strictly between 0 and 1, not at {certainty}")


def _move(code: str, change: float, prices: Mapping[str, float]) -> Move:
    return Move(code, change, abs(change) * prices[code])


def _limit(plan: Plan, row: int, code: str, limits: Mapping[str, float]) -> tuple[float, float]:
    """A unit's value and the best it could be; the value itself where it is missing or already there."""
    indicator = plan.scheme.indicators[plan.scheme.codes.index(code)]
    column = plan.table.values[:, plan.table.codes.index(code)]
    value, up = float(column[row]), indicator.direction
    spec = indicator.normalise
    marks = [spec.hi if up > 0 else spec.lo] if spec.method == "goalposts" else [spec.target]
    known = [float(mark) for mark in marks if mark is not None]
    best = float(np.nanmax(column) if up > 0 else np.nanmin(column))
    limit = limits.get(code, known[0] if known else best)
    return value, limit if up * (limit - value) > 0 else value


def _greedy(
    search: "_Search", room: Mapping[str, tuple[float, float]], prices: Mapping[str, float]
) -> dict[str, float] | None:
    """Indicators taken to their limit in order of points per cost; the last one only as far as it must go."""
    gain = {}
    for code, (value, limit) in room.items():
        points = search.margin({code: limit}) - search.start if limit != value else 0.0
        if points > 0:
            cost = abs(limit - value) * prices[code]
            gain[code] = points / cost if cost > 0 else np.inf
    edits: dict[str, float] = {}
    for code in sorted(gain, key=lambda c: (-gain[c], c)):
        found = search.least(edits, code, *room[code])
        if found is not None:
            return found
        edits[code] = room[code][1]
    return None


@dataclass(frozen=True, eq=False)
class _Search:
    """Margin by which one unit would pass, as a function of its edited values."""

    plan: Plan
    row: int
    rank: float
    target: float
    rivals: Bools
    se: Floats | None
    z: float
    start: float

    @classmethod
    def of(cls, plan: Plan, row: int, k: int, z: float) -> "_Search":
        _, status, ranks = standing(plan)
        unit = plan.table.units[row]
        if np.isnan(ranks[row]):
            raise ScoringError(f"the unit {unit} is not ranked")
        if k < 1 or ranks[row] - k < 1:
            raise ScoringError(f"the unit {unit} stands {ranks[row]:g}th and cannot gain {k} places")
        rivals = np.array([one.state == "ranked" for one in status])
        rivals[row] = False
        if plan.scheme.rank.within is not None:
            labels = np.array(plan.table.groups[plan.scheme.rank.within])
            rivals &= labels == labels[row]
        blank = cls(plan, row, float(ranks[row]), float(ranks[row] - k), rivals, standard_error(plan), z, 0.0)
        return replace(blank, start=blank.margin({}))

    def margin(self, edits: Mapping[str, float]) -> float:
        """Score above the unit that holds the wanted place, less what certainty asks; ≥ 0 when it is gained."""
        mine, other, error = self._gap(edits)
        return mine - other - self.z * error

    def _gap(self, edits: Mapping[str, float]) -> tuple[float, float, float]:
        unit = self.plan.table.units[self.row]
        plan = (
            edited(self.plan, {(unit, code): value for code, value in edits.items()}) if edits else self.plan
        )
        compared = standing(plan)[0] * (1.0 if self.plan.scheme.rank.best == "high" else -1.0)
        rows = np.flatnonzero(self.rivals)
        passed = rows[np.argsort(-compared[rows], kind="stable")[int(np.ceil(self.target)) - 1]]
        error = 0.0 if self.se is None else float(np.hypot(self.se[self.row], self.se[passed]))
        return float(compared[self.row]), float(compared[passed]), error

    def least(
        self, edits: Mapping[str, float], code: str, value: float, limit: float
    ) -> dict[str, float] | None:
        """The edits with the least move of one more indicator that gains the place; None where none does."""
        if limit == value or self.margin({**edits, code: limit}) < 0:
            return None
        share = _root(lambda t: self.margin({**edits, code: value + t * (limit - value)}))
        return {**edits, code: value + share * (limit - value)}

    def outcome(self, edits: Mapping[str, float]) -> tuple[float, float | None, float | None]:
        """The place reached and how likely the gain and the place are real."""
        unit = self.plan.table.units[self.row]
        after = standing(edited(self.plan, {(unit, code): value for code, value in edits.items()}))
        mine, other, error = self._gap(edits)
        if self.se is None:
            return float(after[2][self.row]), None, None
        gain = mine - self._gap({})[0]
        own = float(self.se[self.row]) * 2**0.5
        return float(after[2][self.row]), _chance(gain, own), _chance(mine - other, error)


def _chance(gap: float, error: float) -> float:
    return float(normal_cdf(gap / error)) if error > 0 else float(gap >= 0)


def _root(margin: Callable[[float], float]) -> float:
    """The least share t of the way at which the margin is not negative; bisection helped by straight lines."""
    low, high = 0.0, 1.0
    f_low, f_high = margin(low), margin(high)
    if f_low >= 0:
        return 0.0
    for turn in range(80):
        if high - low <= _PRECISION:
            break
        guess = low + (high - low) * f_low / (f_low - f_high) if turn % 3 < 2 else (low + high) / 2
        # A hair beyond the guess: on a straight line the next try then closes the bracket from the other side.
        middle = min(max(guess + 0.25 * _PRECISION * (1 if turn % 2 else -1), low + 1e-12), high - 1e-12)
        f_middle = margin(middle)
        if f_middle >= 0:
            high, f_high = middle, f_middle
        else:
            low, f_low = middle, f_middle
    return high


def responses_needed(
    n: float, se: float, half_width: float, *, coverage: float = 0.95, population: float | None = None
) -> int:
    """Answers a unit needs in all for an interval of ± half_width, if its spread stays as it is.

    n answers gave the standard error `se`; a finite population takes off what a full count would.
    """
    if not (n > 0 and se >= 0 and half_width > 0):
        raise ScoringError(
            "The answers needed follow from n > 0, an error of at least 0 and a width above 0."
        )
    needed = n * (z_value(coverage) * se / half_width) ** 2
    if population is not None:
        needed = needed / (1 + (needed - 1) / population) if needed > 1 else needed
        return min(ceil(needed - 1e-9), int(population))
    return max(1, ceil(needed - 1e-9))
