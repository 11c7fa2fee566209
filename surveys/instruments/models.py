"""Questionnaires and their versions; a frozen version never changes."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from surveys.catalogue.models import Named
from surveys.instruments.enums import VersionState


class Questionnaire(Named):
    """A questionnaire under one code through all its versions."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    source = models.TextField(_("source"), blank=True)
    retired_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["code"]


class QuestionnaireVersion(models.Model):
    """One wording; `definition` is the whole document (questions, options, tags, header), digest over it."""

    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    state = models.CharField(max_length=12, choices=VersionState.choices, default=VersionState.DRAFT)
    definition = models.JSONField()
    digest = models.CharField(max_length=64, blank=True)
    breaks_series = models.BooleanField(_("breaks the series"), default=False)
    frozen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["questionnaire", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["questionnaire", "number"], name="questionnaire_version_once"),
            models.CheckConstraint(
                condition=Q(state=VersionState.DRAFT) | (Q(frozen_at__isnull=False) & ~Q(digest="")),
                name="frozen_version_has_digest",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.questionnaire.code} v{self.number}"
