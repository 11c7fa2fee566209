"""Surveys: one wave each with its strata, quotas, rounds of weighting and released estimates."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from surveys.catalogue.models import PLAIN_CODE, Named, Organisation
from surveys.core.models import User
from surveys.fieldwork.enums import Allocation, Selection, SurveyState
from surveys.fieldwork.models.frames import Frame
from surveys.instruments.models import QuestionnaireVersion


class Survey(Named):
    """One wave of a sampled survey: a frozen questionnaire, a population, a sample, days in the field."""

    code = models.CharField(_("code"), max_length=40, unique=True, validators=[PLAIN_CODE])
    series = models.CharField(_("series"), max_length=40, blank=True)
    wave = models.PositiveSmallIntegerField(_("wave"), default=1)
    breaks_series = models.BooleanField(_("breaks the series"), default=False)
    break_reason = models.CharField(_("why the series breaks"), max_length=200, blank=True)
    version = models.ForeignKey(QuestionnaireVersion, models.PROTECT, related_name="surveys")
    population = models.JSONField(_("population"), default=dict)
    selection = models.CharField(_("selection"), max_length=12, choices=Selection.choices)
    allocation = models.CharField(
        _("allocation"), max_length=12, choices=Allocation.choices, default=Allocation.PROPORTIONAL
    )
    frame = models.ForeignKey(Frame, models.PROTECT, null=True, blank=True, related_name="surveys")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    n_planned = models.PositiveIntegerField(_("people to be asked"))
    stop_n = models.PositiveIntegerField(_("stop at so many interviews"), null=True, blank=True)
    max_reminders = models.PositiveSmallIntegerField(_("reminders"), default=2)
    max_calls = models.PositiveSmallIntegerField(_("calls"), default=6)
    opens_on = models.DateField(_("opens on"))
    closes_on = models.DateField(_("closes on"))
    retain_until = models.DateField(_("contacts kept until"))
    state = models.CharField(
        _("stage"), max_length=10, choices=SurveyState.choices, default=SurveyState.DRAFT
    )
    seed = models.CharField(_("seed"), max_length=64, blank=True)
    seed_published_at = models.DateTimeField(null=True, blank=True)
    drawn_at = models.DateTimeField(null=True, blank=True)
    draw_digest = models.CharField(max_length=64, blank=True)
    released_at = models.DateTimeField(null=True, blank=True)
    contacts_forgotten_on = models.DateField(null=True, blank=True)
    is_synthetic = models.BooleanField(default=False)

    class Meta:
        ordering = ["-opens_on", "code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_on__gte=F("opens_on")), name="survey_closes_after_opening"
            ),
            models.CheckConstraint(
                condition=Q(retain_until__gte=F("closes_on")), name="contacts_kept_while_in_the_field"
            ),
            models.UniqueConstraint(
                fields=["series", "wave"], condition=~Q(series=""), name="wave_once_in_series"
            ),
            models.CheckConstraint(
                condition=Q(breaks_series=False) | ~Q(break_reason=""), name="series_break_has_reason"
            ),
        ]


class Stratum(models.Model):
    """A stratum as this survey drew from it."""

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="strata")
    code = models.CharField(_("stratum"), max_length=40)
    n_population = models.PositiveIntegerField(_("people"))
    n_drawn = models.PositiveIntegerField(_("drawn"))

    class Meta:
        ordering = ["survey", "code"]
        verbose_name_plural = "strata"
        constraints = [models.UniqueConstraint(fields=["survey", "code"], name="stratum_once_in_survey")]

    def __str__(self) -> str:
        return self.code


class Quota(models.Model):
    """How many interviews are wanted among people with one trait."""

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="quotas")
    trait = models.CharField(_("trait"), max_length=40)
    value = models.CharField(_("value"), max_length=40)
    n_target = models.PositiveIntegerField(_("wanted"))

    class Meta:
        ordering = ["survey", "trait", "value"]
        constraints = [models.UniqueConstraint(fields=["survey", "trait", "value"], name="quota_once")]

    def __str__(self) -> str:
        return f"{self.trait}={self.value}: {self.n_target}"


class Weighting(models.Model):
    """One round of weighting: what it was brought to, and what it cost; the latest one is in the responses."""

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="weightings")
    made_at = models.DateTimeField(_("made"))
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    classes = models.JSONField(default=list)
    margins = models.JSONField(default=dict)
    trim_low = models.FloatField(null=True, blank=True)
    trim_high = models.FloatField(null=True, blank=True)
    n = models.PositiveIntegerField()
    rounds = models.PositiveIntegerField()
    deff = models.FloatField()
    n_eff = models.FloatField()
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["survey", "-made_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.survey_id} n={self.n} n_eff={self.n_eff:.0f}"


class Estimate(models.Model):
    """A released figure: an item's figure for one organisation, or for all together, with its error."""

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="estimates")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    item = models.CharField(max_length=80)
    figure = models.CharField(max_length=12)
    n_levels = models.PositiveSmallIntegerField()
    value = models.FloatField()
    se = models.FloatField(null=True)
    lower = models.FloatField(null=True)
    upper = models.FloatField(null=True)
    unweighted = models.FloatField()
    n = models.PositiveIntegerField()
    n_eff = models.FloatField()
    n_dont_know = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["survey", "item", "figure", "organisation", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["survey", "organisation", "item", "figure"],
                condition=Q(organisation__isnull=False),
                name="estimate_of_organisation_once",
            ),
            models.UniqueConstraint(
                fields=["survey", "item", "figure"],
                condition=Q(organisation=None),
                name="estimate_of_all_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item}.{self.figure} {self.value:.2f}"
