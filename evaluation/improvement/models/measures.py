"""Measures with their steps and effect, public replies, and auditors' commissions."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from evaluation.cycles.models import Cycle
from evaluation.cycles.queries import audit_names
from evaluation.improvement.enums import (
    EffectVerdict,
    MeasureState,
    Metric,
    Opened,
    ReplyStage,
)
from surveys.catalogue.models import Organisation, Service
from surveys.core import numerals
from surveys.core.models import StoredFile, User
from surveys.core.text import localized


class Measure(models.Model):
    """What a department does about a weak spot: owner, metric, target, due day, and whether it helped."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="measures")
    assisting = models.ManyToManyField(
        Organisation, verbose_name=_("assisting departments"), blank=True, related_name="assisted_measures"
    )
    service = models.ForeignKey(Service, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, null=True, blank=True, related_name="measures")
    title = models.CharField(_("measure"), max_length=120)
    problem = models.TextField(_("what is to get better, and for whom"))
    opened_from = models.CharField(_("opened from"), max_length=10, choices=Opened.choices)
    reference = models.CharField(_("indicator, finding or theme"), max_length=120, blank=True)
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="owned_measures")
    metric = models.CharField(_("metric"), max_length=12, choices=Metric.choices)
    metric_code = models.CharField(_("code of the metric"), max_length=60, blank=True)
    baseline = models.DecimalField(_("value today"), max_digits=14, decimal_places=4, null=True, blank=True)
    target = models.DecimalField(_("target"), max_digits=14, decimal_places=4)
    expected_gain = models.DecimalField(
        _("expected gain in points"), max_digits=7, decimal_places=2, null=True, blank=True
    )
    cost = models.DecimalField(_("cost"), max_digits=14, decimal_places=2, null=True, blank=True)
    n_reached = models.PositiveIntegerField(_("people reached in a year"), null=True, blank=True)
    starts_on = models.DateField(_("in force since"), null=True, blank=True)
    due_on = models.DateField(_("due"))
    noticed_from = models.DateField(_("first day of the figures that led to it"), null=True, blank=True)
    state = models.CharField(max_length=10, choices=MeasureState.choices, default=MeasureState.PLANNED)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    done_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)
    verified_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    verified_at = models.DateTimeField(null=True, blank=True)
    verification = models.TextField(_("how it was verified"), blank=True)
    carried_from = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["due_on", "pk"]
        indexes = [models.Index(fields=["organisation", "state", "due_on"], name="measure_by_department")]
        constraints = [
            models.CheckConstraint(
                condition=Q(verified_by=None) | (~Q(verified_by=F("owner")) & ~Q(verified_by=F("done_by"))),
                name="measure_verified_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(state=MeasureState.VERIFIED) | Q(verified_by__isnull=False),
                name="verified_measure_names_who",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def start_words(self) -> str:
        """The value at the start as it is read: a share of bad ratings in percent."""
        return self._read(self.baseline)

    @property
    def target_words(self) -> str:
        """The value to be reached as it is read."""
        return self._read(self.target)

    def _read(self, value: Decimal | None) -> str:
        if value is None:
            return numerals.DASH
        return numerals.share(value, 1) if self.metric == Metric.BAD_SHARE else numerals.number(value, 2)


class MeasureStep(models.Model):
    """One step of a measure, done with evidence."""

    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="steps")
    number = models.PositiveSmallIntegerField()
    text = models.CharField(_("step"), max_length=200)
    due_on = models.DateField(_("due"))
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    evidence = models.TextField(_("evidence in words"), blank=True)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    file_name = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["measure", "number"]
        constraints = [models.UniqueConstraint(fields=["measure", "number"], name="step_number_once")]

    def __str__(self) -> str:
        return f"{self.measure_id}.{self.number}"


class MeasureMove(models.Model):
    """A move of a measure from one state to the next, by whom and why."""

    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="moves")
    before = models.CharField(max_length=10, choices=MeasureState.choices)
    after = models.CharField(max_length=10, choices=MeasureState.choices)
    reason = models.TextField(blank=True)
    moved_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    moved_at = models.DateTimeField()

    class Meta:
        ordering = ["moved_at", "pk"]

    def __str__(self) -> str:
        return f"{self.before} -> {self.after}"


class Effect(models.Model):
    """What changed before and after a measure against the peers, with its interval; the newest counts."""

    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="effects")
    verdict = models.CharField(max_length=10, choices=EffectVerdict.choices)
    before = models.FloatField(null=True)
    after = models.FloatField(null=True)
    change = models.FloatField(null=True)
    lower = models.FloatField(null=True)
    upper = models.FloatField(null=True)
    n_before = models.PositiveBigIntegerField(default=0)
    n_after = models.PositiveBigIntegerField(default=0)
    n_peers = models.PositiveIntegerField(default=0)
    cautions = models.JSONField(default=list)
    computed_at = models.DateTimeField()

    class Meta:
        ordering = ["-computed_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.measure_id} {self.verdict}"


class Reply(models.Model):
    """You said, we did: what residents said in few words and what the department answers, once published."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="replies")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    measure = models.ForeignKey(
        Measure, on_delete=models.PROTECT, null=True, blank=True, related_name="replies"
    )
    said = models.CharField(_("what residents said"), max_length=200)
    n_said = models.PositiveIntegerField(_("how many said it"), null=True, blank=True)
    stage = models.CharField(_("kind of answer"), max_length=8, choices=ReplyStage.choices)
    did = models.TextField(_("what was or will be done"))
    on_day = models.DateField(_("since or by"), null=True, blank=True)
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    published_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-written_at", "-pk"]
        verbose_name_plural = "replies"
        constraints = [
            models.CheckConstraint(
                condition=Q(published_by=None) | ~Q(published_by=F("written_by")),
                name="reply_published_by_another",
            )
        ]

    def __str__(self) -> str:
        return self.said


class Commission(models.Model):
    """What an auditor was charged with: contract, scope, until when, and the declaration of independence."""

    auditor = models.ForeignKey(User, on_delete=models.PROTECT, related_name="commissions")
    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="commissions")
    audit = models.CharField(_("audit"), max_length=40)
    contract = models.CharField(_("contract"), max_length=120)
    organisations = models.ManyToManyField(Organisation, verbose_name=_("scope"), related_name="+")
    expires_on = models.DateField(_("until"))
    independence = models.TextField(_("declaration of independence"), blank=True)
    declared_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-expires_on", "pk"]
        constraints = [models.UniqueConstraint(fields=["auditor", "cycle", "audit"], name="commission_once")]

    def __str__(self) -> str:
        return f"{self.audit} {self.contract}"

    @property
    def title(self) -> str:
        """What the cycle's scheme calls the audit, else its code."""
        return localized(audit_names(self.cycle).get(self.audit, {})) or self.audit
