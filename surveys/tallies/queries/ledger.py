"""The coverage ledger: from finished cases to valid ratings."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import Sum

from surveys.tallies.models import Funnel


@dataclass(frozen=True)
class Coverage:
    """The ledger of one unit: finished, invited, answered, valid. `participation` is answered ÷ finished."""

    organisation_id: int
    service_id: int | None
    channel: str
    n_finished: int
    n_invited: int
    n_answered: int
    n_valid: int
    n_set_aside: int
    n_default: int

    @property
    def participation(self) -> float | None:
        return self.n_answered / self.n_finished if self.n_finished else None


def coverage(
    *,
    starts_on: dt.date,
    ends_on: dt.date,
    organisations: Collection[int] | None = None,
    by: Sequence[str] = ("organisation",),
) -> list[Coverage]:
    """The coverage ledger of whole months within a span, and what batches say of their eligible cases.

    Finished, invited and answered count cases finished in the span; valid, set aside and default count
    ratings given in it: an unlinked rating cannot be led back to its case.
    """
    rows = Funnel.objects.filter(starts_on__gte=starts_on, ends_on__lte=ends_on)
    if organisations is not None:
        rows = rows.filter(organisation__in=organisations)
    keys = [
        "organisation_id",
        *(["service_id"] if "service" in by else []),
        *(["channel"] if "channel" in by else []),
    ]
    names = ("n_finished", "n_invited", "n_answered", "n_valid", "n_set_aside", "n_default")
    grouped = rows.order_by().values(*keys).annotate(**{f"{name}_total": Sum(name) for name in names})
    return [
        Coverage(
            row["organisation_id"],
            row.get("service_id"),
            row.get("channel", ""),
            *(row[f"{name}_total"] for name in names),
        )
        for row in grouped.order_by(*keys)
    ]
