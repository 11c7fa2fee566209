"""Residents' pages and the office's pages about ratings."""
