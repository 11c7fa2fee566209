"""Finished cases, their invitations, ratings, batches, and the separate stores that protect residents.

Eligibility (Matter, Invitation), the rating and the contact are three stores. In unlinked mode nothing in
them, in the order of their rows or in their times leads from a rating to its case.
"""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from surveys.catalogue.enums import Channel, Identity, Mode
from surveys.catalogue.models import Organisation, Service, ServicePoint
from surveys.core.models import StoredFile
from surveys.instruments.models import QuestionnaireVersion
from surveys.ratings.enums import (
    Arrival,
    InvitationState,
    Level,
    Origin,
    Outcome,
    Privacy,
    RatingKind,
    Screening,
    Stage,
)


class Matter(models.Model):
    """A finished case, or a finished stage of one: what may be rated once (GB/T 39734)."""

    case_no = models.CharField(_("case number"), max_length=50)
    stage = models.CharField(_("stage"), max_length=12, choices=Stage.choices)
    service_no = models.PositiveSmallIntegerField(_("service number"), default=1)
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="matters")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="matters")
    point = models.ForeignKey(ServicePoint, on_delete=models.PROTECT, null=True, blank=True)
    channel = models.CharField(_("channel"), max_length=20, choices=Channel.choices, default=Channel.QR_CASE)
    mode = models.CharField(_("mode"), max_length=10, choices=Mode.choices, default=Mode.OFFLINE)
    identity = models.CharField(
        _("identity"), max_length=10, choices=Identity.choices, default=Identity.ANONYMOUS
    )
    finished_at = models.DateTimeField(_("finished at"))
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices, blank=True)

    class Meta:
        ordering = ["-finished_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["case_no", "stage", "service_no"], name="matter_once"),
            models.CheckConstraint(condition=Q(service_no__gte=1), name="matter_service_no_from_1"),
        ]
        indexes = [models.Index(fields=["organisation", "finished_at"], name="matter_by_organisation")]

    def __str__(self) -> str:
        return f"{self.case_no}/{self.stage}/{self.service_no}"


class Invitation(models.Model):
    """One token, one use. The token is HMAC(key, nonce): never stored, findable by its own keyed hash.

    `n_ratings` counts for its matter; the database refuses a second first rating whatever the code does.
    After a fix the same row opens once more, for the supplementary rating, under a new nonce.
    """

    matter = models.OneToOneField(Matter, on_delete=models.PROTECT, related_name="invitation")
    nonce = models.BinaryField(max_length=16)
    token_hash = models.CharField(max_length=64, unique=True)
    state = models.CharField(max_length=10, choices=InvitationState.choices, default=InvitationState.OPEN)
    kind = models.CharField(max_length=15, choices=RatingKind.choices, default=RatingKind.INITIAL)
    n_ratings = models.PositiveSmallIntegerField(_("ratings"), default=0)
    sealed_initial = models.BinaryField(null=True)
    version = models.ForeignKey(QuestionnaireVersion, on_delete=models.PROTECT, db_index=False)
    expires_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(n_ratings=0)
                | Q(kind=RatingKind.INITIAL, n_ratings=1)
                | Q(kind=RatingKind.SUPPLEMENTARY, n_ratings__lte=2),
                name="invitation_rated_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.matter_id} {self.state}"


class Rating(models.Model):
    """What one resident said of one service; its key is random, so row order tells nothing."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    privacy = models.CharField(max_length=10, choices=Privacy.choices)
    matter = models.ForeignKey(
        Matter, on_delete=models.PROTECT, null=True, blank=True, related_name="ratings", db_index=False
    )
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="+", db_index=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    point = models.ForeignKey(
        ServicePoint, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    channel = models.CharField(max_length=20, choices=Channel.choices)
    mode = models.CharField(max_length=10, choices=Mode.choices)
    stage = models.CharField(max_length=12, choices=Stage.choices, default=Stage.COMPLETION)
    kind = models.CharField(max_length=15, choices=RatingKind.choices, default=RatingKind.INITIAL)
    initial = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="supplements",
        db_index=False,
    )
    origin = models.CharField(max_length=10, choices=Origin.choices, default=Origin.ACTIVE)
    arrival = models.CharField(max_length=10, choices=Arrival.choices, default=Arrival.OWN)
    source_file = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    version = models.ForeignKey(
        QuestionnaireVersion, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    level = models.PositiveSmallIntegerField(choices=Level.choices)
    tags = models.JSONField(default=list, blank=True)
    comment = models.TextField(blank=True)
    answers = models.JSONField(default=dict, blank=True)
    language = models.CharField(max_length=10, blank=True)
    rated_on = models.DateField()
    rated_at = models.DateTimeField(null=True, blank=True)
    receipt_hash = models.CharField(max_length=64, null=True)
    sealed_pointer = models.BinaryField(null=True)
    screening = models.CharField(max_length=10, choices=Screening.choices, default=Screening.UNSCREENED)
    erased_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["-rated_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(level__gte=1, level__lte=5), name="level_1_to_5"),
            models.CheckConstraint(
                condition=Q(privacy=Privacy.LINKED) | Q(matter=None, rated_at=None),
                name="unlinked_rating_has_no_case_and_no_time",
            ),
            models.UniqueConstraint(
                fields=["matter", "kind"], condition=Q(matter__isnull=False), name="linked_rating_once"
            ),
            models.UniqueConstraint(
                fields=["initial"], condition=Q(initial__isnull=False), name="one_supplement_each"
            ),
            models.UniqueConstraint(
                fields=["receipt_hash"], condition=Q(receipt_hash__isnull=False), name="receipt_once"
            ),
            models.CheckConstraint(
                condition=Q(origin=Origin.ACTIVE) | Q(arrival=Arrival.IMPORTED),
                name="default_rating_only_imported",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "rated_on"], name="rating_by_organisation"),
            models.Index(fields=["service", "rated_on"], name="rating_by_service"),
            models.Index(
                fields=["screening", "rated_on"],
                condition=~Q(screening=Screening.KEPT),
                name="rating_not_kept",
            ),
            models.Index(fields=["rated_on"], condition=Q(level__lte=2), name="rating_bad"),
            models.Index(
                fields=["organisation", "rated_on", "id"],
                condition=~Q(comment=""),
                name="rating_with_comment",
            ),
            models.Index(
                fields=["-rated_on", "id", "level", "channel"],
                condition=~Q(comment=""),
                name="rating_comment_by_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rated_on} {self.level}"


class RatedKey(models.Model):
    """Keyed hash of (case no, stage, service no, rating no): what has been rated once cannot be again."""

    key_hash = models.CharField(max_length=64, primary_key=True)

    class Meta:
        ordering = ["key_hash"]

    def __str__(self) -> str:
        return self.key_hash[:12]


class ReceiptLeaf(models.Model):
    """A day's receipt as a leaf of that day's Merkle tree; keyed randomly, entered in the log as one root."""

    leaf = models.CharField(max_length=64, primary_key=True)
    day = models.DateField(db_index=True)

    class Meta:
        ordering = ["day", "leaf"]

    def __str__(self) -> str:
        return f"{self.day} {self.leaf[:12]}"


class ReceiptRoot(models.Model):
    """The Merkle root over a day's shuffled receipts, as the log holds it."""

    day = models.DateField(primary_key=True)
    root = models.CharField(max_length=64)
    n = models.PositiveIntegerField()

    class Meta:
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {self.root[:12]}"


class Contact(models.Model):
    """How to reach a resident who asked for it, sealed under its own month's key."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    rating = models.OneToOneField(Rating, on_delete=models.PROTECT, related_name="contact")
    sealed = models.BinaryField()
    month = models.DateField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.month)


class Trace(models.Model):
    """Facts that only screening needs, sealed; destroyed after it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    rating = models.OneToOneField(Rating, on_delete=models.CASCADE, related_name="trace")
    sealed = models.BinaryField()
    made_on = models.DateField()

    class Meta:
        ordering = ["made_on", "pk"]

    def __str__(self) -> str:
        return str(self.pk)


class RatingBatch(models.Model):
    """Counts per level as a publisher gave them, for an organisation or one service, on any scale."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="batches")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, null=True, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField()
    channel = models.CharField(max_length=20, choices=Channel.choices, default=Channel.API_IMPORT)
    question = models.CharField(max_length=40, default="overall")
    scale = models.CharField(max_length=20)
    counts = models.JSONField()
    n_dont_know = models.PositiveIntegerField(default=0)
    n_eligible = models.PositiveIntegerField(null=True, blank=True)
    source = models.TextField(blank=True)
    source_file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    superseded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["starts_on", "organisation", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="batch_ends_after_start"),
            models.UniqueConstraint(
                fields=["organisation", "service", "starts_on", "ends_on", "channel", "question", "scale"],
                condition=Q(superseded_at=None, service__isnull=False),
                name="batch_of_service_once",
            ),
            models.UniqueConstraint(
                fields=["organisation", "starts_on", "ends_on", "channel", "question", "scale"],
                condition=Q(superseded_at=None, service=None),
                name="batch_of_organisation_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.starts_on}..{self.ends_on} {self.scale}"


class DirtyPeriod(models.Model):
    """An organisation's month in which ratings changed; whoever counts them looks here and clears it."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    month = models.DateField()

    class Meta:
        ordering = ["month", "organisation", "pk"]
        constraints = [models.UniqueConstraint(fields=["organisation", "month"], name="dirty_period_once")]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.month}"
