"""The closed lists of fieldwork: designs, states, channels of contact, AAPOR outcome codes."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SurveyState(models.TextChoices):
    DRAFT = "draft", _("In preparation")
    DRAWN = "drawn", _("Sample drawn")
    OPEN = "open", _("In the field")
    CLOSED = "closed", _("Closed")
    RELEASED = "released", _("Results released")


class Selection(models.TextChoices):
    """How people come into the survey."""

    STRATIFIED = "stratified", _("Random sample by stratum")
    CENSUS = "census", _("Everybody on the frame")
    QUOTA = "quota", _("Quota sample without a frame")


class Allocation(models.TextChoices):
    """How the sample is shared out over the strata."""

    PROPORTIONAL = "proportional", _("In proportion to the people")
    NEYMAN = "neyman", _("More where answers vary more (Neyman)")
    FIXED = "fixed", _("The same number in each stratum")


class ContactKind(models.TextChoices):
    EMAIL = "email", _("E-mail")
    SMS = "sms", _("Mobile phone")
    NONE = "none", _("No contact known")


class ResponseState(models.TextChoices):
    PARTIAL = "partial", _("Not finished")
    COMPLETE = "complete", _("Finished")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class SurveyChannel(models.TextChoices):
    WEB = "web", _("Web")
    TELEPHONE = "telephone", _("Telephone")
    FACE = "face", _("Interviewer")
    PAPER = "paper", _("Paper")


class Outcome(models.TextChoices):
    """Final disposition codes (AAPOR Standard Definitions, 10th edition, 2023)."""

    COMPLETE = "1.1", _("1.1 Complete")
    PARTIAL = "1.2", _("1.2 Partial")
    REFUSAL = "2.11", _("2.11 Refused")
    BREAK_OFF = "2.12", _("2.12 Broken off")
    NON_CONTACT = "2.20", _("2.20 Not reached")
    DECEASED = "2.31", _("2.31 Deceased")
    UNABLE = "2.32", _("2.32 Not able to answer")
    LANGUAGE = "2.33", _("2.33 Language problem")
    OTHER = "2.36", _("2.36 Other reason")
    NOT_TRIED = "3.11", _("3.11 Not tried yet")
    NO_REPLY = "3.19", _("3.19 Nothing came back")
    UNKNOWN_OTHER = "3.90", _("3.90 Eligibility unknown")
    NOT_ELIGIBLE = "4.10", _("4.10 Not one of the people asked about")
    BAD_CONTACT = "4.30", _("4.30 Contact does not work")
    QUOTA_FULL = "4.80", _("4.80 Quota already full")


INTERVIEWS = (Outcome.COMPLETE,)
PARTIALS = (Outcome.PARTIAL,)
REFUSALS = (Outcome.REFUSAL, Outcome.BREAK_OFF)
NON_CONTACTS = (Outcome.NON_CONTACT,)
OTHERS = (Outcome.DECEASED, Outcome.UNABLE, Outcome.LANGUAGE, Outcome.OTHER)
UNKNOWNS = (Outcome.NOT_TRIED, Outcome.NO_REPLY, Outcome.UNKNOWN_OTHER)
NOT_ELIGIBLES = (Outcome.NOT_ELIGIBLE, Outcome.BAD_CONTACT, Outcome.QUOTA_FULL)
ASKABLE = (Outcome.NOT_TRIED, Outcome.NO_REPLY, Outcome.NON_CONTACT, Outcome.UNKNOWN_OTHER)
"""Outcomes after which a person may still be reminded or called."""
CALL_OUTCOMES = (
    Outcome.NON_CONTACT, Outcome.REFUSAL, Outcome.UNABLE, Outcome.LANGUAGE, Outcome.DECEASED, Outcome.OTHER,
    Outcome.UNKNOWN_OTHER, Outcome.NOT_ELIGIBLE, Outcome.BAD_CONTACT,
)  # fmt: skip
"""What a call or visit without an interview can end with."""
