"""The closed lists of rankings: run kinds, placement states and tiers."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RunKind(models.TextChoices):
    OFFICIAL = "official", _("Official")
    WHAT_IF = "what_if", _("What if")


class PlacementState(models.TextChoices):
    RANKED = "ranked", _("Ranked")
    LISTED = "listed", _("Listed, not ranked")


class Tier(models.TextChoices):
    TOP = "top", _("Surely in the first third")
    MIDDLE = "middle", _("Not certain")
    BOTTOM = "bottom", _("Surely in the last third")
