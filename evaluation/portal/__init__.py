"""Public pages over frozen editions."""
