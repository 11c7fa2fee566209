"""Reads of tallies: the only source of figures about residents."""

from surveys.tallies.queries.counting import counts, source_of
from surveys.tallies.queries.ledger import Coverage, coverage, totals
from surveys.tallies.queries.levels import AFTER_FIX, GROUPINGS, LEVEL_SCALE, OVERALL, TAG, LevelCounts

__all__ = [
    "AFTER_FIX",
    "GROUPINGS",
    "LEVEL_SCALE",
    "OVERALL",
    "TAG",
    "Coverage",
    "LevelCounts",
    "counts",
    "coverage",
    "source_of",
    "totals",
]
