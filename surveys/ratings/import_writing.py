"""Writes a prepared ratings file at the speed of the database: COPY on PostgreSQL, executemany on SQLite."""

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.utils.timezone import localdate

from surveys.ratings.enums import Arrival, InvitationState
from surveys.ratings.import_profiles import N_WRITTEN
from surveys.ratings.import_rows import Prepared
from surveys.ratings.models import DirtyPeriod, Invitation, RatedKey, Rating, Trace
from surveys.ratings.traces import TraceFacts, seal_trace

SLICE = 20_000
BLOCK = 20_000
ESCAPES = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})
OWN = ("id", "rated_on", "comment", "rated_at", "sealed_pointer")
SHARED = (
    "privacy", "matter_id", "service_id", "organisation_id", "point_id", "channel", "mode", "stage", "kind",
    "origin", "level", "tags", "screening", "arrival", "answers", "language", "version_id", "source_file_id",
)  # fmt: skip
NAMES = ", ".join((*OWN, *SHARED))


class RatedMeanwhileError(RuntimeError):
    """While the file was read somebody else stored one of its ratings; the file is to be sent again."""


def known_keys(keys: Sequence[str]) -> set[str]:
    """Those of the keys that are stored already."""
    if not RatedKey.objects.exists():
        return set()
    among = "= ANY(%s)" if connection.vendor == "postgresql" else "IN (SELECT value FROM json_each(%s))"
    found: set[str] = set()
    with connection.cursor() as cursor:
        for start in range(0, len(keys), SLICE):
            part = list(keys[start : start + SLICE])
            given = part if connection.vendor == "postgresql" else json.dumps(part)
            cursor.execute(f"SELECT key_hash FROM {RatedKey._meta.db_table} WHERE key_hash {among}", [given])
            found.update(key for (key,) in cursor.fetchall())
    return found


def write(prepared: Prepared, *, version_id: int, source: str, now: dt.datetime) -> None:
    """Store everything in the caller's transaction; RatedMeanwhileError when something came in between."""
    tail = (Arrival.IMPORTED.value, "{}", "", version_id, source)
    keys = RatedKey._meta.db_table
    try:
        with transaction.atomic():
            _insert(keys, "key_hash", ((key,) for key in prepared.keys), prepared.keys)
    except IntegrityError as error:
        raise RatedMeanwhileError from error
    table = Rating._meta.db_table
    if connection.vendor == "postgresql":
        _copy(table, NAMES, _lines(prepared, tail))
    else:
        _many(table, NAMES, len(OWN) + len(SHARED), _rows(prepared, tail))
    _use_up(prepared)
    _leave_traces(prepared, now)
    touched = [DirtyPeriod(organisation_id=unit, month=month) for unit, month in sorted(prepared.touched)]
    DirtyPeriod.objects.bulk_create(
        touched, update_conflicts=True, update_fields=["month"], unique_fields=["organisation", "month"]
    )


def _insert(table: str, names: str, rows: Iterable[tuple[Any, ...]], lines: Sequence[str]) -> None:
    if connection.vendor == "postgresql":
        _copy(table, names, (f"{line}\n" for line in lines))
    else:
        _many(table, names, 1, rows)


def _many(table: str, names: str, width: int, rows: Iterable[tuple[Any, ...]]) -> None:
    marks = ", ".join(["%s"] * width)
    with connection.cursor() as cursor:
        many: Any = cursor.executemany  # takes any iterable; the stub wants a sequence
        many(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)


def _copy(table: str, names: str, lines: Iterator[str]) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as target:
        block: list[str] = []
        for line in lines:
            block.append(line)
            if len(block) == BLOCK:
                target.write("".join(block))
                block.clear()
        target.write("".join(block))


def _rows(prepared: Prepared, tail: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    ends = [(*profile[:N_WRITTEN], *tail) for profile in prepared.profiles]
    days = {day: day.isoformat() for day in {row[1] for row in prepared.ratings}}
    for pk, day, comment, moment, pointer, number in prepared.ratings:
        at = None if moment is None else moment.astimezone(dt.UTC).strftime("%Y-%m-%d %H:%M:%S")
        yield (pk, days[day], comment, at, pointer, *ends[number])


def _lines(prepared: Prepared, tail: tuple[Any, ...]) -> Iterator[str]:
    ends = [
        "\t".join(_field(value) for value in (*profile[:N_WRITTEN], *tail)) for profile in prepared.profiles
    ]
    days = {day: day.isoformat() for day in {row[1] for row in prepared.ratings}}
    for pk, day, comment, moment, pointer, number in prepared.ratings:
        words = comment.translate(ESCAPES) if comment else ""
        at = "\\N" if moment is None else moment.isoformat()
        sealed = "\\N" if pointer is None else f"\\\\x{pointer.hex()}"
        yield f"{pk}\t{days[day]}\t{words}\t{at}\t{sealed}\t{ends[number]}\n"


@lru_cache(maxsize=4096)
def _field(value: Any) -> str:
    return "\\N" if value is None else str(value).translate(ESCAPES)


def _use_up(prepared: Prepared) -> None:
    """Close the invitations of cases that the file has rated."""
    wanted = sorted(prepared.used)
    n = 0
    for start in range(0, len(wanted), SLICE):
        rows = Invitation.objects.filter(pk__in=wanted[start : start + SLICE])
        n += rows.exclude(state=InvitationState.USED).update(
            state=InvitationState.USED, n_ratings=F("n_ratings") + 1
        )
    if n != len(wanted):
        raise RatedMeanwhileError


def _leave_traces(prepared: Prepared, now: dt.datetime) -> None:
    """Ratings older than the end of their case go to screening with a trace that says so."""
    day = localdate(now)
    after = now + dt.timedelta(seconds=1)
    Trace.objects.bulk_create(
        (
            Trace(rating_id=pk, sealed=seal_trace(TraceFacts(), now=now, finished_at=after), made_on=day)
            for pk in prepared.early
        ),
        batch_size=2000,
    )
