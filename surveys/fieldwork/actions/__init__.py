"""Verbs of fieldwork: plan, draw, invite, call, answer, weigh, release, forget."""
