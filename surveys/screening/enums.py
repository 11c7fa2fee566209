"""The closed lists of screening: what became of a signal about a unit, and of a call-back."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SignalState(models.TextChoices):
    """A signal waits until a person has looked at it."""

    OPEN = "open", _("To be looked at")
    CONFIRMED = "confirmed", _("Confirmed")
    DISMISSED = "dismissed", _("Not confirmed")


class CallState(models.TextChoices):
    """How a call of a blind audit ended."""

    WAITING = "waiting", _("Not called yet")
    ANSWERED = "answered", _("Said how satisfied they were")
    DENIED = "denied", _("Says they never rated")
    REFUSED = "refused", _("Does not want to say")
    NOT_REACHED = "no_answer", _("Not reached")
