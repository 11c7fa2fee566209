"""Twelve ways to combine the children of a node, and what a missing child does to the weights.

Pure functions on [K, ..., N]: children first, units last, any number of draws between. Nothing is validated.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from scoring.scales import TOLERANCE, same
from scoring.types import Bools, Floats, Missing, Node

POSITIVE = ("gmean", "hmean", "genmean")
RELATIVE = ("copeland", "topsis")
ADDITIVE = ("amean", "sum")


@dataclass(frozen=True, eq=False)
class How:
    """How one node combines: the method, its parameters, and which children are costs (for topsis)."""

    method: str
    p: float = 1.0
    positions: Floats | None = None
    shift: float = 0.0
    cost: Bools | None = None

    @classmethod
    def of(cls, node: Node, cost: Bools | None = None) -> "How":
        positions = np.array(node.weights) / sum(node.weights) if node.weights else None
        return cls(node.aggregate, 1.0 if node.p is None else node.p, positions, node.floor or 0.0, cost)


def effective_weights(
    w: Floats, present: Bools, applicable: Bools, missing: Missing, receives: Bools | None = None
) -> tuple[Floats, Bools]:
    """Weights after absent children gave theirs away, and where enough of the weight is there.

    w: [K] or broadcastable to present [K, ..., N]. A child that is not applicable leaves the denominator of the
    availability; a missing one does not. receives: [K] children that take over under `redistribute`.
    """
    here = np.where(present, w, 0.0)
    due = np.where(applicable, w, 0.0).sum(axis=0)
    held = here.sum(axis=0)
    asked = 1.0 if missing.rule == "refuse" else missing.availability
    enough = present.any(axis=0) & (held >= (asked - TOLERANCE) * due)
    total = np.broadcast_to(w, present.shape).sum(axis=0)
    takers = here
    if missing.rule == "redistribute" and receives is not None:
        takers = here * receives.reshape(-1, *(1,) * (here.ndim - 1))
    room = takers.sum(axis=0)
    lost = total - held
    full = lost <= TOLERANCE * total
    enough &= full | (room > 0)
    share = np.divide(takers, room, out=np.zeros_like(here), where=room > 0)
    return np.where(full, here, here + share * lost), enough


def _amean(x: Floats, w: Floats, _how: How, _field: Floats) -> Floats:
    total: Floats = w[0] * x[0]
    for child in range(1, len(x)):
        total = total + w[child] * x[child]
    return total


def _gmean(x: Floats, w: Floats, how: How, field: Floats) -> Floats:
    if how.shift:
        return np.exp(_amean(np.log(x + how.shift), w, how, field)) - how.shift
    return np.exp(_amean(np.log(x), w, how, field))


def _hmean(x: Floats, w: Floats, how: How, field: Floats) -> Floats:
    return 1.0 / _amean(1.0 / (x + how.shift), w, how, field) - how.shift


def _genmean(x: Floats, w: Floats, how: How, field: Floats) -> Floats:
    if abs(how.p) < TOLERANCE:
        return _gmean(x, w, how, field)
    powered: Floats = _amean((x + how.shift) ** how.p, w, how, field) ** (1.0 / how.p) - how.shift
    return powered


def _mpi(x: Floats, w: Floats, how: How, field: Floats) -> Floats:
    x = x + how.shift
    mean = _amean(x, w, how, field)
    spread = _amean((x - mean) ** 2, w, how, field)
    # Of children from zero up the penalty is at most the distance to the best: nothing where all are zero.
    return mean - spread / np.where(spread == 0, 1.0, mean) - how.shift


def _owa(x: Floats, w: Floats, how: How, _field: Floats) -> Floats:
    """Positions best to worst; with m of K children present the weights are read off Yager's curve."""
    there = np.broadcast_to(w, x.shape) > 0
    n_there = there.sum(axis=0)
    ordered = -np.sort(np.where(there, -x, np.inf), axis=0)
    positions = how.positions if how.positions is not None else np.full(len(x), 1.0 / len(x))
    curve = np.concatenate([[0.0], np.cumsum(positions)])
    steps = np.linspace(0.0, 1.0, len(curve))
    total = np.zeros(x.shape[1:])
    for place in range(len(x)):
        share = np.minimum((place + np.array([0.0, 1.0])[:, *(None,) * n_there.ndim]) / n_there, 1.0)
        gain = np.diff(np.interp(share, steps, curve), axis=0)[0]
        total += np.where(
            place < n_there, gain * np.where(np.isinf(ordered[place]), 0.0, ordered[place]), 0.0
        )
    return total


def _min(x: Floats, w: Floats, _how: How, _field: Floats) -> Floats:
    lowest: Floats = np.where(np.broadcast_to(w, x.shape) > 0, x, np.inf).min(axis=0)
    return lowest


def _topsis(x: Floats, w: Floats, how: How, field: Floats) -> Floats:
    """Closeness to the ideal unit (Hwang and Yoon, 1981); the ideals come from `field`, all units."""
    high = np.fmax.reduce(field, axis=-1, keepdims=True)
    low = np.fmin.reduce(field, axis=-1, keepdims=True)
    cost = np.zeros(len(x), dtype=bool) if how.cost is None else how.cost
    cost = cost.reshape(-1, *(1,) * (x.ndim - 1))
    best, worst = np.where(cost, low, high), np.where(cost, high, low)
    weight = np.broadcast_to(w, x.shape)
    to_best = np.sqrt(np.sum(np.where(weight > 0, weight * (x - best), 0.0) ** 2, axis=0))
    to_worst = np.sqrt(np.sum(np.where(weight > 0, weight * (x - worst), 0.0) ** 2, axis=0))
    closeness: Floats = to_worst / (to_best + to_worst)
    return closeness


def _copeland(x: Floats, w: Floats, _how: How, field: Floats) -> Floats:
    """Duels won minus duels lost (Copeland, 1951): a duel goes to the side with more than half of the weight."""
    weight = np.broadcast_to(w, x.shape)
    wins = np.zeros(x.shape[1:])
    for rival in range(field.shape[-1]):
        other = field[..., rival, None]
        both = np.where(np.isnan(other), 0.0, weight)
        gap = np.where(same(x, other), 0.0, np.sign(x - other))
        balance = np.where(both > 0, both * gap, 0.0).sum(axis=0)
        wins += np.where(np.abs(balance) <= TOLERANCE, 0.0, np.sign(balance))
    return wins


METHODS: dict[str, Callable[[Floats, Floats, How, Floats], Floats]] = {
    "amean": _amean,
    "sum": _amean,
    "gmean": _gmean,
    "hmean": _hmean,
    "genmean": _genmean,
    "mpi": _mpi,
    "ampi": _mpi,
    "owa": _owa,
    "copeland": _copeland,
    "topsis": _topsis,
    "min": _min,
}


def aggregate_array(x: Floats, w: Floats, how: How, *, field: Floats | None = None) -> Floats:
    """Node scores [..., N] of children [K, ..., N]; w [K, 1 …] or [K, ..., N] sums to 1 (as written for `sum`).

    Where w is 0 the child does not count (it may hold NaN). field: the units topsis and copeland compare with,
    default x itself.
    """
    neutral = np.isnan(x)
    field = x if field is None else field
    if neutral.any():
        x = np.where(neutral, 1.0, x)
    return METHODS[how.method](x, w, how, field)


def partials(x: Floats, w: Floats, how: How, score: Floats) -> Floats:
    """d(score)/d(child) [K, N], which carries standard errors up the tree; by differences where no form is short."""
    if how.method in ADDITIVE:
        return np.broadcast_to(w, x.shape)
    x = np.where(np.isnan(x), 1.0, x)
    if how.method == "gmean":
        return w * (score + how.shift) / (x + how.shift)
    slopes = np.empty_like(x)
    for child in range(len(x)):
        step = 1e-6 * np.maximum(np.abs(x[child]), 1e-6)
        up, down = x.copy(), x.copy()
        up[child] += step
        down[child] -= step
        ahead = aggregate_array(up, w, how, field=x)
        slopes[child] = (ahead - aggregate_array(down, w, how, field=x)) / (2 * step)
    return slopes
