"""Random versions of one compiled scheme: values within their errors, weights within bounds, other scales.

Draws come in blocks whose numbers depend on the seed and the block's place alone, so neither the order of
rows nor the size of a chunk nor the number of threads can change a result.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Protocol

import numpy as np

from scoring import adjustments
from scoring.aggregation import ADDITIVE
from scoring.noise import Scale, other_scales, own_scale
from scoring.ordering import round_half_up
from scoring.plan import Plan, check_children
from scoring.types import Bools, Floats, Ints, ScoringError, Uncertainty

SOURCES = ("sampling", "weights", "normalise")
BLOCK = 32


class Normals(Protocol):
    """Where standard normal numbers come from."""

    def standard_normal(self, size: tuple[int, ...]) -> Floats: ...


@dataclass(frozen=True, eq=False)
class Patterns:
    """Units grouped by which indicators they have: a small plan that yields the weights each group gives them."""

    plan: Plan
    members: tuple[np.ndarray, ...]
    probe: Floats

    def weights(self, node_weights: Mapping[str, Floats], draws: int) -> list[Floats]:
        """Weight [draws, K] of every indicator in the ranked score, by pattern; NaN where there is no score."""
        k, n = self.probe.shape
        node = self.plan.scheme.rank.node
        probe = np.broadcast_to(self.probe[:, None, :], (k, draws if node_weights else 1, n))
        found = self.plan.combine(probe, node_weights or None)[node].score
        return [found[:, p * k : (p + 1) * k] for p in range(len(self.members))]


@dataclass(frozen=True, eq=False)
class Lottery:
    """What varies between draws of a plan: by how much the weights, over which scales, with sampling or not."""

    plan: Plan
    sampling: bool
    spread: float
    scales: tuple[Scale, ...]
    seed: int

    @property
    def varies(self) -> tuple[str, ...]:
        on = (self.sampling, self.spread > 0, len(self.scales) > 1)
        return tuple(source for source, there in zip(SOURCES, on, strict=True) if there)

    @cached_property
    def patterns(self) -> Patterns | None:
        """Where the score is a weighted mean, its error can be drawn once a unit instead of once a cell."""
        if any(scale.relative for scale in self.scales) or not _weighted_means_only(self.plan):
            return None
        return _patterns(self.plan, np.isnan(self.scales[0].points))

    def scores(self, block: int, n: int) -> Floats:
        """Compared scores [n, N] of the first n draws of a block, as they would be ranked (rounded, best high)."""
        noise = self._generator(0, block)
        found = self.compared(self._weights(block), self._choice(block), lambda _: noise, f"block {block}")
        return found[:n]

    def compared(
        self, weights: Mapping[str, Floats], choice: Ints, noise: Callable[[Ints], Normals], place: str
    ) -> Floats:
        """Compared scores [D, N] under given weights {node: [K, D, 1]}, scales [D] and errors of the draws named."""
        plan, rule = self.plan, self.plan.scheme.rank
        found = np.empty((len(choice), len(plan.table.units)))
        with np.errstate(all="ignore"):
            for number, scale in enumerate(self.scales):
                rows = np.flatnonzero(choice == number)
                picked = {code: w[:, rows] for code, w in weights.items()}
                if not len(rows):
                    continue
                if self.patterns is not None:
                    found[rows] = self._by_pattern(self.patterns, scale, picked, len(rows), noise(rows))
                else:
                    found[rows] = self._in_full(scale, picked, len(rows), noise(rows), place)
        found = adjustments.share_of_full(found, plan.scheme.full_marks, plan.table.groups)
        if rule.decimals is not None:
            found = round_half_up(found, rule.decimals)
        return found if rule.best == "high" else -found

    def _generator(self, stream: int, block: int) -> np.random.Generator:
        return np.random.default_rng(np.random.SeedSequence(self.seed, spawn_key=(stream, block)))

    def _weights(self, block: int) -> dict[str, Floats]:
        """Node → [K, BLOCK, 1]; every weight moves by up to the spread, then the node's sum is restored."""
        if self.spread == 0:
            return {}
        generator = self._generator(1, block)
        found = {}
        for branch in self.plan.branches:
            factor = generator.uniform(1 - self.spread, 1 + self.spread, (BLOCK, len(branch.weights))).T
            found[branch.code] = moved_weights(branch.weights, factor)
        return found

    def _choice(self, block: int) -> Ints:
        if len(self.scales) == 1:
            return np.zeros(BLOCK, dtype=np.int64)
        return self._generator(2, block).integers(0, len(self.scales), BLOCK)

    @cached_property
    def _held(self) -> dict[str, list[tuple[Floats, Floats]]]:
        """Points and squared errors [K, n] by scale and pattern; a gap counts nothing because its weight is 0."""
        members = () if self.patterns is None else self.patterns.members
        return {
            scale.name: [(np.nan_to_num(scale.points[:, m]), scale.steep[:, m] ** 2) for m in members]
            for scale in self.scales
        }

    def _by_pattern(
        self,
        patterns: Patterns,
        scale: Scale,
        weights: Mapping[str, Floats],
        n: int,
        noise: Normals,
    ) -> Floats:
        """Scores [n, N]: Gw·points + √(Gw²·steep²)·Z, exact because a sum of normal errors is normal."""
        found = np.empty((n, len(self.plan.table.units)))
        share = np.empty((len(scale.points), n, found.shape[1])) if scale.curved else None
        held = zip(patterns.members, patterns.weights(weights, n), self._held[scale.name], strict=True)
        for members, given, (points, squares) in held:
            w = np.broadcast_to(given, (n, given.shape[1]))
            # einsum and not @: the same bytes whatever the number of threads the linear algebra may use.
            part = np.einsum("dk,kn->dn", w, points)
            if self.sampling:
                error = np.sqrt(np.einsum("dk,kn->dn", w * w, squares))
                part += error * noise.standard_normal(part.shape)
            found[:, members] = part
            if share is not None:
                share[:, :, members] = w.T[:, :, None]
        if share is not None:
            for k, cells in scale.curved.items():
                moved = self._moved(scale, k, cells, noise.standard_normal((n, len(cells))))
                found[:, cells] += share[k][:, cells] * (moved - scale.points[k, cells])
        return found

    def _moved(self, scale: Scale, k: int, cells: np.ndarray, z: Floats) -> Floats:
        ready = self.plan.prepared
        assert ready.se is not None
        return scale.rescale(self.plan, k, ready.values[k, cells] + ready.se[k, cells] * z, cells)

    def _in_full(
        self, scale: Scale, weights: Mapping[str, Floats], n: int, noise: Normals, place: str
    ) -> Floats:
        plan = self.plan
        points = np.broadcast_to(scale.points[:, None, :], (len(scale.points), n, scale.points.shape[1]))
        if self.sampling:
            ready = plan.prepared
            assert ready.se is not None
            points = points.copy()
            for k in range(len(points)):
                if scale.steep[k].any() or k in scale.curved or k in scale.relative:
                    z = noise.standard_normal(points.shape[1:])
                    points[k] += scale.steep[k] * z
                    if k in scale.curved:
                        cells = scale.curved[k]
                        points[k][:, cells] = self._moved(scale, k, cells, z[:, cells])
                    elif k in scale.relative:
                        points[k] = scale.rescale(plan, k, ready.values[k] + np.nan_to_num(ready.se[k]) * z)
        done = plan.combine(points, weights or None)
        score = done[plan.scheme.rank.node].score
        expected = np.isfinite(plan.combined[plan.scheme.rank.node].score)
        if not np.isfinite(score[..., expected]).all():
            self._refuse({code: one.x for code, one in done.items()}, scale, place)
        return score

    def _refuse(self, children: Mapping[str, Floats], scale: Scale, place: str) -> None:
        """A draw without a score ends the simulation with its cause; leaving it out would bias every figure."""
        where = f"a draw in {place} (seed {self.seed}, {scale.name}) failed"
        for branch in self.plan.branches:
            try:
                check_children(branch, children[branch.code], self.plan.table)
            except ScoringError as fault:
                raise ScoringError(f"{where}: {fault.message}") from fault
        raise ScoringError(f"{where}: a score is not a finite number")


def moved_weights(weights: Floats, factor: Floats) -> Floats:
    """Weights [K] times factors [K, D], brought back to their sum: [K, D, 1]."""
    moved = weights[:, None] * factor
    return np.asarray((moved * (weights.sum() / moved.sum(axis=0)))[:, :, None])


def lottery(plan: Plan, seed: int, sources: tuple[str, ...] = SOURCES) -> Lottery:
    """The draws a scheme's `uncertainty` asks for, limited to the sources named."""
    unknown = sorted(set(sources) - set(SOURCES))
    if unknown:
        raise ScoringError(f"a source of uncertainty is one of {', '.join(SOURCES)}, not {unknown[0]}")
    rule = plan.scheme.uncertainty or Uncertainty()
    plan = _settled(plan)
    se = plan.prepared.se
    sampling = "sampling" in sources and rule.sampling and se is not None and bool((se > 0).any())
    spread = rule.weights if "weights" in sources else 0.0
    if not 0 <= spread < 1:
        raise ScoringError(f"uncertainty: weights move by a share below 1, not by {spread:g}")
    scales = other_scales(plan, rule.normalise, sampling=sampling) if "normalise" in sources else ()
    return Lottery(plan, sampling, spread, scales or (own_scale(plan, sampling=sampling),), seed)


def _settled(plan: Plan) -> Plan:
    """The plan without its availability test: what counts for whom is marked in the points themselves."""
    missing = plan.scheme.missing
    if missing.rule == "refuse":
        return plan
    return replace(plan, scheme=replace(plan.scheme, missing=replace(missing, availability=0.0)))


def _weighted_means_only(plan: Plan) -> bool:
    return all(branch.how.method in ADDITIVE and not branch.adjustments for branch in plan.branches)


def _patterns(plan: Plan, gaps: Bools) -> Patterns | None:
    """Probe units that hold 1 on one indicator and 0 on the others they have: their score is a weight."""
    ready = plan.prepared
    state = gaps.astype(np.int8)
    if ready.not_applicable is not None:
        state += ready.not_applicable
    kinds, kind = np.unique(state, axis=1, return_inverse=True)
    k = len(state)
    if kinds.shape[1] * k > max(state.shape[1], 4 * k):
        return None
    probe = np.concatenate(
        [np.where(kinds[:, [p]] > 0, np.nan, np.eye(k)) for p in range(kinds.shape[1])], axis=1
    )
    nothing = None if ready.not_applicable is None else np.repeat(kinds == 2, k, axis=1)
    small = replace(plan, prepared=replace(ready, not_applicable=nothing))
    members = tuple(np.flatnonzero(kind.ravel() == p) for p in range(kinds.shape[1]))
    return Patterns(small, members, probe)
