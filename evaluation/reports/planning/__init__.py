"""The planning workbook: gaps, measures, importance against performance, deadlines, live scenario weights."""

from evaluation.reports.planning.build import build_planning
from evaluation.reports.planning.shapes import Deadline, Plan, PlannedDriver, PlannedMeasure

__all__ = ["Deadline", "Plan", "PlannedDriver", "PlannedMeasure", "build_planning"]
