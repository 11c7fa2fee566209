"""Signals, flags and verdicts: what rules found and what persons decided; an untouched rating is kept."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from surveys.catalogue.models import Organisation, Service, ServicePoint
from surveys.core.models import User
from surveys.ratings.enums import Screening
from surveys.ratings.models import Rating
from surveys.screening.enums import SignalState


class Signal(models.Model):
    """A rule's finding about an organisation, service or point over a span of days."""

    rule = models.CharField(max_length=40)
    rule_version = models.PositiveSmallIntegerField()
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, null=True, related_name="+")
    point = models.ForeignKey(ServicePoint, on_delete=models.PROTECT, null=True, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField()
    key = models.CharField(max_length=64, unique=True)
    n = models.PositiveIntegerField(_("ratings"))
    statistic = models.FloatField(null=True)
    p_value = models.FloatField(null=True)
    q_value = models.FloatField(null=True)
    reasons = models.JSONField(default=dict)
    raised_on = models.DateField()
    state = models.CharField(max_length=10, choices=SignalState.choices, default=SignalState.OPEN)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision = models.TextField(blank=True)

    class Meta:
        ordering = ["-raised_on", "rule", "pk"]

    def __str__(self) -> str:
        return f"{self.rule} v{self.rule_version} {self.organisation_id}"


class Flag(models.Model):
    """One rule's finding on one rating, with its statistic in numbers and its reason in words."""

    rating = models.ForeignKey(Rating, on_delete=models.PROTECT, related_name="flags")
    signal = models.ForeignKey(Signal, on_delete=models.PROTECT, null=True, related_name="flags")
    rule = models.CharField(max_length=40)
    rule_version = models.PositiveSmallIntegerField()
    statistic = models.FloatField(null=True)
    p_value = models.FloatField(null=True)
    q_value = models.FloatField(null=True)
    reasons = models.JSONField(default=dict)
    raised_on = models.DateField()

    class Meta:
        ordering = ["raised_on", "rule", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["rating", "rule", "rule_version"], name="flag_once_per_rule")
        ]

    def __str__(self) -> str:
        return f"{self.rule} v{self.rule_version}"


class Verdict(models.Model):
    """A decision on a flagged rating; a later one overrules, the earlier stays."""

    rating = models.ForeignKey(Rating, on_delete=models.PROTECT, related_name="verdicts")
    outcome = models.CharField(max_length=10, choices=Screening.choices)
    by_rule = models.CharField(max_length=40, blank=True)
    by_person = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    second_person = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.TextField()
    decided_at = models.DateTimeField()

    class Meta:
        ordering = ["decided_at", "pk"]

    def __str__(self) -> str:
        return f"{self.outcome}: {self.reason[:40]}"
