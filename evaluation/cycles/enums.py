"""The stages of a cycle, the moves between them, and the sources a scheme may read."""

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
    CycleState.LOCKED: (CycleState.SCORED, CycleState.OPEN),
    CycleState.SCORED: (CycleState.OBJECTION, CycleState.LOCKED),
    CycleState.OBJECTION: (CycleState.PUBLISHED, CycleState.SCORED),
    CycleState.PUBLISHED: (CycleState.ARCHIVED, CycleState.OPEN),
    CycleState.ARCHIVED: (),
}
"""Every legal move; all others are refused with the sentence why."""

BACKWARD = frozenset(
    {
        (CycleState.LOCKED, CycleState.OPEN),
        (CycleState.SCORED, CycleState.LOCKED),
        (CycleState.OBJECTION, CycleState.SCORED),
        (CycleState.PUBLISHED, CycleState.OPEN),
    }
)
"""Moves back to mend something; they need a reason. From published they lead to a corrected edition."""


class BindingSource(models.TextChoices):
    """Where a column's numbers come from."""

    TALLY = "tally", _("Residents’ ratings")
    SURVEY = "survey", _("Sampled survey")
    FUNNEL = "funnel", _("Who was invited and answered")
    CASE = "case", _("Handling of bad ratings")
    KPI = "kpi", _("One internal KPI")
    KPI_TARGETS = "kpi_targets", _("Targets met among the KPIs")
    AUDIT = "audit", _("Third-party audit")
    FINDINGS = "findings", _("Number of audit findings that stand")
    OUTCOME = "outcome", _("Hotline and complaint outcomes")
    SAMPLE = "sample", _("Number of answers behind indicators")
    PEER_GROUP = "peer_group", _("Peer group")


class Reading(models.TextChoices):
    """How a finite list is read when its uncertainty is judged."""

    SAMPLE = "sample", _("A sample of what the office does: its error counts")
    COUNT = "count", _("A full count: no sampling error")
