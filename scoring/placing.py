"""Rank sets and tiers of a result: which places each unit may hold, given its sampling error."""

import numpy as np

from scoring import ranking
from scoring.adjustments import share_of_full
from scoring.types import Floats, RankSets, Result


def rank_sets_of(
    result: Result, *, coverage: float = 0.95, draws: int = 1000, seed: int = 0
) -> RankSets | None:
    """Simultaneous rank sets of the ranked units, within groups where ranks are; None without errors."""
    if result.se is None:
        return None
    rule = result.scheme.rank
    n = len(result.units)
    x = shared_score(result) * (1.0 if rule.best == "high" else -1.0)
    ranked = ~np.isnan(result.ranks)
    groups = np.array(result.table.groups[rule.within] if rule.within else [""] * n)
    rank, lower, upper = (np.full(n, np.nan) for _ in range(3))
    critical = None
    for group in sorted(set(groups[ranked].tolist())):
        here = np.flatnonzero(ranked & (groups == group))
        if here.size < 2:
            rank[here] = lower[here] = upper[here] = 1.0
            continue
        found = ranking.rank_sets(x[here], result.se[here], coverage=coverage, draws=draws, seed=seed)
        rank[here], lower[here], upper[here] = found.rank, found.lower, found.upper
        critical = found.critical if rule.within is None else None
    return RankSets(rank, lower, upper, critical, coverage, draws, seed)


def shared_score(result: Result) -> Floats:
    """Unrounded score that is compared: percent of full marks where groups have their own."""
    return share_of_full(result.score, result.scheme.full_marks, result.table.groups)


def tiers_of(result: Result, sets: RankSets) -> list[str | None]:
    """Tier of each unit (top, middle = not certain, bottom), None where it is not ranked."""
    rule = result.scheme.rank.within
    n = len(result.units)
    groups = np.array(result.table.groups[rule] if rule else [""] * n)
    found: list[str | None] = [None] * n
    for group in sorted(set(groups.tolist())):
        here = np.flatnonzero(~np.isnan(sets.lower) & (groups == group))
        names = ranking.tiers(sets.lower[here], sets.upper[here], here.size, result.scheme.tiers)
        for unit, tier in zip(here.tolist(), names, strict=True):
            found[unit] = tier
    return found
