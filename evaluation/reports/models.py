"""Report files that were built, by edition or run, kind and language."""

from django.db import models

from evaluation.rankings.models import Run
from surveys.core.models import StoredFile


class ReportFile(models.Model):
    """A file rendered from one run; the same run and language give the same bytes."""

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="reports")
    kind = models.CharField(max_length=20)
    language = models.CharField(max_length=10, blank=True)
    name = models.CharField(max_length=120)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    built_at = models.DateTimeField()

    class Meta:
        ordering = ["run", "kind", "language", "name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["run", "kind", "language", "name"], name="report_file_once")
        ]

    def __str__(self) -> str:
        return self.name
