"""Points each child brings to its node's score: parts that add up exactly, whatever the mean.

Weighted means split by themselves. Geometric means split by logarithmic-mean shares (LMDI; Ang, 2004) against a
baseline. Everything else by the Shapley value against the baseline: exact up to 12 children, above that over a
fixed set of seeded orders, which still adds up exactly.
"""

from math import factorial

import numpy as np

from scoring.aggregation import ADDITIVE, How, aggregate_array
from scoring.scales import TOLERANCE, same
from scoring.types import Floats

EXACT_CHILDREN = 12
ORDERS = 256
FEW_ORDERS = 32
DUELISTS = 16
CHUNK = 1024


def log_mean(a: Floats, b: Floats) -> Floats:
    """Logarithmic mean (a - b) / ln(a / b), which is a itself where a = b."""
    ratio = (a - b) / b
    near = np.abs(ratio) < 1e-5
    safe = np.where(near, 1.0, ratio)
    series = b * (1 + ratio / 2 - ratio**2 / 12)
    return np.where(near, series, b * safe / np.log1p(safe))


def split(x: Floats, b: Floats, w: Floats, how: How, *, score: Floats, base: Floats) -> tuple[Floats, Floats]:
    """Parts [K, N] with parts.sum(0) = score - base, and the slope [K, N] each child's own parts are scaled by.

    x, b: children's values and baselines [K, N] (NaN where a child is absent, its weight is 0). w: [K, N].
    """
    there = ~np.isnan(x)
    gap = np.where(there, x - b, 0.0)
    if how.method in ADDITIVE:
        slope = np.where(there, w, 0.0)
        return slope * gap, slope
    if how.method == "gmean":
        shifted, origin = np.where(there, x, 1.0) + how.shift, np.where(there, b, 1.0) + how.shift
        slope = np.where(there, w, 0.0) * log_mean(score + how.shift, base + how.shift)
        slope = slope / log_mean(shifted, origin)
        return slope * gap, slope
    parts = shapley(
        x, np.where(there, b, np.nan), w, how
    )  # no mean may trip over a baseline that does not count
    near = np.abs(gap) <= 1e-12 * np.maximum(np.abs(b), 1e-12)
    return parts, np.where(near | ~there, 0.0, parts / np.where(near, 1.0, gap))


def shapley(x: Floats, b: Floats, w: Floats, how: How) -> Floats:
    """Shapley value [K, N] of moving each child from its baseline to its value, one unit among the others."""
    k, n = x.shape
    if how.method == "copeland" or n <= CHUNK:
        return _shapley(x, b, w, how, field=x)
    parts = np.empty((k, n))
    for start in range(0, n, CHUNK):
        here = slice(start, start + CHUNK)
        parts[:, here] = _shapley(x[:, here], b[:, here], w[:, here], how, field=x)
    return parts


def _shapley(x: Floats, b: Floats, w: Floats, how: How, *, field: Floats) -> Floats:
    return _exact(x, b, w, how, field) if len(x) <= EXACT_CHILDREN else _sampled(x, b, w, how, field)


def _exact(x: Floats, b: Floats, w: Floats, how: How, field: Floats) -> Floats:
    k = len(x)
    if how.method == "copeland":
        value = _duels(x, b, w, field)
    else:
        value = np.empty((1 << k, x.shape[1]))
        for subset in range(1 << k):
            inside = np.array([bool(subset >> child & 1) for child in range(k)])
            value[subset] = aggregate_array(np.where(inside[:, None], x, b), w, how, field=field)
    size = np.array([subset.bit_count() for subset in range(1 << k)])
    share = np.array([factorial(s) * factorial(k - s - 1) / factorial(k) for s in range(k)])
    parts = np.zeros_like(x)
    subsets = np.arange(1 << k)
    for child in range(k):
        without = subsets[(subsets >> child & 1) == 0]
        gain = value[without | (1 << child)] - value[without]
        parts[child] = (share[size[without], None] * gain).sum(axis=0)
    return parts


def _duels(x: Floats, b: Floats, w: Floats, field: Floats) -> Floats:
    """Copeland scores [2^K, N] of every mixture of values and baselines, a few units at a time.

    A mixture's balance against a rival is a sum over children, so it is put together from the sums of the lower
    and the upper half of the children instead of being counted anew.
    """
    k, n = x.shape
    half = k // 2
    value = np.empty((1 << k, n))
    for start in range(0, n, DUELISTS):
        here = slice(start, start + DUELISTS)
        moves = []
        for points in (b, x):
            mine, rival = points[:, here, None], field[:, None, :]
            gap = np.where(same(mine, rival) | np.isnan(mine) | np.isnan(rival), 0.0, np.sign(mine - rival))
            # In these units a tie of weights lies below one half and is rounded to 0.
            moves.append(w[:, here, None] * gap * (0.5 / TOLERANCE))
        low = _subset_sums(moves[0][:half], moves[1][:half])
        for upper, above in enumerate(_subset_sums(moves[0][half:], moves[1][half:])):
            for lower, below in enumerate(low):
                balance = above + below
                np.rint(balance, out=balance)
                np.clip(balance, -1.0, 1.0, out=balance)
                value[upper << half | lower, here] = balance.sum(axis=-1)
    return value


def _subset_sums(absent: Floats, present: Floats) -> list[Floats]:
    """For every subset of the rows, the sum of `present` over it and of `absent` over the rest."""
    sums = [np.zeros(absent.shape[1:])]
    for without, within in zip(absent, present, strict=True):
        sums = [total + without for total in sums] + [total + within for total in sums]
    return sums


def _sampled(x: Floats, b: Floats, w: Floats, how: How, field: Floats) -> Floats:
    k = len(x)
    random = np.random.Generator(np.random.PCG64(0))
    parts = np.zeros_like(x)
    orders = FEW_ORDERS if how.method == "copeland" else ORDERS
    for _ in range(orders // 2):
        order = random.permutation(k)
        for path in (order, order[::-1]):
            at = b.copy()
            before = aggregate_array(at, w, how, field=field)
            for child in path:
                at[child] = x[child]
                after = aggregate_array(at, w, how, field=field)
                parts[child] += after - before
                before = after
    return parts / orders
