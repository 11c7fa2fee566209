"""What screening knows of a rating while its trace still exists."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from surveys.catalogue.models import ServicePoint
from surveys.ratings.models import Rating
from surveys.ratings.traces import open_trace

Place = tuple[str, int]
"""Where ratings are looked at together: ("point", its key) or ("service", its key)."""


@dataclass(frozen=True)
class Fact:
    """One rating with its opened trace."""

    rating_id: uuid.UUID
    organisation_id: int
    service_id: int
    point_id: int | None
    channel: str
    mode: str
    level: int
    rated_on: dt.date
    screening: str
    version_id: int
    bin_at: dt.datetime
    seconds: int | None
    device: str
    network: str
    n_bad_first_taps: int
    on_page: int | None
    """Seconds the page lay open, where they are known."""
    is_walled: bool
    """Whether the point stands in a hall whose networks are known."""

    @property
    def place(self) -> Place:
        return ("point", self.point_id) if self.point_id is not None else ("service", self.service_id)


COLUMNS = (
    "pk", "organisation_id", "service_id", "point_id", "channel", "mode", "level", "rated_on", "screening",
    "version_id", "trace__sealed",
)  # fmt: skip


def _walled() -> frozenset[int]:
    """Points for which, or for whose hall, the networks on site are listed."""
    points = ServicePoint.objects.order_by("pk").values_list(
        "pk", "allowed_networks", "parent__allowed_networks"
    )
    return frozenset(pk for pk, own, hall in points if own or hall)


def facts_of(ratings: QuerySet[Rating], most: int) -> list[Fact]:
    """The facts of ratings that still have a trace, at most so many."""
    walled = _walled()
    rows = ratings.filter(trace__isnull=False).values_list(*COLUMNS)[:most]
    found = []
    for *columns, sealed in rows:
        traced = open_trace(bytes(sealed))
        at = dt.datetime.fromisoformat(traced.bin_at)
        values: list[Any] = [
            *columns, at, traced.seconds, traced.device, traced.network, traced.n_bad_first_taps,
            traced.on_page, columns[3] in walled,
        ]  # fmt: skip
        found.append(Fact(*values))
    return found
