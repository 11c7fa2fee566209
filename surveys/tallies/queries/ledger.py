"""The coverage ledger: from finished cases to valid ratings, and whether the case feed is whole."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import Count, Sum

from surveys.tallies.models import FeedTotal, Funnel
from surveys.tallies.periods import months_between

STEPS = ("n_finished", "n_eligible", "n_invited", "n_answered", "n_valid", "n_set_aside", "n_default")


@dataclass(frozen=True)
class Coverage:
    """The ledger of one unit: finished, eligible, invited, answered, valid.

    `active_rate` is answered ÷ finished. `n_stated` is what the unit's own system says it finished, where
    every month of the span has been stated; `n_missing` is by how much the feed falls short of it.
    """

    organisation_id: int
    service_id: int | None
    channel: str
    n_finished: int
    n_eligible: int
    n_invited: int
    n_answered: int
    n_valid: int
    n_set_aside: int
    n_default: int
    n_stated: int | None = None

    @property
    def n_missing(self) -> int | None:
        return None if self.n_stated is None else self.n_stated - self.n_finished

    @property
    def active_rate(self) -> float | None:
        return self.n_answered / self.n_finished if self.n_finished else None


def coverage(
    *,
    starts_on: dt.date,
    ends_on: dt.date,
    organisations: Collection[int] | None = None,
    by: Sequence[str] = ("organisation",),
) -> list[Coverage]:
    """The coverage ledger of whole months within a span.

    Finished, invited and answered count cases finished in the span; valid, set aside and default count
    ratings given in it: an unlinked rating cannot be traced back to its case.
    """
    rows = Funnel.objects.filter(starts_on__gte=starts_on, ends_on__lte=ends_on)
    if organisations is not None:
        rows = rows.filter(organisation__in=organisations)
    keys = [
        "organisation_id",
        *(["service_id"] if "service" in by else []),
        *(["channel"] if "channel" in by else []),
    ]
    grouped = rows.order_by().values(*keys).annotate(**{f"{name}_total": Sum(name) for name in STEPS})
    apart = {"service", "channel"} & set(by)
    stated = {} if apart else _stated(starts_on, ends_on)
    return [
        Coverage(
            organisation_id=row["organisation_id"],
            service_id=row.get("service_id"),
            channel=row.get("channel", ""),
            n_stated=stated.get(row["organisation_id"]),
            **{name: row[f"{name}_total"] for name in STEPS},
        )
        for row in grouped.order_by(*keys)
    ]


def _stated(starts_on: dt.date, ends_on: dt.date) -> dict[int, int]:
    """What organisations say they finished, for those that have stated every month of the span."""
    n_months = len(months_between(starts_on, ends_on))
    rows = FeedTotal.objects.filter(month__range=(starts_on, ends_on)).order_by()
    found = rows.values_list("organisation_id").annotate(total=Sum("n"), months=Count("id"))
    return {unit: total for unit, total, months in found if months == n_months}


def totals(rows: Sequence[Coverage]) -> dict[str, int]:
    """Each step of the ledger summed over its rows."""
    return {name: sum(getattr(row, name) for row in rows) for name in STEPS}
