"""People and seats, the chained log, jobs, outbox, calendar, files and keys."""

import uuid
from typing import Any, ClassVar, NoReturn

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from surveys.core.enums import ApiScope, JobState, MessageKind, MessageState, Role


class AppendOnlyError(RuntimeError):
    """A row of an append-only table was to be changed."""


class User(AbstractUser):
    """A person who signs in; what they may do follows from their seats alone."""

    display_name = models.CharField(_("name"), max_length=80, blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    is_demo = models.BooleanField(_("demonstration account"), default=False)

    class Meta:
        ordering = ["username"]

    def __str__(self) -> str:
        return self.display_name or self.username


class SeatQuerySet(models.QuerySet["Seat"]):
    def current(self) -> "SeatQuerySet":
        return self.filter(revoked_at=None)


class Seat(models.Model):
    """A role held for one organisation and all below it; an empty code means the whole jurisdiction."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="seats")
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    organisation_code = models.CharField(_("organisation"), max_length=40, blank=True)
    granted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    granted_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = SeatQuerySet.as_manager()

    class Meta:
        ordering = ["user", "role", "organisation_code", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "organisation_code"],
                condition=Q(revoked_at=None),
                name="seat_held_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()} · {self.organisation_code or '*'}"


class LogEntry(models.Model):
    """One link of the append-only chain: hash = SHA-256(previous hash + this entry's canonical JSON)."""

    append_only = True

    number = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    actor = models.CharField(max_length=150)
    verb = models.CharField(max_length=60)
    object = models.CharField(max_length=200)
    before_digest = models.CharField(max_length=64, blank=True)
    after_digest = models.CharField(max_length=64, blank=True)
    detail = models.JSONField(default=dict)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ["number"]
        verbose_name_plural = "log entries"

    def __str__(self) -> str:
        return f"{self.number} {self.verb} {self.object}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Only ever inserted; the database's triggers refuse the rest too."""
        if not self._state.adding:
            raise AppendOnlyError("The log can only grow; write a new entry instead.")
        super().save(*args, **kwargs)

    def delete(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise AppendOnlyError("The log can only grow; nothing is taken out of it.")


class ChainHead(models.Model):
    """The single row that serialises writers of the log and holds its latest hash."""

    number = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="one_chain_head")]

    def __str__(self) -> str:
        return f"{self.number} {self.hash[:12]}"


class Job(models.Model):
    """Work to be done; this row is the truth, the broker only wakes workers."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=200, unique=True, null=True, blank=True)
    args = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=JobState.choices, default=JobState.QUEUED)
    not_before = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    fence = models.PositiveIntegerField(default=0)
    worker = models.CharField(max_length=120, blank=True)
    n_attempts = models.PositiveSmallIntegerField(default=0)
    n_done = models.PositiveBigIntegerField(default=0)
    n_total = models.PositiveBigIntegerField(default=0)
    note = models.CharField(max_length=200, blank=True)
    result = models.JSONField(null=True, blank=True)
    error = models.TextField(blank=True)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["created_at", "pk"]
        indexes = [models.Index(fields=["state", "not_before"], name="job_due")]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"


class StoredFile(models.Model):
    """A file kept with its digest, in the database so that it commits with what refers to it."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    content = models.BinaryField()
    stored_at = models.DateTimeField()

    class Meta:
        ordering = ["stored_at", "sha256"]

    def __str__(self) -> str:
        return f"{self.name} {self.sha256[:12]}"


class OutboxMessage(models.Model):
    """A message waiting for a gateway; sent at least once, by its own key only once seen from outside."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=10, choices=MessageKind.choices)
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="messages")
    sealed = models.BinaryField(default=bytes)
    subject = models.CharField(max_length=200, blank=True)
    body = models.TextField()
    link = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=10, choices=MessageState.choices, default=MessageState.WAITING)
    n_attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["created_at", "pk"]
        indexes = [models.Index(fields=["state", "next_at"], name="outbox_due")]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"


class CalendarDay(models.Model):
    """A day that differs from the plain week: a holiday, or a working day moved to a weekend."""

    day = models.DateField(primary_key=True)
    is_working = models.BooleanField()
    names = models.JSONField(default=dict)
    source = models.CharField(max_length=200)

    class Meta:
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {'+' if self.is_working else '-'}"


class CalendarYear(models.Model):
    """A year whose holidays are known; a deadline in an unknown year is refused, not guessed."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    source = models.CharField(max_length=200)
    confirmed = models.BooleanField(default=False)

    class Meta:
        ordering = ["year"]

    def __str__(self) -> str:
        return str(self.year)


class ApiKey(models.Model):
    """A key for machines; only its keyed hash is stored."""

    name = models.CharField(max_length=80, unique=True)
    scope = models.CharField(max_length=10, choices=ApiScope.choices)
    hashed = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return f"{self.name} ({self.scope})"


class IdempotencyKey(models.Model):
    """What a repeated request gets again; another body under the same key is a conflict."""

    scope = models.CharField(max_length=80)
    key = models.CharField(max_length=120)
    body_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    response = models.JSONField()
    created_on = models.DateField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["scope", "key"], name="one_answer_per_key")]

    def __str__(self) -> str:
        return f"{self.scope} {self.key}"


class DataKey(models.Model):
    """A key for sealed data of one purpose and month, itself sealed; destroying it erases the data."""

    purpose = models.CharField(max_length=40)
    month = models.DateField()
    wrapped = models.BinaryField(null=True)
    destroyed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["purpose", "month"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["purpose", "month"], name="one_key_per_purpose_and_month")
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.month:%Y-%m}"
