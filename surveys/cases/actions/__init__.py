"""Verbs of cases: open, move, ask for time, reply, answer, and what the clock does by itself."""
