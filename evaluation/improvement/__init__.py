"""Measures, replies and the workspaces of departments."""
