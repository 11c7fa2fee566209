"""Schemes, cycles and the units they rank."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from evaluation.cycles.enums import CycleState
from surveys.catalogue.models import Named, Organisation, PeerGroup
from surveys.core.models import User


class SchemeDocument(Named):
    """One version of a way to combine results: the scoring scheme and where each indicator's number comes from.

    `document` is the scheme JSON of the command line; `bindings` names, per indicator, the source and formula.
    """

    code = models.CharField(_("code"), max_length=40)
    version = models.CharField(_("version"), max_length=20)
    document = models.JSONField()
    bindings = models.JSONField(default=dict)
    digest = models.CharField(max_length=64)
    source = models.TextField(_("source"), blank=True)
    is_verified = models.BooleanField(_("checked against its source"), default=False)
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    approved_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["code", "version"]
        constraints = [models.UniqueConstraint(fields=["code", "version"], name="scheme_version_once")]


class Cycle(Named):
    """One evaluation from draft to archive; its scheme is frozen when it opens."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))
    state = models.CharField(max_length=10, choices=CycleState.choices, default=CycleState.DRAFT)
    scheme = models.ForeignKey(SchemeDocument, on_delete=models.PROTECT, related_name="cycles")
    frozen_scheme = models.JSONField(null=True, blank=True)
    frozen_bindings = models.JSONField(null=True, blank=True)
    scheme_digest = models.CharField(max_length=64, blank=True)
    previous = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    is_synthetic = models.BooleanField(_("synthetic"), default=False)
    notes = models.JSONField(_("what readers must know"), default=dict, blank=True)
    objection_ends_on = models.DateField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    locked_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-starts_on", "code"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="cycle_ends_after_start"),
            models.CheckConstraint(
                condition=Q(state=CycleState.DRAFT) | ~Q(scheme_digest=""),
                name="open_cycle_has_frozen_scheme",
            ),
        ]


class Unit(Named):
    """An organisation as it takes part in one cycle."""

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="units")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(_("code"), max_length=40)
    peer_group = models.ForeignKey(PeerGroup, on_delete=models.PROTECT, null=True, blank=True)

    class Meta:
        ordering = ["cycle", "code"]
        constraints = [
            models.UniqueConstraint(fields=["cycle", "code"], name="unit_code_once"),
            models.UniqueConstraint(fields=["cycle", "organisation"], name="unit_organisation_once"),
        ]


class CycleMove(models.Model):
    """A move from one stage to the next, by whom and why."""

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="moves")
    before = models.CharField(max_length=10, choices=CycleState.choices)
    after = models.CharField(max_length=10, choices=CycleState.choices)
    reason = models.TextField(blank=True)
    moved_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    moved_at = models.DateTimeField()

    class Meta:
        ordering = ["moved_at", "pk"]

    def __str__(self) -> str:
        return f"{self.before} -> {self.after}"
