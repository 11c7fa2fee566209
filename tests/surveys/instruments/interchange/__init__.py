"""Questionnaires to and from other systems."""
