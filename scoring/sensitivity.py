"""What a ranking hangs on: shares of its variance, weights that would swap neighbours, orders no weights undo."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from scoring import sobol
from scoring.draws import SOURCES, Lottery, lottery, moved_weights
from scoring.ordering import place_rows
from scoring.plan import Plan
from scoring.ranksets import rank_sets
from scoring.recipe import standard_error, standing
from scoring.shrinkage import reliability
from scoring.types import Bools, Floats, Ints, ScoringError

RELIABLE_FROM = 0.5
_VERSIONS = 1024
_CHUNK = 64
THREADS = 2


@dataclass(frozen=True, eq=False)
class Sensitivity:
    """Sobol indices of places: first, total [inputs, units], NaN for units that are not ranked.

    shift_first, shift_total [inputs]: the same for the mean |change of place| over all units, with Monte
    Carlo standard errors. Inputs: "weights NODE" (all weights of a node together), "normalise", "sampling".
    """

    inputs: tuple[str, ...]
    units: tuple[str, ...]
    first: Floats
    total: Floats
    shift_first: Floats
    shift_total: Floats
    shift_first_se: Floats
    shift_total_se: Floats
    n: int
    seed: int


class _Repeatable:
    """Standard normals by draw: draws that share a number share every error."""

    def __init__(self, seed: int, numbers: Ints) -> None:
        self._streams = [
            np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(3, int(k)))) for k in numbers
        ]

    def standard_normal(self, size: tuple[int, ...]) -> Floats:
        return np.stack([stream.standard_normal(size[1:]) for stream in self._streams])


def sensitivity(
    plan: Plan, *, n: int = 1024, seed: int = 0, sources: tuple[str, ...] = SOURCES
) -> Sensitivity:
    """Which doubt moves places most; n·(inputs + 2) rankings over the sources of the scheme's `uncertainty`."""
    game = lottery(plan, seed, sources)
    names = [f"weights {b.code}" for b in plan.branches if game.spread > 0 and len(b.children) > 1]
    names += [source for source in ("normalise", "sampling") if source in game.varies]
    ranks = standing(plan)[2]
    ranked = np.flatnonzero(~np.isnan(ranks))
    if not names or len(ranked) < 2:
        raise ScoringError(
            "nothing is uncertain in this scheme and these data, so nothing can be apportioned"
        )
    model = _Places(game, tuple(names), ranked, seed)
    found = sobol.indices(model, len(names), n=n, seed=seed)
    first, total = (np.full((len(names), len(ranks)), np.nan) for _ in range(2))
    first[:, ranked], total[:, ranked] = found.first[:, :-1], found.total[:, :-1]
    return Sensitivity(
        inputs=tuple(names),
        units=plan.table.units,
        first=first,
        total=total,
        shift_first=found.first[:, -1],
        shift_total=found.total[:, -1],
        shift_first_se=found.first_se[:, -1],
        shift_total_se=found.total_se[:, -1],
        n=n,
        seed=seed,
    )


class _Places:
    """The model [m, inputs] → [m, ranked units + 1]: places, and their mean absolute change last."""

    def __init__(self, game: Lottery, names: tuple[str, ...], ranked: Ints, seed: int) -> None:
        self._game, self._names, self._ranked, self._seed = game, names, ranked, seed
        generator = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(4,)))
        self._factors = {
            branch.code: generator.uniform(1 - game.spread, 1 + game.spread, (len(branch.weights), _VERSIONS))
            for branch in game.plan.branches
        }
        self._within = game.plan.scheme.rank.within
        labels = game.plan.table.groups[self._within] if self._within else ("",) * len(game.plan.table.units)
        kinds = np.array(labels)[ranked]
        self._groups = [np.flatnonzero(kinds == label) for label in sorted(set(kinds.tolist()))]
        base = standing(game.plan)[0][ranked] * (1.0 if game.plan.scheme.rank.best == "high" else -1.0)
        self._base = self._place(base[None])[0]

    def __call__(self, u: Floats) -> Floats:
        with ThreadPoolExecutor(THREADS) as pool:
            return np.concatenate(list(pool.map(self._chunk, np.split(u, range(_CHUNK, len(u), _CHUNK)))))

    def _chunk(self, u: Floats) -> Floats:
        column = dict(zip(self._names, u.T, strict=True))
        weights = {}
        for branch in self._game.plan.branches:
            chosen = column.get(f"weights {branch.code}")
            if chosen is not None:
                factor = self._factors[branch.code][:, (chosen * _VERSIONS).astype(np.int64)]
                weights[branch.code] = moved_weights(branch.weights, factor)
            elif self._game.spread > 0:
                weights[branch.code] = np.repeat(branch.weights[:, None, None], len(u), axis=1)
        scales = column.get("normalise", np.zeros(len(u)))
        numbers = (column.get("sampling", np.zeros(len(u))) * _VERSIONS).astype(np.int64)
        scores = self._game.compared(
            weights,
            (scales * len(self._game.scales)).astype(np.int64),
            lambda rows: _Repeatable(self._seed, numbers[rows]),
            "a sensitivity analysis",
        )
        places = self._place(scores[:, self._ranked])
        return np.column_stack([places, np.abs(places - self._base).mean(axis=1)])

    def _place(self, scores: Floats) -> Floats:
        places = np.empty(scores.shape)
        for members in self._groups:
            places[:, members] = place_rows(scores[:, members])
        return places


@dataclass(frozen=True)
class Flip:
    """How little the weights must move for the unit behind to draw level with the one ahead.

    distance: Euclidean length of the smallest move of all weights together (their sum kept), `weights` after
    it. code, weight_now, weight_then: the single weight whose smallest change does it while the others keep
    their proportions; None where no single weight within 0-1 can.
    """

    ahead: str
    behind: str
    gap: float
    distance: float
    feasible: bool
    code: str | None
    weight_now: float | None
    weight_then: float | None


def flips(plan: Plan) -> list[Flip]:
    """Each ranked unit against the next one, by closed form over the weights of the indicators in the score.

    Needs a score that is a weighted mean. With d = points of one less points of the other and gap D = Σwd,
    the smallest move that closes D is −D·(d − d̄)/|d − d̄|², of length D/|d − d̄|.
    """
    weights, points = _linear(plan)
    ranks = standing(plan)[2]
    order = np.lexsort((np.arange(len(ranks)), ranks))
    order = order[: int((~np.isnan(ranks)).sum())]
    units = plan.table.units
    sign = 1.0 if plan.scheme.rank.best == "high" else -1.0
    found = []
    for ahead, behind in pairwise(order.tolist()):
        d = sign * (points[:, ahead] - points[:, behind])
        used = ~np.isnan(d) & (weights > 0)
        if not np.array_equal(used, weights > 0):
            continue  # units with different gaps carry different weights; no one change speaks for both
        codes = [plan.scheme.codes[k] for k in np.flatnonzero(used).tolist()]
        found.append(_flip((units[ahead], units[behind]), codes, weights[used], d[used]))
    return found


def _flip(pair: tuple[str, str], codes: Sequence[str], w: Floats, d: Floats) -> Flip:
    gap = float(w @ d)
    centred = d - d.mean()
    length = float(np.sqrt(centred @ centred))
    distance = abs(gap) / length if length > 0 else float("inf")
    moved = w - gap * centred / length**2 if length > 0 else w
    rest = np.where(w < 1, (gap - w * d) / np.where(w < 1, 1 - w, 1.0), np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        step = -gap / (d - rest)
    then = w + step
    possible = np.isfinite(step) & (then >= 0) & (then <= w.sum())
    code, now, after = None, None, None
    if possible.any():
        best = int(np.argmin(np.where(possible, np.abs(step), np.inf)))
        code, now, after = codes[best], float(w[best]), float(then[best])
    return Flip(*pair, gap, distance, bool(length > 0 and (moved >= 0).all()), code, now, after)


def _linear(plan: Plan) -> tuple[Floats, Floats]:
    weights = plan.global_weights()
    if weights is None or any(branch.adjustments for branch in plan.branches):
        raise ScoringError(
            "closed forms need a score that is a weighted mean without deductions, bonus or veto"
        )
    return weights / weights.sum(), plan.normalised


@dataclass(frozen=True, eq=False)
class Dominance:
    """Orders that hold for every set of weights in the box: best and worst place of each unit over it.

    before[i, j]: unit i stands before j whatever the weights; NaN places for units that are not ranked.
    """

    units: tuple[str, ...]
    before: Bools
    lower: Floats
    upper: Floats
    spread: float


def dominance(plan: Plan, spread: float = 0.25) -> Dominance:
    """Robust dominance when each weight may lie within ± spread of its own size, in any combination.

    i stands before j over the whole box exactly when Σwd > spread·Σw|d|, since dividing by the sum of the weights does
    not change a sign. Units with a missing indicator are compared by what both have.
    """
    if not 0 <= spread < 1:
        raise ScoringError(f"weights move by a share below 1, not by {spread:g}")
    weights, points = _linear(plan)
    ranked = np.flatnonzero(~np.isnan(standing(plan)[2]))
    sign = 1.0 if plan.scheme.rank.best == "high" else -1.0
    n = len(plan.table.units)
    before = np.zeros((n, n), dtype=np.bool_)
    for row in ranked:
        d = np.nan_to_num(sign * (points[:, [row]] - points[:, ranked]))
        before[row, ranked] = weights @ d > spread * (weights @ np.abs(d)) + 1e-12
    lower, upper = np.full(n, np.nan), np.full(n, np.nan)
    lower[ranked] = 1 + before[:, ranked].sum(axis=0)
    upper[ranked] = len(ranked) - before[ranked].sum(axis=1)
    return Dominance(plan.table.units, before, lower, upper, spread)


@dataclass(frozen=True)
class Reliability:
    """Share of the variance of the compared scores that is signal; below 0.5 a page must warn at its top."""

    share: float
    n: int

    @property
    def warn(self) -> bool:
        return not self.share >= RELIABLE_FROM


def reliability_of(plan: Plan) -> Reliability | None:
    """Reliability of the ranked scores; None where the data carry no errors."""
    se = standard_error(plan)
    if se is None:
        return None
    score, _, ranks = standing(plan)
    ranked = ~np.isnan(ranks)
    return Reliability(reliability(score[ranked], se[ranked] ** 2), int(ranked.sum()))


@dataclass(frozen=True)
class SelfTest:
    """Share of simulated repetitions in which all rank sets together held all true places."""

    coverage: float
    mc_se: float
    promised: float
    rounds: int
    seed: int

    @property
    def kept(self) -> bool:
        """Whether the promise lies within two Monte Carlo standard errors or is exceeded."""
        return self.coverage + 2 * self.mc_se >= self.promised


def self_test(
    x: Floats, se: Floats, *, coverage: float = 0.95, rounds: int = 200, draws: int = 1000, seed: int = 0
) -> SelfTest:
    """Takes the current estimates as true, adds errors of the current size, and counts how often the sets hold."""
    if rounds < 1:
        raise ScoringError("A self-test needs at least one round.")
    there = ~np.isnan(x)
    truth, error = np.sort(x[there]), se[there][np.argsort(x[there], kind="stable")]
    best = 1 + (truth[None, :] > truth[:, None]).sum(axis=1)
    worst = len(truth) - (truth[None, :] < truth[:, None]).sum(axis=1)
    generator = np.random.default_rng(seed)
    held = 0
    for turn in range(rounds):
        seen = truth + error * generator.standard_normal(len(truth))
        sets = rank_sets(seen, error, coverage=coverage, draws=draws, seed=turn)
        held += bool(np.all((sets.lower <= best) & (sets.upper >= worst)))
    share = held / rounds
    return SelfTest(share, (share * (1 - share) / rounds) ** 0.5, coverage, rounds, seed)
