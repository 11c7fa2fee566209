"""Runs with their scores and placements, append only, and the editions frozen from them."""

from django.db import models
from django.db.models import Q

from evaluation.cycles.models import Cycle, Unit
from evaluation.rankings.enums import PlacementState, RunKind, Tier
from surveys.core.models import StoredFile, User


class Run(models.Model):
    """One evaluation of one cycle: inputs, scheme, code version and the whole result."""

    append_only = True

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="runs")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=RunKind.choices, default=RunKind.OFFICIAL)
    scheme = models.JSONField()
    table = models.JSONField()
    result = models.JSONField()
    input_digest = models.CharField(max_length=64)
    scheme_digest = models.CharField(max_length=64)
    result_digest = models.CharField(max_length=64)
    code_version = models.CharField(max_length=64)
    seed = models.PositiveIntegerField()
    n_draws = models.PositiveIntegerField()
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["cycle", "-number"]
        constraints = [models.UniqueConstraint(fields=["cycle", "number"], name="run_number_once")]

    def __str__(self) -> str:
        return f"{self.cycle_id} #{self.number}"


class Score(models.Model):
    """A node's score, or an indicator's value, of one unit in one run."""

    append_only = True

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="scores")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    node = models.CharField(max_length=60)
    is_indicator = models.BooleanField(default=False)
    raw = models.FloatField(null=True)
    points = models.FloatField(null=True)
    se = models.FloatField(null=True)
    n = models.FloatField(null=True)
    contribution = models.FloatField(null=True)

    class Meta:
        ordering = ["run", "unit", "node"]
        constraints = [models.UniqueConstraint(fields=["run", "unit", "node"], name="score_once")]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.node} {self.points}"


class Placement(models.Model):
    """Where one unit stands in one run, with every place it may truly hold."""

    append_only = True

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="placements")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=PlacementState.choices)
    reason = models.JSONField(default=dict, blank=True)
    score = models.FloatField(null=True)
    se = models.FloatField(null=True)
    rank = models.FloatField(null=True)
    rank_lower = models.PositiveIntegerField(null=True)
    rank_upper = models.PositiveIntegerField(null=True)
    tier = models.CharField(max_length=10, choices=Tier.choices, blank=True)
    grade = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ["run", "rank", "unit"]
        constraints = [
            models.UniqueConstraint(fields=["run", "unit"], name="placement_once"),
            models.CheckConstraint(
                condition=Q(state=PlacementState.RANKED, rank__isnull=False)
                | Q(state=PlacementState.LISTED, rank=None),
                name="ranked_has_rank_listed_has_none",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.rank}"


class Study(models.Model):
    """What the places of one run hang on, computed beside it: shares of doubt, closest neighbours, robust orders."""

    append_only = True

    run = models.OneToOneField(Run, on_delete=models.PROTECT, related_name="study")
    content = models.JSONField()
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.run_id}"


class Edition(models.Model):
    """What was published: frozen, corrected only by a further edition, withdrawn only with a stone."""

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="editions")
    number = models.PositiveIntegerField()
    run = models.OneToOneField(Run, on_delete=models.PROTECT, related_name="edition")
    digest = models.CharField(max_length=64)
    pages = models.JSONField()
    package = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    published_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField()
    changes = models.JSONField(default=dict, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawal_reason = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["-published_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["cycle", "number"], name="edition_number_once")]

    def __str__(self) -> str:
        return f"{self.cycle_id} e{self.number}"


class Objection(models.Model):
    """A department's objection to a result during the notice, and what another body decided; kept in public."""

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="objections")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="objections")
    node = models.CharField(max_length=60, blank=True)
    text = models.TextField()
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    lodged_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    lodged_at = models.DateTimeField()
    upheld = models.BooleanField(null=True, blank=True)
    decision = models.TextField(blank=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["lodged_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=models.F("lodged_by")),
                name="objection_decided_by_another",
            ),
            models.CheckConstraint(
                condition=Q(decided_at=None, upheld=None) | Q(decided_at__isnull=False, upheld__isnull=False),
                name="objection_decided_or_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.lodged_at:%Y-%m-%d}"


class Figure(models.Model):
    """A published number with its passport; id = CYCLE.UNIT.NODE.MEASURE."""

    append_only = True

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="figures")
    code = models.CharField(max_length=200)
    unit_code = models.CharField(max_length=40)
    node = models.CharField(max_length=60)
    measure = models.CharField(max_length=40)
    value = models.DecimalField(max_digits=24, decimal_places=10, null=True)
    shown = models.CharField(max_length=40, blank=True)
    passport = models.JSONField()

    class Meta:
        ordering = ["edition", "code"]
        constraints = [models.UniqueConstraint(fields=["edition", "code"], name="figure_once")]

    def __str__(self) -> str:
        return self.code
