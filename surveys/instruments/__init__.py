"""Questionnaires and their frozen versions."""
