"""Verbs of screening: look at new ratings, look for patterns, decide, propose, agree, audit by calling back."""

from surveys.screening.actions.auditing import AuditRefusedError, draw_audit, record_call
from surveys.screening.actions.deciding import (
    DecisionRefusedError,
    answer_proposal,
    decide,
    decide_signal,
    propose,
)
from surveys.screening.actions.looking import screen_new
from surveys.screening.actions.patterns import look_for_patterns

__all__ = [
    "AuditRefusedError",
    "DecisionRefusedError",
    "answer_proposal",
    "decide",
    "decide_signal",
    "draw_audit",
    "look_for_patterns",
    "propose",
    "record_call",
    "screen_new",
]
