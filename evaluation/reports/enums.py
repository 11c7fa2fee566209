"""The kinds of report files and their formats."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ReportKind(models.TextChoices):
    WORKBOOK = "workbook", _("Workbook with live formulas")
    CHARTS = "charts", _("Charts")
    BRIEFING = "briefing", _("Briefing")
    OPENDATA = "opendata", _("Open data")
    PLANNING = "planning", _("Planning workbook")
    PACKAGE = "package", _("Package to recompute the edition")
    AUDIT = "audit", _("Audit package with full tallies")


MEDIA_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "html": "text/html; charset=utf-8",
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "svg": "image/svg+xml",
    "png": "image/png",
    "py": "text/x-python; charset=utf-8",
}
"""By the ending of a file's name."""

ENDINGS = {
    ReportKind.WORKBOOK: "xlsx",
    ReportKind.CHARTS: "zip",
    ReportKind.BRIEFING: "html",
    ReportKind.OPENDATA: "zip",
    ReportKind.PLANNING: "xlsx",
    ReportKind.PACKAGE: "zip",
    ReportKind.AUDIT: "zip",
}
FROM_ABOVE = frozenset({ReportKind.PLANNING})
"""Kinds that tell more than a run: improvement, the app above, gathers and builds them."""
ONE_FOR_ALL_LANGUAGES = frozenset({ReportKind.PACKAGE, ReportKind.AUDIT})
PUBLIC_KINDS = frozenset(ReportKind) - {ReportKind.AUDIT, ReportKind.PLANNING}
"""What anyone may take away once the edition is published; the rest is for auditors or the office alone."""
