"""The closed lists of screening: what became of a signal about a unit."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SignalState(models.TextChoices):
    """A signal waits until a person has looked at it."""

    OPEN = "open", _("To be looked at")
    CONFIRMED = "confirmed", _("Confirmed")
    DISMISSED = "dismissed", _("Not confirmed")
