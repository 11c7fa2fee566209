"""Respondents: the drawn, the history of calls, and what they answered."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from surveys.core.models import User
from surveys.fieldwork.enums import Outcome, ResponseState, SurveyChannel
from surveys.fieldwork.models.frames import FrameEntry, Sampled
from surveys.fieldwork.models.waves import Survey
from surveys.instruments.models import QuestionnaireVersion


class Respondent(Sampled):
    """One drawn person: a token and a code found again by keyed hash, and how far we got with them."""

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="respondents")
    number = models.PositiveIntegerField(_("number"))
    entry = models.ForeignKey(FrameEntry, models.SET_NULL, null=True, related_name="+")
    nonce = models.BinaryField(max_length=16)
    token_hash = models.CharField(max_length=64, unique=True)
    code_hash = models.CharField(max_length=64, unique=True)
    design_weight = models.FloatField(default=1.0)
    outcome = models.CharField(_("outcome"), max_length=6, choices=Outcome.choices, default=Outcome.NOT_TRIED)
    invited_at = models.DateTimeField(_("invited"), null=True, blank=True)
    reminded_at = models.DateTimeField(_("reminded"), null=True, blank=True)
    n_reminders = models.PositiveSmallIntegerField(_("reminders"), default=0)
    n_calls = models.PositiveSmallIntegerField(_("calls"), default=0)

    class Meta:
        ordering = ["survey", "number"]
        constraints = [
            models.UniqueConstraint(fields=["survey", "number"], name="respondent_number_once"),
            models.UniqueConstraint(
                fields=["survey", "entry"], condition=Q(entry__isnull=False), name="drawn_once"
            ),
        ]
        indexes = [models.Index(fields=["survey", "outcome"], name="respondent_by_outcome")]

    def __str__(self) -> str:
        return f"{self.survey_id}/{self.number}"


class ContactAttempt(models.Model):
    """One call or visit, as the interviewer noted it; the call history only grows."""

    respondent = models.ForeignKey(Respondent, models.CASCADE, related_name="attempts")
    number = models.PositiveSmallIntegerField(_("attempt"))
    at = models.DateTimeField(_("when"))
    channel = models.CharField(_("channel"), max_length=10, choices=SurveyChannel.choices)
    outcome = models.CharField(_("outcome"), max_length=6, choices=Outcome.choices)
    note = models.CharField(_("note"), max_length=300, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["respondent", "number"]
        constraints = [models.UniqueConstraint(fields=["respondent", "number"], name="attempt_once")]

    def __str__(self) -> str:
        return f"{self.respondent_id} #{self.number} {self.outcome}"


class Response(models.Model):
    """What one respondent answered: typed columns for the survey's business, one JSON of answers."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    respondent = models.OneToOneField(Respondent, models.PROTECT, related_name="response")
    survey = models.ForeignKey(Survey, models.PROTECT, related_name="responses", db_index=False)
    version = models.ForeignKey(QuestionnaireVersion, models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=ResponseState.choices, default=ResponseState.PARTIAL)
    channel = models.CharField(max_length=10, choices=SurveyChannel.choices, default=SurveyChannel.WEB)
    language = models.CharField(max_length=10)
    page = models.PositiveSmallIntegerField(default=0)
    answers = models.JSONField(default=dict)
    orders = models.JSONField(default=dict)
    weight = models.FloatField(null=True, blank=True)
    started_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    withdrawn_on = models.DateField(null=True, blank=True)
    entered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["survey", "respondent"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=ResponseState.COMPLETE) | Q(finished_at__isnull=False),
                name="complete_response_has_its_time",
            ),
            models.CheckConstraint(
                condition=~Q(state=ResponseState.WITHDRAWN) | Q(answers={}, weight=None),
                name="withdrawn_response_is_empty",
            ),
        ]
        indexes = [models.Index(fields=["survey", "state"], name="response_by_state")]

    def __str__(self) -> str:
        return f"{self.survey_id} {self.state}"
