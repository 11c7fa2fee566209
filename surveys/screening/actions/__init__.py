"""Verbs of screening: look at new ratings, look for patterns, decide, overrule."""

from surveys.screening.actions.deciding import (
    DecisionRefusedError,
    decide,
    decide_signal,
)
from surveys.screening.actions.looking import screen_new
from surveys.screening.actions.patterns import look_for_patterns

__all__ = ["DecisionRefusedError", "decide", "decide_signal", "look_for_patterns", "screen_new"]
