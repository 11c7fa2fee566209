"""Regions, organisations, services, points and channels."""
