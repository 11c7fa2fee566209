"""When briefings for leaders are written, and those that were."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from evaluation.cycles.models import Cycle
from evaluation.improvement.enums import Rhythm
from surveys.core.models import StoredFile, User


class BriefingPlan(models.Model):
    """The one rhythm of the briefings; who set it stands in the log."""

    rhythm = models.CharField(_("how often"), max_length=12, choices=Rhythm.choices, default=Rhythm.MONTHLY)
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    set_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_briefing_plan")]

    def __str__(self) -> str:
        return self.rhythm


class BriefingIssue(models.Model):
    """A briefing as it was written on a day, in one language and format."""

    on_day = models.DateField(_("day"))
    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    language = models.CharField(_("language"), max_length=10)
    name = models.CharField(_("file"), max_length=120, unique=True)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["-on_day", "language", "name"]

    def __str__(self) -> str:
        return self.name
