"""Where an invitation is sent: sealed, kept apart from every rating, and gone as soon as it has served."""

from django.db import models

from surveys.core.enums import MessageKind
from surveys.ratings.models.intake import Invitation


class Recipient(models.Model):
    """The telephone number or address to which one invitation goes, at most twice."""

    invitation = models.OneToOneField(Invitation, on_delete=models.PROTECT, related_name="recipient")
    kind = models.CharField(max_length=10, choices=MessageKind.choices)
    sealed = models.BinaryField()
    month = models.DateField()
    language = models.CharField(max_length=10)
    n_sent = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.invitation_id} {self.kind} {self.n_sent}"
