"""Tallies: the only source of figures about residents."""

from django.db import models
from django.db.models import Q

from surveys.catalogue.enums import Channel, Mode
from surveys.catalogue.models import Organisation, Service
from surveys.core.models import User
from surveys.tallies.enums import TallySource


class Tally(models.Model):
    """How often an option was chosen: unit or service x channel x question x option x period."""

    source = models.CharField(max_length=10, choices=TallySource.choices)
    starts_on = models.DateField()
    ends_on = models.DateField()
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    service = models.ForeignKey(Service, on_delete=models.PROTECT, null=True, related_name="+")
    channel = models.CharField(max_length=20, choices=Channel.choices)
    mode = models.CharField(max_length=10, choices=Mode.choices)
    question = models.CharField(max_length=40)
    scale = models.CharField(max_length=20)
    option = models.CharField(max_length=40)
    n = models.PositiveBigIntegerField()

    class Meta:
        ordering = ["starts_on", "organisation", "service", "channel", "question", "option", "pk"]
        verbose_name_plural = "tallies"
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "source", "starts_on", "ends_on", "organisation", "service", "channel", "mode",
                    "question", "scale", "option",
                ],
                condition=Q(service__isnull=False),
                name="tally_of_service_once",
            ),
            models.UniqueConstraint(
                fields=[
                    "source", "starts_on", "ends_on", "organisation", "channel", "mode",
                    "question", "scale", "option",
                ],
                condition=Q(service=None),
                name="tally_of_organisation_once",
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["organisation", "question", "starts_on"], name="tally_lookup")]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.starts_on} {self.question}={self.option}: {self.n}"


class UnitTally(models.Model):
    """The same without service and way of being served: what pages about whole organisations read."""

    source = models.CharField(max_length=10, choices=TallySource.choices)
    starts_on = models.DateField()
    ends_on = models.DateField()
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=20, choices=Channel.choices)
    question = models.CharField(max_length=40)
    scale = models.CharField(max_length=20)
    option = models.CharField(max_length=40)
    n = models.PositiveBigIntegerField()

    class Meta:
        ordering = ["starts_on", "organisation", "channel", "question", "option", "pk"]
        verbose_name_plural = "unit tallies"
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "question", "source", "starts_on", "ends_on", "organisation", "channel", "scale", "option",
                ],
                name="unit_tally_once",
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.starts_on} {self.question}={self.option}: {self.n}"


class Funnel(models.Model):
    """Finished, eligible, invited, answered, valid: the coverage ledger of a month."""

    starts_on = models.DateField()
    ends_on = models.DateField()
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, null=True, related_name="+")
    channel = models.CharField(max_length=20, choices=Channel.choices)
    n_finished = models.PositiveBigIntegerField(default=0)
    n_eligible = models.PositiveBigIntegerField(default=0)
    n_invited = models.PositiveBigIntegerField(default=0)
    n_answered = models.PositiveBigIntegerField(default=0)
    n_valid = models.PositiveBigIntegerField(default=0)
    n_set_aside = models.PositiveBigIntegerField(default=0)
    n_default = models.PositiveBigIntegerField(default=0)

    class Meta:
        ordering = ["starts_on", "organisation", "service", "channel", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["starts_on", "ends_on", "organisation", "service", "channel"],
                condition=Q(service__isnull=False),
                name="funnel_of_service_once",
            ),
            models.UniqueConstraint(
                fields=["starts_on", "ends_on", "organisation", "channel"],
                condition=Q(service=None),
                name="funnel_of_organisation_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.starts_on}: {self.n_valid}/{self.n_finished}"


class FeedTotal(models.Model):
    """How many cases an organisation's own system says it finished in a month: what the feed must add up to."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    month = models.DateField()
    n = models.PositiveBigIntegerField()
    source = models.CharField(max_length=200)
    stated_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    stated_at = models.DateTimeField()

    class Meta:
        ordering = ["month", "organisation", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "month"], name="feed_total_once_a_month")
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.month}: {self.n}"
