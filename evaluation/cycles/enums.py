"""The stages of a cycle and the moves between them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CycleState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    OPEN = "open", _("Open")
    LOCKED = "locked", _("Locked")
    SCORED = "scored", _("Scored")
    OBJECTION = "objection", _("Objection")
    PUBLISHED = "published", _("Published")
    ARCHIVED = "archived", _("Archived")


MOVES = {
    CycleState.DRAFT: (CycleState.OPEN,),
    CycleState.OPEN: (CycleState.LOCKED,),
    CycleState.LOCKED: (CycleState.SCORED,),
    CycleState.SCORED: (CycleState.OBJECTION, CycleState.LOCKED),
    CycleState.OBJECTION: (CycleState.PUBLISHED, CycleState.SCORED),
    CycleState.PUBLISHED: (CycleState.ARCHIVED,),
    CycleState.ARCHIVED: (),
}
"""Every legal move; all others are refused with the sentence why."""
