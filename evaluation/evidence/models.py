"""KPI definitions and values, audits, outcomes: each with source, file, digest and attestation."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from evaluation.cycles.models import Cycle
from evaluation.evidence.enums import EvidenceKind, ImportState, Missing, QualityDimension
from surveys.catalogue.models import Named, Organisation
from surveys.core.models import StoredFile, User
from surveys.core.text import localized


class EvidenceImport(models.Model):
    """One file brought in whole, and the second person who attested it."""

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="imports")
    kind = models.CharField(max_length=10, choices=EvidenceKind.choices)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=200)
    n_rows = models.PositiveIntegerField()
    warnings = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=ImportState.choices, default=ImportState.IMPORTED)
    imported_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    imported_at = models.DateTimeField()
    attested_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    attested_at = models.DateTimeField(null=True, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["-imported_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(attested_by=None) | Q(imported_by=None) | ~Q(attested_by=F("imported_by")),
                name="attested_by_another_person",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.file_name}"


class KpiDefinition(Named):
    """What a KPI means: numerator over denominator, unit and direction."""

    code = models.CharField(_("code"), max_length=60, unique=True)
    definitions = models.JSONField(_("definition"), default=dict)
    numerators = models.JSONField(_("numerator"), default=dict)
    denominators = models.JSONField(_("denominator"), default=dict)
    measure_unit = models.CharField(_("unit"), max_length=40)
    direction = models.SmallIntegerField(
        _("direction"), choices=[(1, _("More is better")), (-1, _("Less is better"))]
    )
    dimension = models.CharField(_("dimension"), max_length=40, blank=True)
    source = models.TextField(_("source"), blank=True)
    retired_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["code"]


class KpiValue(models.Model):
    """One KPI of one organisation in one period of one cycle; absent with a reason, never zero."""

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="kpi_values")
    definition = models.ForeignKey(KpiDefinition, on_delete=models.PROTECT, related_name="values")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    period = models.CharField(_("period"), max_length=60)
    value = models.DecimalField(max_digits=33, decimal_places=15, null=True, blank=True)
    numerator = models.DecimalField(max_digits=33, decimal_places=15, null=True, blank=True)
    denominator = models.DecimalField(max_digits=33, decimal_places=15, null=True, blank=True)
    target = models.DecimalField(max_digits=33, decimal_places=15, null=True, blank=True)
    baseline = models.DecimalField(max_digits=33, decimal_places=15, null=True, blank=True)
    missing = models.CharField(max_length=20, choices=Missing.choices, blank=True)
    source = models.TextField(blank=True)
    brought_by = models.ForeignKey(EvidenceImport, on_delete=models.PROTECT, related_name="kpi_values")

    class Meta:
        ordering = ["definition", "organisation", "period", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["brought_by", "definition", "organisation", "period"], name="kpi_value_once"
            ),
            models.CheckConstraint(
                condition=(Q(value__isnull=False) & Q(missing="")) | (Q(value=None) & ~Q(missing="")),
                name="kpi_value_or_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.definition_id} {self.organisation_id} {self.value}"


class AuditScore(models.Model):
    """A third party's result for one organisation: passed out of checked, or points out of full marks."""

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="audit_scores")
    audit = models.CharField(_("audit"), max_length=40)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    auditor = models.CharField(_("auditor"), max_length=200)
    period = models.CharField(_("period"), max_length=60)
    numerator = models.DecimalField(max_digits=33, decimal_places=15, null=True, blank=True)
    denominator = models.DecimalField(max_digits=33, decimal_places=15, null=True, blank=True)
    score = models.DecimalField(max_digits=33, decimal_places=15, null=True, blank=True)
    missing = models.CharField(max_length=20, choices=Missing.choices, blank=True)
    independence = models.TextField(_("declaration of independence"), blank=True)
    source = models.TextField(blank=True)
    brought_by = models.ForeignKey(EvidenceImport, on_delete=models.PROTECT, related_name="audit_scores")

    class Meta:
        ordering = ["audit", "organisation", "period", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["brought_by", "audit", "organisation", "period"], name="audit_score_once"
            ),
            models.CheckConstraint(
                condition=(Q(score__isnull=False) & Q(missing="")) | (Q(score=None) & ~Q(missing="")),
                name="audit_score_or_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.audit} {self.organisation_id} {self.score}"


class AuditFinding(models.Model):
    """Something an auditor saw, which the department may contest."""

    score = models.ForeignKey(AuditScore, on_delete=models.PROTECT, related_name="findings")
    code = models.CharField(max_length=40)
    text = models.TextField()
    severity = models.PositiveSmallIntegerField(default=1)
    contested_at = models.DateTimeField(null=True, blank=True)
    contest = models.TextField(blank=True)
    contested_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decision = models.TextField(blank=True)
    upheld = models.BooleanField(null=True, blank=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["score", "code", "pk"]
        constraints = [models.UniqueConstraint(fields=["score", "code"], name="finding_once")]

    def __str__(self) -> str:
        return self.code


class OutcomeCount(models.Model):
    """Hotline or complaint results of one organisation and period, in counts, so that rates state their base."""

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="outcomes")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)
    starts_on = models.DateField()
    ends_on = models.DateField()
    n_due = models.PositiveIntegerField()
    n_contacted_in_time = models.PositiveIntegerField()
    n_called_back = models.PositiveIntegerField()
    n_solved = models.PositiveIntegerField()
    n_satisfied = models.PositiveIntegerField()
    n_unreasonable = models.PositiveIntegerField(default=0)
    source = models.TextField(blank=True)
    brought_by = models.ForeignKey(EvidenceImport, on_delete=models.PROTECT, related_name="outcomes")

    class Meta:
        ordering = ["kind", "organisation", "starts_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["brought_by", "kind", "organisation", "starts_on", "ends_on"], name="outcome_once"
            ),
            models.CheckConstraint(
                condition=Q(n_contacted_in_time__lte=F("n_due"))
                & Q(n_solved__lte=F("n_called_back"))
                & Q(n_satisfied__lte=F("n_called_back")),
                name="outcome_parts_within_wholes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.organisation_id} {self.starts_on}"


class QualityVerdict(models.Model):
    """One dimension of the data-quality gate for one source, as measured at one time."""

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="quality")
    source = models.CharField(max_length=20)
    dimension = models.CharField(max_length=15, choices=QualityDimension.choices)
    value = models.FloatField()
    threshold = models.FloatField()
    passed = models.BooleanField()
    places = models.JSONField(default=list)
    checked_at = models.DateTimeField()

    class Meta:
        ordering = ["cycle", "source", "dimension", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["cycle", "source", "dimension"], name="quality_verdict_once")
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.dimension} {self.value:.3f}"


class QualityOverride(models.Model):
    """Two persons let a ranking pass a failed gate, with a reason that is published."""

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="overrides")
    source = models.CharField(max_length=20)
    dimension = models.CharField(max_length=15, choices=QualityDimension.choices)
    reason = models.TextField()
    translations = models.JSONField(default=dict, blank=True)
    """The reason by language, where it was given in more than one."""
    first_person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    first_at = models.DateTimeField()
    second_person = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    second_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["cycle", "source", "dimension", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["cycle", "source", "dimension"], name="override_once"),
            models.CheckConstraint(
                condition=Q(second_person=None) | ~Q(second_person=F("first_person")),
                name="override_by_two_persons",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.dimension}"

    @property
    def said(self) -> str:
        """The reason in the reader's language."""
        return localized(self.translations) or self.reason
