"""Global sensitivity by variance: Sobol points, first-order and total indices of any model."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from scoring.types import Floats, ScoringError

# Primitive polynomials and first direction numbers for dimensions 2 to 21 (Joe & Kuo 2008): (degree, a, m₁…).
_DIRECTIONS = (
    (1, 0, (1,)),
    (2, 1, (1, 3)),
    (3, 1, (1, 3, 1)),
    (3, 2, (1, 1, 1)),
    (4, 1, (1, 1, 3, 3)),
    (4, 4, (1, 3, 5, 13)),
    (5, 2, (1, 1, 5, 5, 17)),
    (5, 4, (1, 1, 5, 5, 5)),
    (5, 7, (1, 1, 7, 11, 19)),
    (5, 11, (1, 1, 5, 1, 1)),
    (5, 13, (1, 1, 1, 3, 11)),
    (5, 14, (1, 3, 5, 5, 31)),
    (6, 1, (1, 3, 3, 9, 7, 49)),
    (6, 13, (1, 1, 1, 15, 21, 21)),
    (6, 16, (1, 3, 1, 13, 27, 49)),
    (6, 19, (1, 1, 1, 15, 7, 5)),
    (6, 22, (1, 3, 1, 15, 13, 25)),
    (6, 25, (1, 1, 5, 5, 19, 61)),
    (7, 1, (1, 3, 7, 11, 23, 15, 103)),
    (7, 4, (1, 3, 7, 13, 13, 15, 69)),
)
_BITS = 30


@dataclass(frozen=True, eq=False)
class Indices:
    """First-order and total indices [d, …] of each input for every output, with Monte Carlo standard errors."""

    first: Floats
    total: Floats
    first_se: Floats
    total_se: Floats
    n: int
    seed: int


def points(n: int, d: int, seed: int) -> Floats:
    """Points in the unit cube [n, d] within (0, 1): a digitally shifted Sobol sequence up to 21 dimensions.

    Above that they are stratified at random (Latin hypercube).
    """
    generator = np.random.default_rng(seed)
    if d > len(_DIRECTIONS) + 1:
        strata = generator.permuted(np.tile(np.arange(n), (d, 1)), axis=1).T
        return np.asarray((strata + generator.random((n, d))) / n)
    whole = sequence(n, d)
    shift = generator.integers(0, 1 << _BITS, d, dtype=np.int64)
    return np.asarray(((whole ^ shift) + 0.5) / (1 << _BITS))


def sequence(n: int, d: int) -> np.ndarray:
    """The first n points of the Sobol sequence [n, d] as whole numbers of 30 bits, in Gray-code order."""
    vectors = np.zeros((d, _BITS), dtype=np.int64)
    vectors[0] = 1 << np.arange(_BITS - 1, -1, -1)
    for dimension in range(1, d):
        degree, a, start = _DIRECTIONS[dimension - 1]
        m = list(start)
        for i in range(degree, _BITS):
            new = m[i - degree] ^ (m[i - degree] << degree)
            for j in range(1, degree):
                if a >> (degree - 1 - j) & 1:
                    new ^= m[i - j] << j
            m.append(new)
        vectors[dimension] = [value << (_BITS - 1 - i) for i, value in enumerate(m)]
    found = np.zeros((n, d), dtype=np.int64)
    for i in range(1, n):
        lowest_zero = ((i - 1) ^ i).bit_length() - 1
        found[i] = found[i - 1] ^ vectors[:, lowest_zero]
    return found


def indices(model: Callable[[Floats], Floats], d: int, *, n: int = 1024, seed: int = 0) -> Indices:
    """Indices of a model of d inputs, uniform on (0, 1): [m, d] → [m] or [m, outputs]; n·(d + 2) evaluations.

    First order after Saltelli et al. (2010), total after Jansen (1999). An output that never varies has 0.
    """
    if d < 1 or n < 2:
        raise ScoringError("Sensitivity needs at least one input and two points.")
    cube = points(n, 2 * d, seed)
    a, b = cube[:, :d], cube[:, d:]
    at_a, at_b = np.asarray(model(a), dtype=np.float64), np.asarray(model(b), dtype=np.float64)
    if at_a.shape[:1] != (n,) or at_a.shape != at_b.shape:
        raise ScoringError("The model must return one row of outputs for each row of inputs.")
    both = np.concatenate([at_a, at_b])
    variance = both.var(axis=0)
    scale = np.where(variance > 0, variance, 1.0)
    centred = at_b - both.mean(axis=0)
    shape = (d, *at_a.shape[1:])
    first, total, first_se, total_se = (np.empty(shape) for _ in range(4))
    for i in range(d):
        mixed = a.copy()
        mixed[:, i] = b[:, i]
        change = np.asarray(model(mixed), dtype=np.float64) - at_a
        alone, ever = centred * change, change * change / 2
        first[i], total[i] = alone.mean(axis=0) / scale, ever.mean(axis=0) / scale
        first_se[i], total_se[i] = alone.std(axis=0) / scale / n**0.5, ever.std(axis=0) / scale / n**0.5
    return Indices(first, total, first_se, total_se, n, seed)
