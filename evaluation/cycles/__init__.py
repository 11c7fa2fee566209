"""Evaluation cycles, their stages and their frozen scheme."""
