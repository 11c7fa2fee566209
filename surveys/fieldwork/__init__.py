"""Sampled surveys: frame, draw, waves, weights."""
