"""Ranking honestly: places, the places a unit may hold, and the tiers that follow from them."""

import math

import numpy as np
from numpy.typing import ArrayLike

from scoring.ordering import TIES, rank, round_half_up
from scoring.ranksets import multinomial_rank_sets, rank_sets
from scoring.types import ScoringError

__all__ = ["TIER_RULES", "TIES", "multinomial_rank_sets", "rank", "rank_sets", "round_half_up", "tiers"]

TIER_RULES = {"halves": 2, "thirds": 3, "quarters": 4, "fifths": 5, "tenths": 10}


def tiers(lower: ArrayLike, upper: ArrayLike, n_ranked: int, rule: str = "thirds") -> list[str]:
    """Tier of each unit from its rank set: top, middle (not certain) or bottom; "" where it has none.

    With p ranked units and a cut c = ⌈p/3⌉ for thirds: surely top when the worst place possible is ≤ c,
    surely bottom when the best place possible is > p − c. A tier at an end may be empty.
    """
    if rule not in TIER_RULES:
        raise ScoringError(f"A tier rule is one of {', '.join(TIER_RULES)}, not {rule}.")
    cut = math.ceil(n_ranked / TIER_RULES[rule])
    low, high = np.asarray(lower, dtype=np.float64), np.asarray(upper, dtype=np.float64)
    found = np.select(
        [np.isnan(low) | np.isnan(high), high <= cut, low > n_ranked - cut], ["", "top", "bottom"], "middle"
    )
    return [str(tier) for tier in found]
