"""Verdicts on ratings: kept or set aside, by what rule, why."""
