"""What improvement keeps: measures and replies, what comments say, alerts, briefings."""

from evaluation.improvement.models.audits import AuditSample, AuditVisit, VisitFile
from evaluation.improvement.models.briefings import BriefingIssue, BriefingPlan
from evaluation.improvement.models.feedback import Alert, FeedbackMonth, Reading, Theme, ThemeTally
from evaluation.improvement.models.measures import (
    Commission,
    Effect,
    Measure,
    MeasureMove,
    MeasureStep,
    Reply,
)

__all__ = [
    "Alert",
    "AuditSample",
    "AuditVisit",
    "BriefingIssue",
    "BriefingPlan",
    "Commission",
    "Effect",
    "FeedbackMonth",
    "Measure",
    "MeasureMove",
    "MeasureStep",
    "Reading",
    "Reply",
    "Theme",
    "ThemeTally",
    "VisitFile",
]
