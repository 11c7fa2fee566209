"""Cases opened by bad ratings, every move made with them, requests for time, replies and attachments.

A case is opened for a day, never for a minute, under a random key: in unlinked mode neither its row nor its
number may tell when a rating came in. The resident's case number stands with the rating alone, so that
erasing the rating's way to it erases the only one.
"""

import uuid
from typing import Any, ClassVar, NoReturn

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from surveys.cases.enums import (
    CLOSED_STATES,
    Answer,
    Clock,
    Complexity,
    Move,
    RequestKind,
    RequestState,
    Seat,
    State,
)
from surveys.catalogue.models import Organisation, Service
from surveys.core.models import AppendOnlyError, StoredFile, User
from surveys.ratings.models import Rating


class CaseQuerySet(models.QuerySet["Case"]):
    def open(self) -> "CaseQuerySet":
        return self.exclude(state__in=CLOSED_STATES)

    def under(self, codes: frozenset[str] | None) -> "CaseQuerySet":
        """Cases of these organisations; None means all."""
        return self if codes is None else self.filter(organisation__code__in=codes)


class Case(models.Model):
    """What a bad rating sets going, until the resident says it is solved or stays silent."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.CharField(_("case"), max_length=12, unique=True)
    rating = models.OneToOneField(Rating, on_delete=models.PROTECT, related_name="case")
    again = models.OneToOneField(Rating, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="cases")
    level = models.PositiveSmallIntegerField(_("level"))
    tags = models.JSONField(_("reasons"), default=list)
    is_named = models.BooleanField(_("can be called back"), default=False)
    opened_on = models.DateField(_("opened"))
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.RECEIVED)
    state_on = models.DateField(_("since"))
    handler = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="cases")
    complexity = models.CharField(_("complexity"), max_length=8, choices=Complexity.choices, blank=True)
    clock = models.CharField(max_length=12, choices=Clock.choices, blank=True)
    clock_on = models.DateField(null=True, blank=True)
    due_on = models.DateField(_("due"), null=True, blank=True)
    paused_on = models.DateField(null=True, blank=True)
    assigned_on = models.DateField(null=True, blank=True)
    found = models.CharField(_("finding"), max_length=12, blank=True, choices=State.choices)
    fixed_on = models.DateField(null=True, blank=True)
    fixed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    called_back_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    answer = models.CharField(_("answer"), max_length=10, choices=Answer.choices, blank=True)
    n_reopened = models.PositiveSmallIntegerField(default=0)
    n_late = models.PositiveSmallIntegerField(default=0)
    n_extensions = models.PositiveSmallIntegerField(default=0)
    escalation = models.PositiveSmallIntegerField(default=0)
    archived_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = CaseQuerySet.as_manager()

    class Meta:
        ordering = ["opened_on", "code"]
        constraints = [
            models.CheckConstraint(condition=Q(level__in=[1, 2]), name="case_of_a_bad_rating"),
            models.CheckConstraint(
                condition=Q(archived_on=None) | Q(state__in=sorted(CLOSED_STATES)),
                name="only_closed_cases_are_archived",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.CONFIRMED) | Q(answer=Answer.SOLVED),
                name="confirmed_means_the_resident_said_solved",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "state", "due_on"], name="case_by_organisation"),
            models.Index(fields=["state", "due_on"], name="case_due"),
            models.Index(fields=["service", "opened_on"], name="case_by_service"),
            models.Index(fields=["opened_on"], name="case_by_day"),
        ]

    def __str__(self) -> str:
        return self.code


class CaseMove(models.Model):
    """One step of a case; only ever added. The first has a day and no time."""

    append_only: ClassVar = True

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="moves")
    number = models.PositiveSmallIntegerField()
    move = models.CharField(max_length=14, choices=Move.choices)
    from_state = models.CharField(max_length=12, choices=State.choices, blank=True)
    to_state = models.CharField(max_length=12, choices=State.choices)
    seat = models.CharField(max_length=10, choices=Seat.choices)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    moved_on = models.DateField()
    moved_at = models.DateTimeField(null=True, blank=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(blank=True)
    clock = models.CharField(max_length=12, choices=Clock.choices, blank=True)
    due_on = models.DateField(null=True, blank=True)
    was_late = models.BooleanField(default=False)

    class Meta:
        ordering = ["case", "number"]
        constraints = [models.UniqueConstraint(fields=["case", "number"], name="case_move_once")]

    def __str__(self) -> str:
        return f"{self.number} {self.move}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Only ever inserted; the database's triggers refuse the rest too."""
        if not self._state.adding:
            raise AppendOnlyError("The moves of a case can only grow.")
        super().save(*args, **kwargs)

    def delete(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise AppendOnlyError("The moves of a case can only grow.")


class TimeRequest(models.Model):
    """More time, or a pause: asked for with a reason, decided by somebody else."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="requests")
    kind = models.CharField(max_length=10, choices=RequestKind.choices)
    n_days = models.PositiveSmallIntegerField(_("working days"))
    reason = models.TextField(_("reason"))
    state = models.CharField(max_length=8, choices=RequestState.choices, default=RequestState.ASKED)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_on = models.DateField()
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)

    class Meta:
        ordering = ["asked_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(state=RequestState.ASKED), name="one_open_request_per_case"
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")), name="request_second_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case} {self.kind} {self.n_days}"


class Note(models.Model):
    """Words about a case: kept inside, or read by the resident, or by everyone under “you said, we did”."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="notes")
    text = models.TextField(_("text"))
    for_resident = models.BooleanField(_("the resident reads it"), default=False)
    is_public = models.BooleanField(_("everyone reads it"), default=False)
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    published_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    published_on = models.DateField(null=True)

    class Meta:
        ordering = ["written_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_public=False) | Q(for_resident=True, published_by__isnull=False),
                name="public_note_was_published",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case} {self.text[:40]}"


class CaseFile(models.Model):
    """A file kept with a case, inside only."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="files")
    stored = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["added_at", "pk"]

    def __str__(self) -> str:
        return self.name


class ReplyTemplate(models.Model):
    """Words to start a reply from, in up to three languages."""

    title = models.CharField(_("title"), max_length=80)
    texts = models.JSONField(default=dict)
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    retired_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["title", "pk"]

    def __str__(self) -> str:
        return self.title
