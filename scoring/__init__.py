"""Composite indicators: numbers and a written scheme in, scores, honest ranks and reasons out."""
