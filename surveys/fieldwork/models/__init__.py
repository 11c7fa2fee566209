"""Sampled surveys: frame, sample, respondents with call history, responses, weights and released estimates.

A frame entry holds the sealed contact, the respondent the draw and the outcome, the response the answers; the
contact is destroyed when the survey's time is over, and then nothing leads from answers to a person.
"""

from surveys.fieldwork.models.frames import Frame, FrameEntry, FrameStratum
from surveys.fieldwork.models.respondents import ContactAttempt, Respondent, Response
from surveys.fieldwork.models.waves import Estimate, Quota, Stratum, Survey, Weighting

__all__ = [
    "ContactAttempt",
    "Estimate",
    "Frame",
    "FrameEntry",
    "FrameStratum",
    "Quota",
    "Respondent",
    "Response",
    "Stratum",
    "Survey",
    "Weighting",
]
