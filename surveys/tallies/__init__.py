"""Counts per unit, service, channel, question, option and period."""
