"""What the figures of size measure inside an installation's own process; everything returns plain JSON."""

import csv
import io
import random
import resource
import statistics
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import connection
from django.test import Client
from django.utils import timezone

from evaluation.cycles.queries import cycle_by_code
from evaluation.rankings import panel
from evaluation.rankings.actions.evaluation import DRAWS, SEED, compute
from surveys.catalogue.models import Organisation, Service
from surveys.core.enums import Role
from surveys.core.models import Seat, User
from surveys.core.workbooks.streaming import stream_workbook
from surveys.instruments.actions import install_presets
from surveys.ratings.models import RatedKey, Rating
from surveys.ratings.ratings_import import RatingsImporter
from surveys.tallies.actions import rebuild_all
from surveys.tallies.exports import export_rows, headings
from surveys.tallies.summary import Question
from tests.surveys.ratings.world import names

HEADINGS = (
    "case_no", "service_code", "unit_code", "channel", "mode", "identity", "level", "reason_codes", "comment",
    "rated_at", "is_default", "is_valid",
)  # fmt: skip
WORDS = ("", "", "", "", "", "办得很快，谢谢", "等得有点久", "clear and friendly")
Result = dict[str, Any]


def _ratings_file(n: int) -> bytes:
    """A file as a provincial platform exchanges it: 60 services, six months, one comment in three."""
    install_presets(timezone.now())
    rng = random.Random(1)
    unit = Organisation.objects.create(code="BENCH", names=names("Bench", "测试"))
    codes = [f"97{number:08d}" for number in range(60)]
    Service.objects.bulk_create(
        Service(code=code, names=names(f"Service {code}", code), organisation=unit) for code in codes
    )
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADINGS)
    for number in range(n):
        level = rng.choices((5, 4, 3, 2, 1), (74, 19, 4, 2, 1))[0]
        day = f"2026-{rng.randrange(1, 7):02d}-{rng.randrange(1, 29):02d}"
        clock = f"{rng.randrange(9, 17):02d}:{rng.randrange(60):02d}:{rng.randrange(60):02d}"
        reasons = "kind_staff;one_trip" if level == 5 and rng.random() < 0.4 else ""
        writer.writerow(
            (
                f"BENCH{number:09d}", rng.choice(codes), "BENCH", "window_pad", "offline", "anonymous", level,
                reasons, rng.choice(WORDS), f"{day} {clock}", "no", "yes",
            )
        )  # fmt: skip
    return out.getvalue().encode()


def import_against_copy(n: int) -> Result:
    """Seconds of the importer, and of COPY of the rows it stored into tables with the same indexes."""
    content = _ratings_file(n)
    begun = time.perf_counter()
    report = RatingsImporter().commit(content, "bench.csv", cycle=None, actor=None, now=timezone.now())
    ours = time.perf_counter() - begun
    assert (report.ok, report.created) == (True, n)
    del content
    limit = sum(_copied_again(model._meta.db_table, n) for model in (RatedKey, Rating))
    return {"import": ours, "copy": limit, "ratio": limit / ours, "rows_a_second": n / ours}


def _copied_again(table: str, n: int) -> float:
    """Seconds of COPY of a table's rows, read into memory first, into a new one with its indexes and keys."""
    twin = f"limit_{table}"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {twin} (LIKE {table} INCLUDING ALL)")
        cursor.execute(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'f' "
            "AND conrelid = %s::regclass ORDER BY conname",
            [table],
        )
        for number, (_name, definition) in enumerate(cursor.fetchall()):
            if f"REFERENCES {table}(" not in definition:
                cursor.execute(f"ALTER TABLE {twin} ADD CONSTRAINT {twin}_{number} {definition}")
        with cursor.copy(f"COPY (SELECT * FROM {table}) TO STDOUT") as source:
            blocks = [bytes(block) for block in source]
        lines = b"".join(blocks)
        begun = time.perf_counter()
        with cursor.copy(f"COPY {twin} FROM STDIN") as target:
            for at in range(0, len(lines), 1 << 20):
                target.write(lines[at : at + (1 << 20)])
        took = time.perf_counter() - begun
        cursor.execute(f"SELECT count(*) FROM {twin}")
        assert cursor.fetchone() == (n,)
    return took


def _office() -> Client:
    user, created = User.objects.get_or_create(username="bench")
    if created:
        Seat.objects.create(user=user, role=Role.OFFICE, granted_at=timezone.now())
    client = Client(headers={"accept-language": "en", "host": "127.0.0.1"})
    client.force_login(user)
    return client


def pages(addresses: Sequence[str], times: int) -> Result:
    """Seconds of each page, the first visit of each apart; the slowest pages by name."""
    client = _office()
    for address in dict.fromkeys(addresses):
        answer = client.get(address)
        assert answer.status_code == 200, (address, answer.status_code)
    took: dict[str, list[float]] = {}
    for address in list(addresses) * times:
        begun = time.perf_counter()
        assert client.get(address).status_code == 200
        took.setdefault(address, []).append(time.perf_counter() - begun)
    found = sorted(second for seconds in took.values() for second in seconds)
    slow = sorted(((statistics.median(seconds), address) for address, seconds in took.items()), reverse=True)
    return {
        "median": statistics.median(found),
        "p95": found[int(0.95 * (len(found) - 1))],
        "slowest": [(address, round(second, 4)) for second, address in slow],
    }


def csv_file() -> Result:
    """Seconds until the last byte of the file is out."""
    client = _office()
    begun = time.perf_counter()
    answer = client.get("/office/tallies/ratings.csv")
    n_bytes, n_lines = 0, 0
    for block in answer.streaming_content:  # type: ignore[attr-defined]
        n_bytes, n_lines = n_bytes + len(block), n_lines + block.count(b"\n")
    return {"seconds": time.perf_counter() - begun, "bytes": n_bytes, "lines": n_lines}


def _everything() -> Question:
    days = Rating.objects.order_by("rated_on").values_list("rated_on", flat=True)
    first, last = days.first(), days.last()
    assert first is not None
    assert last is not None
    return Question(first, last, None)


def workbook(most: int) -> Result:
    """Seconds for so many rows, and by how much the process's largest memory grew."""

    def some(rows: Iterable[list[Any]]) -> Iterator[list[Any]]:
        for n, row in enumerate(rows):
            if n == most:
                return
            yield row

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun = time.perf_counter()
    with tempfile.TemporaryFile() as target:
        n = stream_workbook(target, "Ratings", headings(), some(export_rows(_everything())))
        size = target.tell()
    took = time.perf_counter() - begun
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    return {"seconds": took, "rows": n, "bytes": size, "grown_mb": grown}


def evaluation(code: str) -> Result:
    """Seconds from the cycle's inputs to scores and places; nothing is written, so it can be repeated."""
    cycle = cycle_by_code(code)
    begun = time.perf_counter()
    built = panel.build(cycle)
    compute(built, built.bound.document, draws=DRAWS, seed=SEED)
    return {"seconds": time.perf_counter() - begun, "units": len(built.units)}


def rebuilt() -> Result:
    """Seconds for every tally counted again from the ratings."""
    begun = time.perf_counter()
    cells = rebuild_all(now=timezone.now())
    took = time.perf_counter() - begun
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        (size,) = cursor.fetchone()
    return {"seconds": took, "cells": cells, "ratings": Rating.objects.count(), "database_bytes": size}


__all__ = ["csv_file", "evaluation", "import_against_copy", "pages", "rebuilt", "workbook"]
