"""Themes and how often comments touch them by month, what was read from comments and answers, and alerts."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from evaluation.improvement.enums import AlertKind, AlertState
from surveys.catalogue.models import Organisation
from surveys.core.models import User
from surveys.core.text import localized


class Theme(models.Model):
    """A theme of comments and the words by which it is known; the office edits both."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    names = models.JSONField(_("names"))
    words = models.TextField(
        _("words"), help_text=_("Separated by spaces or lines; join the words of a phrase by an underscore.")
    )
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return localized(self.names)


class FeedbackMonth(models.Model):
    """A month whose comments were read: how many there were then, and with which dictionary."""

    month = models.DateField(unique=True)
    n_comments = models.PositiveIntegerField()
    dictionary = models.CharField(max_length=64)
    counted_at = models.DateTimeField()

    class Meta:
        ordering = ["month"]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class ThemeTally(models.Model):
    """How many comments of a month touch a theme, by what their writers' levels say; theme "" is all comments."""

    month = models.DateField()
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    theme = models.SlugField(max_length=40, blank=True)
    n_good = models.PositiveIntegerField(default=0)
    n_mixed = models.PositiveIntegerField(default=0)
    n_bad = models.PositiveIntegerField(default=0)
    n_disagree = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["month", "organisation", "theme"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "month", "theme"], name="theme_tally_once")
        ]
        indexes = [models.Index(fields=["month", "theme"], name="theme_tally_by_month")]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.organisation_id} {self.theme}"


class Reading(models.Model):
    """What was last computed from all answers and comments of an organisation and those below it."""

    organisation = models.OneToOneField(Organisation, on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField()
    result = models.JSONField(default=dict)
    computed_at = models.DateTimeField()

    class Meta:
        ordering = ["organisation"]

    def __str__(self) -> str:
        return f"{self.organisation_id}"


class Alert(models.Model):
    """Something that wants a look: found by the clock once, then seen, given to someone, closed."""

    kind = models.CharField(_("kind"), max_length=10, choices=AlertKind.choices)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(_("theme or service"), max_length=60, blank=True)
    on_day = models.DateField(_("day"))
    facts = models.JSONField(default=dict)
    p_value = models.FloatField(null=True)
    state = models.CharField(_("state"), max_length=12, choices=AlertState.choices, default=AlertState.OPEN)
    raised_at = models.DateTimeField()
    assigned_to = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("given to")
    )
    acknowledged_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    outcome = models.TextField(_("what came of it"), blank=True)

    class Meta:
        ordering = ["-raised_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "organisation", "subject"],
                condition=~Q(state=AlertState.CLOSED),
                name="one_open_alert_each",
            )
        ]
        indexes = [models.Index(fields=["organisation", "state", "raised_at"], name="alert_by_department")]

    def __str__(self) -> str:
        return f"{self.kind} {self.organisation_id} {self.on_day}"
