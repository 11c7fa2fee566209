"""The workbook of a run: from raw evidence to ranks in live formulas, so that anybody can recompute and vary it."""

from evaluation.reports.workbook.build import build_workbook

__all__ = ["build_workbook"]
