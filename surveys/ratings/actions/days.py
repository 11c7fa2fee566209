"""Close a day: shuffle its rows, enter its receipts in the log as one root, destroy traces that served."""

import datetime as dt

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from surveys.core.log import record
from surveys.ratings.enums import Privacy, Screening
from surveys.ratings.models import Contact, Rating, ReceiptLeaf, ReceiptRoot, Trace
from surveys.ratings.receipts import leaf_of, merkle_root

TRACE_DAYS = 7
"""Traces older than this are destroyed even if their rating still waits for a person."""
SLICES = 16
SLICE_ROWS = 50_000


class DayRefusedError(ValueError):
    """A day that cannot be closed; carries the sentence why."""


def close_day(*, day: dt.date, now: dt.datetime) -> ReceiptRoot:
    """Enter the root over a past day's receipts in the log; closing it again changes nothing."""
    if day >= timezone.localdate(now):
        raise DayRefusedError(_("A day can be closed once it is over."))
    mix_rows(day=day)
    with transaction.atomic():
        known = ReceiptRoot.objects.filter(day=day).first()
        if known is not None:
            return known
        hashes = Rating.objects.filter(rated_on=day, receipt_hash__isnull=False).order_by("receipt_hash")
        leaves = sorted(
            leaf_of(hashed) for hashed in hashes.values_list("receipt_hash", flat=True).iterator() if hashed
        )
        ReceiptLeaf.objects.bulk_create((ReceiptLeaf(leaf=leaf, day=day) for leaf in leaves), batch_size=5000)
        root = ReceiptRoot.objects.create(day=day, root=merkle_root(leaves), n=len(leaves))
        record(
            actor=None,
            verb="receipts.root",
            obj=f"receipts {day.isoformat()}",
            now=now,
            detail={"root": root.root, "n": root.n},
        )
    return root


def destroy_traces(*, now: dt.datetime) -> int:
    """Delete traces that have served: of closed days once screened, and of any rating after a week."""
    today = timezone.localdate(now)
    served = Trace.objects.filter(made_on__lt=today).exclude(
        rating__screening=Screening.UNSCREENED, made_on__gte=today - dt.timedelta(days=TRACE_DAYS)
    )
    deleted, _by_model = served.delete()
    return deleted


def mix_rows(*, day: dt.date) -> int:
    """Write a day's unlinked rows anew in the order of their random keys.

    PostgreSQL keeps rows where and under the number of the transaction that wrote them, which would tell who
    came when; afterwards all rows of a slice share one transaction. SQLite keeps these tables by key alone.
    """
    if connection.vendor != "postgresql":
        return 0
    rows = Rating.objects.filter(rated_on=day, privacy=Privacy.UNLINKED)
    n = rows.count()
    slices = SLICES if n > SLICE_ROWS else 1
    for place in range(slices):
        _mix_slice(day, place, slices)
    return n


def _mix_slice(day: dt.date, place: int, slices: int) -> None:
    """Delete and insert again in one statement; the lock lets readers through and holds writers for a moment."""
    bounds = [f"{place * 16 // slices:x}", f"{(place + 1) * 16 // slices - 1:x}"]
    ratings = Rating._meta.db_table
    within = "substr(%s::text, 1, 1) BETWEEN %%s AND %%s"
    stores = (
        (ratings, f"rated_on = %s AND privacy = 'unlinked' AND {within % 'id'}"),
        (Trace._meta.db_table, f"made_on = %s AND {within % 'id'}"),
        (Contact._meta.db_table, f"month = date_trunc('month', %s::date) AND {within % 'id'}"),
    )
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {ratings} IN EXCLUSIVE MODE")
        for table, condition in stores:
            cursor.execute(
                f"WITH gone AS (DELETE FROM {table} WHERE {condition} RETURNING *) "
                f"INSERT INTO {table} SELECT * FROM gone ORDER BY id",
                [day, *bounds],
            )
