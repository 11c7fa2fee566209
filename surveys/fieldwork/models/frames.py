"""Frames: lists of people to draw from, with their strata and sealed contacts."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from surveys.catalogue.models import PLAIN_CODE, Named, Organisation
from surveys.fieldwork.enums import ContactKind


class Frame(Named):
    """A list of people or cases from which samples are drawn; it never changes once it is in."""

    code = models.CharField(_("code"), max_length=40, unique=True, validators=[PLAIN_CODE])
    digest = models.CharField(max_length=64)
    imported_at = models.DateTimeField(_("imported"))
    n_entries = models.PositiveIntegerField(_("people"))

    class Meta:
        ordering = ["code"]


class FrameStratum(models.Model):
    """A stratum of a frame: how many people it stands for, and how much answers vary there (for Neyman)."""

    frame = models.ForeignKey(Frame, models.CASCADE, related_name="strata")
    code = models.CharField(_("stratum"), max_length=40)
    n_population = models.PositiveIntegerField(_("people"))
    spread = models.FloatField(_("spread of answers"), null=True, blank=True)

    class Meta:
        ordering = ["frame", "code"]
        verbose_name_plural = "frame strata"
        constraints = [models.UniqueConstraint(fields=["frame", "code"], name="stratum_once_in_frame")]

    def __str__(self) -> str:
        return self.code


class Sampled(models.Model):
    """What is known of a person before they answer, on the frame and in the sample alike."""

    stratum = models.CharField(_("stratum"), max_length=40, blank=True)
    attributes = models.JSONField(default=dict, blank=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    language = models.CharField(max_length=10, blank=True)

    class Meta:
        abstract = True


class FrameEntry(Sampled):
    """One person or case of a frame, with the contact sealed."""

    frame = models.ForeignKey(Frame, models.CASCADE, related_name="entries")
    reference = models.CharField(_("reference"), max_length=40)
    contact_kind = models.CharField(max_length=10, choices=ContactKind.choices, default=ContactKind.NONE)
    sealed = models.BinaryField(null=True)
    month = models.DateField()
    contact_hash = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["frame", "reference"]
        verbose_name_plural = "frame entries"
        constraints = [
            models.UniqueConstraint(fields=["frame", "reference"], name="reference_once_in_frame"),
            models.UniqueConstraint(
                fields=["frame", "contact_hash"], condition=~Q(contact_hash=""), name="contact_once_in_frame"
            ),
        ]

    def __str__(self) -> str:
        return self.reference
