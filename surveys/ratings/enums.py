"""The closed lists of ratings: stages, levels, privacy modes, states of invitations and verdicts."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from surveys.catalogue.enums import Identity


class Stage(models.TextChoices):
    APPLICATION = "application", _("Application")
    ACCEPTANCE = "acceptance", _("Acceptance")
    PROCESSING = "processing", _("Processing")
    COMPLETION = "completion", _("Completion")


class Level(models.IntegerChoices):
    VERY_SATISFIED = 5, _("Very satisfied")
    SATISFIED = 4, _("Satisfied")
    BASICALLY_SATISFIED = 3, _("Basically satisfied")
    DISSATISFIED = 2, _("Dissatisfied")
    VERY_DISSATISFIED = 1, _("Very dissatisfied")


BAD_LEVELS = (Level.VERY_DISSATISFIED, Level.DISSATISFIED)
"""Levels that open a case (差评)."""


class Origin(models.TextChoices):
    """Whether a person rated, or another platform counted silence (only ever imported)."""

    ACTIVE = "active", _("Rated by a person")
    DEFAULT = "default", _("Counted by default")


class Arrival(models.TextChoices):
    OWN = "own", _("Collected here")
    IMPORTED = "imported", _("Imported")


class RatingKind(models.TextChoices):
    INITIAL = "initial", _("First rating")
    SUPPLEMENTARY = "supplementary", _("Rating after the fix")


class Privacy(models.TextChoices):
    """Linked ratings point to their case; unlinked ratings can no longer be traced to it."""

    LINKED = "linked", _("Linked to the case")
    UNLINKED = "unlinked", _("Not linked to the case")


PRIVACY_OF_IDENTITY = {
    Identity.NAMED: Privacy.LINKED,
    Identity.VERIFIED: Privacy.LINKED,
    Identity.ANONYMOUS: Privacy.UNLINKED,
}


class InvitationState(models.TextChoices):
    OPEN = "open", _("Open")
    USED = "used", _("Used")
    REVOKED = "revoked", _("Withdrawn")


class Outcome(models.TextChoices):
    """How a finished case ended for the resident, as far as the feed says."""

    ON_TIME = "on_time", _("On time")
    OVERDUE = "overdue", _("Overdue")
    REFUSED = "refused", _("Refused")


class Screening(models.TextChoices):
    """What screening made of a rating; figures count kept ones only."""

    UNSCREENED = "unscreened", _("Not yet screened")
    KEPT = "kept", _("Kept")
    REVIEW = "review", _("To be reviewed")
    SET_ASIDE = "set_aside", _("Set aside")


class CallOutcome(models.TextChoices):
    """How a call ended."""

    ANSWERED = "answered", _("Answered")
    REFUSED = "refused", _("Does not want to rate")
    NO_ANSWER = "no_answer", _("Nobody answered")
    WRONG_NUMBER = "wrong_number", _("Wrong number")


class PaperState(models.TextChoices):
    """first -> second -> compare -> stored; or given up on the way."""

    FIRST = "first", _("First entry")
    SECOND = "second", _("Second entry")
    COMPARE = "compare", _("To be compared")
    STORED = "stored", _("Stored")
    GIVEN_UP = "given_up", _("Given up")
