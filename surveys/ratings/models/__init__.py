"""What ratings keeps: the intake's stores, and the desks where operators enter what residents said."""

from surveys.ratings.models.desk import CallAttempt, PaperBatch, PaperSheet
from surveys.ratings.models.intake import (
    Contact,
    DirtyPeriod,
    Invitation,
    Matter,
    RatedKey,
    Rating,
    RatingBatch,
    ReceiptLeaf,
    ReceiptRoot,
    Trace,
)
from surveys.ratings.models.reach import Recipient

__all__ = [
    "CallAttempt",
    "Contact",
    "DirtyPeriod",
    "Invitation",
    "Matter",
    "PaperBatch",
    "PaperSheet",
    "RatedKey",
    "Rating",
    "RatingBatch",
    "ReceiptLeaf",
    "ReceiptRoot",
    "Recipient",
    "Trace",
]
