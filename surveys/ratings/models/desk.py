"""Desks where operators enter what residents said by telephone or on paper."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from surveys.catalogue.enums import Channel
from surveys.catalogue.models import Organisation, Service
from surveys.core.models import User
from surveys.instruments.models import QuestionnaireVersion
from surveys.ratings.enums import CallOutcome, PaperState
from surveys.ratings.models.intake import Matter


class CallAttempt(models.Model):
    """One call about a case. An answered call about an unlinked case no longer names it."""

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, null=True, related_name="calls")
    channel = models.CharField(_("channel"), max_length=20, choices=Channel.choices)
    outcome = models.CharField(_("outcome"), max_length=15, choices=CallOutcome.choices)
    operator = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    called_on = models.DateField(_("day"))

    class Meta:
        ordering = ["-called_on", "pk"]

    def __str__(self) -> str:
        return f"{self.called_on} {self.outcome}"


class PaperBatch(models.Model):
    """A pile of forms filled in by hand, keyed twice by two people and stored in one go."""

    name = models.CharField(_("name of the pile"), max_length=80)
    channel = models.CharField(_("channel"), max_length=20, choices=Channel.choices)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    version = models.ForeignKey(QuestionnaireVersion, on_delete=models.PROTECT, related_name="+")
    collected_on = models.DateField(_("collected on"))
    n_sheets = models.PositiveSmallIntegerField(_("forms"))
    state = models.CharField(max_length=10, choices=PaperState.choices, default=PaperState.FIRST)
    first_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    second_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField()
    stored_at = models.DateTimeField(null=True, blank=True)
    n_stored = models.PositiveSmallIntegerField(_("stored"), default=0)

    class Meta:
        ordering = ["-opened_at", "-pk"]
        verbose_name_plural = "paper batches"
        constraints = [
            models.CheckConstraint(
                condition=Q(second_by=None) | ~Q(second_by=F("first_by")), name="paper_keyed_by_two"
            ),
            models.CheckConstraint(condition=Q(n_sheets__gte=1), name="paper_has_a_form"),
        ]

    def __str__(self) -> str:
        return self.name


class PaperSheet(models.Model):
    """One form as one person keyed it (turn 1 or 2), or as it was settled by looking again (turn 3).

    Deleted when the pile is stored: what was on paper then stands in the ratings alone.
    """

    batch = models.ForeignKey(PaperBatch, on_delete=models.CASCADE, related_name="sheets")
    number = models.PositiveSmallIntegerField()
    turn = models.PositiveSmallIntegerField()
    case_no = models.CharField(max_length=50, blank=True)
    level = models.PositiveSmallIntegerField(null=True)
    tags = models.JSONField(default=list)
    answers = models.JSONField(default=dict)
    comment = models.TextField(blank=True)
    left_out = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["batch", "number", "turn"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "number", "turn"], name="paper_sheet_once_a_turn"),
            models.CheckConstraint(condition=Q(turn__in=[1, 2, 3]), name="paper_turn_1_to_3"),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id}/{self.number}/{self.turn}"
