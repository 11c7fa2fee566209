"""An auditor's own work: the sample drawn for a commission, each visit with its checklist, pictures kept with it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from evaluation.improvement.models.measures import Commission
from surveys.catalogue.models import Organisation, Service
from surveys.core.models import StoredFile, User
from surveys.instruments.models import QuestionnaireVersion


class AuditSample(models.Model):
    """The services to be visited under a commission: drawn once, by a seed nobody chose, so that it can be redrawn."""

    commission = models.OneToOneField(Commission, on_delete=models.PROTECT, related_name="sample")
    checklist = models.ForeignKey(QuestionnaireVersion, on_delete=models.PROTECT, related_name="+")
    seed = models.CharField(_("seed"), max_length=64)
    n_each = models.PositiveSmallIntegerField(_("visits in each organisation"))
    n_frame = models.PositiveIntegerField(_("services to draw from"))
    digest = models.CharField(_("fingerprint of the draw"), max_length=64)
    drawn_at = models.DateTimeField()
    handed_in_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-drawn_at", "pk"]

    def __str__(self) -> str:
        return f"{self.commission} {self.seed[:8]}"


class AuditVisit(models.Model):
    """One service of the sample: visited on a day, its checklist answered, what was found."""

    sample = models.ForeignKey(AuditSample, on_delete=models.PROTECT, related_name="visits")
    number = models.PositiveSmallIntegerField()
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="+")
    visited_on = models.DateField(_("day of the visit"), null=True, blank=True)
    answers = models.JSONField(default=dict)
    evidence = models.JSONField(default=dict)
    finding = models.TextField(_("what was found"), blank=True)
    severity = models.PositiveSmallIntegerField(_("severity, 1 to 5"), default=1)
    recorded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["sample", "number"]
        constraints = [
            models.UniqueConstraint(fields=["sample", "number"], name="visit_number_once"),
            models.UniqueConstraint(fields=["sample", "service"], name="visit_of_a_service_once"),
            models.CheckConstraint(condition=Q(severity__gte=1, severity__lte=5), name="visit_severity"),
            models.CheckConstraint(
                condition=Q(recorded_at=None) | Q(visited_on__isnull=False), name="recorded_visit_has_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sample_id}.{self.number}"


class VisitFile(models.Model):
    """A picture or PDF that shows what a visit found."""

    visit = models.ForeignKey(AuditVisit, on_delete=models.PROTECT, related_name="files")
    stored = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["added_at", "pk"]

    def __str__(self) -> str:
        return self.name
