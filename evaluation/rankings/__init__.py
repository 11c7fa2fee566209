"""Runs, scores, placements and editions."""
