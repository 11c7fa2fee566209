"""Questionnaires from and to other systems: each reader lists what became of every row."""
