"""What core's pages read: people with their seats, notices."""

from typing import Any

from django.db.models import Prefetch, QuerySet

from surveys.core.enums import MessageKind
from surveys.core.models import OutboxMessage, Seat, User


def people() -> QuerySet[User]:
    """Every account with its current seats as `current_seats`."""
    seats = Seat.objects.current().order_by("role", "organisation_code", "pk")
    return User.objects.order_by("username").prefetch_related(
        Prefetch("seats", queryset=seats, to_attr="current_seats")
    )


def notices_of(user: Any) -> QuerySet[OutboxMessage]:
    """The notices to one person, newest first."""
    return OutboxMessage.objects.filter(user=user, kind=MessageKind.NOTICE).order_by("-created_at", "-pk")


def unread(user: Any) -> QuerySet[OutboxMessage]:
    """The notices a person has not read."""
    return notices_of(user).filter(read_at=None)
