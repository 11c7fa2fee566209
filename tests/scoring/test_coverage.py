"""Rank sets keep their promise: all true places lie inside together, whatever the shape of the ratings."""

import numpy as np
import pytest
from scipy import stats

from scoring.intervals import smoothed_se
from scoring.ranking import rank_sets

POINTS = np.array([0, 25, 50, 75, 100.0])
LONG_TAIL = np.array([0.005, 0.005, 0.01, 0.03, 0.95])


def binomial_levels(points):
    """Shares of five levels [N, 5] whose mean is `points` of 100."""
    return stats.binom.pmf(np.arange(5)[None, :], 4, np.asarray(points)[:, None] / 100)


def different(generator):
    return binomial_levels(generator.normal(78, 6, 30).clip(5, 97))


def mostly_content(generator):
    """Few bad ratings, between one in a thousand and one in ten."""
    bad = generator.beta(1, 40, (30, 1))
    return np.hstack([bad / 2, bad / 2, (1 - bad) * [0.02, 0.08, 0.9]])


def equal(shares):
    return lambda _: np.tile(shares, (30, 1))


@pytest.mark.prove
@pytest.mark.parametrize(("low", "high"), [(5, 30), (50, 500), (5, 500)])
@pytest.mark.parametrize(
    "levels_of",
    [
        different,
        mostly_content,
        equal(binomial_levels([80.0])[0]),
        equal(binomial_levels([95.0])[0]),
        equal(np.array([0.01, 0.01, 0.03, 0.15, 0.80])),
        equal(LONG_TAIL),
    ],
    ids=["different", "mostly content", "equal", "equal at 95", "equal, skewed", "equal, long tail"],
)
def test_rank_sets_cover_all_true_ranks_together(levels_of, low, high):
    generator = np.random.default_rng(17)
    # Where all are equal nothing but the promise itself is left, so that chance in the count must be small.
    rounds, covered = (2500 if levels_of is not different and high == 500 else 1000), 0
    for turn in range(rounds):
        levels = levels_of(generator)
        sizes = generator.integers(low, high + 1, 30)
        table = np.array(
            [generator.multinomial(n, p) for n, p in zip(sizes, levels, strict=True)], dtype=float
        )
        sets = rank_sets(table @ POINTS / table.sum(axis=1), smoothed_se(table, POINTS), draws=200, seed=turn)
        # With tied truths a unit's true place is any from 1 + better ones to N − worse ones.
        truth = np.round(levels @ POINTS, 9)
        best = 1 + (truth[None, :] > truth[:, None]).sum(axis=1)
        worst = 30 - (truth[None, :] < truth[:, None]).sum(axis=1)
        covered += bool(np.all((sets.lower <= best) & (sets.upper >= worst)))
    assert covered / rounds >= 0.935
