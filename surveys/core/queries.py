"""What core's pages read: people with their seats, notices."""

from typing import Any

from django.db.models import Count, Prefetch, QuerySet, Subquery, Value

from surveys.core.enums import MessageKind
from surveys.core.models import OutboxMessage, Seat, User


def number_of(rows: QuerySet[Any]) -> Subquery:
    """How many rows there are, as a column of its own; the constant they are grouped by keeps it to one line.

    Two counts over two relations must not join: the rows of one would be multiplied by those of the other.
    """
    return Subquery(
        rows.order_by().annotate(_all=Value(1)).values("_all").annotate(n=Count("pk")).values("n")[:1]
    )


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
