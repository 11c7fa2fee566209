"""Signals, flags, verdicts and call-backs: what rules found, what persons decided and what residents said again."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from surveys.catalogue.models import Organisation, Service, ServicePoint
from surveys.core.models import User
from surveys.ratings.enums import Level, Screening
from surveys.ratings.models import Rating
from surveys.screening.enums import CallState, SignalState


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


class Proposal(models.Model):
    """A decision that holds only once a second person has agreed to it with their own sign-in."""

    rating = models.ForeignKey(Rating, on_delete=models.PROTECT, related_name="proposals")
    outcome = models.CharField(max_length=10, choices=Screening.choices)
    reason = models.TextField()
    on_appeal = models.BooleanField(default=False)
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    agreed = models.BooleanField(null=True)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)

    class Meta:
        ordering = ["proposed_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["rating"], condition=models.Q(agreed=None), name="one_open_proposal_a_rating"
            ),
            models.CheckConstraint(
                condition=models.Q(answered_by=None) | ~models.Q(answered_by=models.F("proposed_by")),
                name="proposal_answered_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outcome}: {self.reason[:40]}"


class TapDay(models.Model):
    """First choices at a counter on one day: bad ones, and those of them that did not stay bad."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    point = models.ForeignKey(ServicePoint, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    n_bad = models.PositiveIntegerField()
    n_lost = models.PositiveIntegerField()

    class Meta:
        ordering = ["day", "point"]
        constraints = [
            models.UniqueConstraint(fields=["point", "day"], name="taps_once_a_day"),
            models.CheckConstraint(
                condition=models.Q(n_lost__lte=models.F("n_bad")), name="lost_taps_among_bad_ones"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.point_id} {self.day}: {self.n_lost}/{self.n_bad}"


class CallAudit(models.Model):
    """A blind call-back: a seeded sample of ratings whose residents are asked again."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField()
    seed = models.PositiveBigIntegerField()
    n_frame = models.PositiveIntegerField()
    frame_digest = models.CharField(max_length=64)
    drawn_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    drawn_at = models.DateTimeField()

    class Meta:
        ordering = ["-drawn_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.starts_on}..{self.ends_on} seed {self.seed}"


class AuditCall(models.Model):
    """One call of an audit: whether the resident was reached, and what they say now."""

    audit = models.ForeignKey(CallAudit, on_delete=models.PROTECT, related_name="calls")
    rating = models.ForeignKey(Rating, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=CallState.choices, default=CallState.WAITING)
    level = models.PositiveSmallIntegerField(choices=Level.choices, null=True)
    note = models.TextField(blank=True)
    called_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    called_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["audit", "number"]
        constraints = [
            models.UniqueConstraint(fields=["audit", "rating"], name="called_once_an_audit"),
            models.UniqueConstraint(fields=["audit", "number"], name="call_number_once"),
            models.CheckConstraint(
                condition=models.Q(state=CallState.ANSWERED, level__isnull=False)
                | (~models.Q(state=CallState.ANSWERED) & models.Q(level=None)),
                name="level_only_when_answered",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.audit_id}/{self.number} {self.state}"
