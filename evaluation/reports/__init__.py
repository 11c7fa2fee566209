"""Workbooks, charts, open data and packages."""
