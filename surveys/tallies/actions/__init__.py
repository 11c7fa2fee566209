"""Verbs of tallies: count again what changed or everything, keep the coverage ledger."""

from surveys.tallies.actions.counting import rebuild_all, recount, recount_dirty
from surveys.tallies.actions.ledger import TotalRefusedError, recount_funnel, state_total

__all__ = ["TotalRefusedError", "rebuild_all", "recount", "recount_dirty", "recount_funnel", "state_total"]
