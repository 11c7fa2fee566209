"""An attacker with the whole database and the web log cannot tell who rated what.

The dump is logical, as a backup or a leak would be: every table, its rows in the order the database keeps
them, and on PostgreSQL the hidden transaction numbers too. What is known beside it: the order of invitations
and the web server's masked log, with times. The key of the installation is not known.
"""

import datetime as dt
import random
import re
from collections import defaultdict

import pytest
from django.db import connection, transaction

from surveys.core.masking import mask_token
from surveys.ratings.actions import close_day, mix_rows, submit_rating
from surveys.ratings.models import Matter, Rating
from surveys.ratings.traces import TraceFacts
from surveys.screening.actions import screen_new
from tests.surveys.ratings.world import NOW, Town, build_town, invited

N_RESIDENTS = 1000
PHONE = "13987654321"
DAY = dt.date(2026, 11, 23)


@pytest.fixture
def town(transactional_db: None) -> Town:
    return build_town()


def live(town: Town, n: int = N_RESIDENTS) -> tuple[dict[str, str], list[str]]:
    """Residents rate one after the other through the day; returns the truth by case, and the web log."""
    rng = random.Random(3)
    truth: dict[str, str] = {}
    log: list[str] = []
    start = NOW.replace(hour=1, minute=0)
    order = []
    for number in range(n):
        finished = start + dt.timedelta(seconds=20 * number)
        service = town.title if number % 2 else town.permit
        given = invited(
            town,
            f"case-{number}",
            now=finished + dt.timedelta(minutes=11),
            service=service,
            finished_at=finished,
        )
        order.append((finished + dt.timedelta(seconds=rng.randrange(30, 3000)), given))
    for at, given in sorted(order, key=lambda pair: pair[0]):
        words = f"mark {rng.getrandbits(64):x}"
        with transaction.atomic():
            submit_rating(
                token=given.token, level=rng.choice([5, 4, 3]), comment=words, language="en",
                trace=TraceFacts(device=f"phone {given.matter.case_no}", network=f"10.{rng.randrange(99)}"),
                now=at,
            )  # fmt: skip
        truth[given.matter.case_no] = words
        log.append(mask_token(f"{at.isoformat()} POST /r/{given.token} 200"))
    return truth, log


def rows_of(table: str, columns: str) -> list[tuple[object, ...]]:
    """A table as a dump holds it: in the order in which the database keeps its rows."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM {table}")
        return cursor.fetchall()


def hits(guess: dict[str, str], truth: dict[str, str]) -> float:
    """The share of cases whose rating was guessed."""
    return sum(guess.get(case) == words for case, words in truth.items()) / len(truth)


USED = "ratings_invitation JOIN ratings_matter m ON m.id = matter_id"
"""Invitations as they lie on the disk: on PostgreSQL a used one is written anew, in the order of use."""


def correlation(in_time: list[str], rows: list[str]) -> float:
    """Spearman's rank correlation between the time at which residents rated and the order of the rows."""
    place = {words: number for number, words in enumerate(rows)}
    n = len(in_time)
    apart = sum((number - place[words]) ** 2 for number, words in enumerate(in_time))
    return 1 - 6 * apart / (n * (n * n - 1))


def by_service(pairs: list[tuple[object, str]]) -> dict[object, list[str]]:
    found: dict[object, list[str]] = defaultdict(list)
    for service, value in pairs:
        found[service].append(value)
    return found


def zipped(cases: dict[object, list[str]], words: dict[object, list[str]]) -> dict[str, str]:
    return {
        case: said
        for service, known in cases.items()
        for case, said in zip(known, words.get(service, []), strict=False)
    }


@pytest.mark.prove
def test_a_full_dump_links_no_better_than_chance(town: Town) -> None:
    truth, log = live(town)
    mix_rows(day=DAY)
    allowed = 2 / N_RESIDENTS + 0.03
    kept = [(service, str(words)) for service, words in rows_of("ratings_rating", "service_id, comment")]
    by_finish = by_service([(m.service_id, m.case_no) for m in Matter.objects.order_by("finished_at", "pk")])
    by_row = by_service(
        [(service, str(case)) for service, case in rows_of("ratings_matter", "service_id, case_no")]
    )
    assert len(log) == N_RESIDENTS
    assert hits(zipped(by_finish, by_service(kept)), truth) <= allowed
    assert hits(zipped(by_row, by_service(kept)), truth) <= allowed
    backwards = by_service([(service, words) for service, words in reversed(kept)])
    assert hits(zipped(by_finish, backwards), truth) <= allowed
    traced = rows_of("ratings_trace", "rating_id")
    ordered = dict(rows_of("ratings_rating", "id, comment"))
    place = dict(rows_of("ratings_rating", "id, service_id"))
    through = by_service([(place[pk], str(ordered[pk])) for (pk,) in traced])
    assert hits(zipped(by_finish, through), truth) <= allowed
    in_time = list(truth.values())
    assert len(in_time) == len(log)
    for rows in ([words for _service, words in kept], [str(ordered[pk]) for (pk,) in traced]):
        assert abs(correlation(in_time, rows)) <= 0.2  # by chance it lies within 0.03 two times in three
        assert sum(a == b for a, b in zip(in_time, rows, strict=True)) / N_RESIDENTS <= 0.03
    used = [str(case) for (case,) in rows_of(USED, "case_no")]
    assert hits(dict(zip(used, (words for _service, words in kept), strict=True)), truth) <= 0.03


@pytest.mark.prove
def test_hidden_transaction_numbers_tell_nothing(town: Town) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("only PostgreSQL keeps transaction numbers beside its rows")
    truth, _log = live(town, 200)
    mix_rows(day=DAY)
    numbers = {xmin for (xmin,) in rows_of("ratings_rating", "xmin::text")}
    used = dict(
        rows_of(
            "ratings_invitation JOIN ratings_matter m ON m.id = matter_id",
            "case_no, ratings_invitation.xmin::text",
        )
    )
    said = dict(rows_of("ratings_rating", "xmin::text, comment"))
    assert len(numbers) == 1
    assert hits({str(case): str(said.get(xmin, "")) for case, xmin in used.items()}, truth) <= 0.03


@pytest.mark.prove
def test_the_dump_after_screening_and_closing_links_no_better(town: Town) -> None:
    truth, _log = live(town, 400)
    later = NOW + dt.timedelta(days=1)
    while screen_new(now=later):
        pass
    close_day(day=DAY, now=later)
    kept = by_service([(s, str(w)) for s, w in rows_of("ratings_rating", "service_id, comment")])
    cases = by_service([(m.service_id, m.case_no) for m in Matter.objects.order_by("finished_at", "pk")])
    assert hits(zipped(cases, kept), truth) <= 2 / 400 + 0.03


@pytest.mark.parametrize("table", ["ratings_rating", "ratings_trace", "ratings_contact", "ratings_ratedkey"])
def test_sqlite_keeps_no_row_numbers(table: str, db: None) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("row numbers are SQLite's")
    with connection.cursor() as cursor:
        cursor.execute("SELECT sql FROM sqlite_master WHERE name = %s", [table])
        (made,) = cursor.fetchone()
    assert made.endswith("WITHOUT ROWID")


def test_planted_numbers_appear_nowhere(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    given = invited(town)
    submit_rating(
        token=given.token, level=1, comment="call me", contact=PHONE, trace=TraceFacts(device="d"),
        now=NOW + dt.timedelta(minutes=1),
    )  # fmt: skip
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                told = b"".join(
                    bytes(c) if isinstance(c, bytes | memoryview) else str(c).encode() for c in row
                )
                assert PHONE.encode() not in told, table
                assert given.token.encode() not in told, table
    assert PHONE not in caplog.text
    assert not re.search(r"/r/[A-Za-z0-9_-]{6,}", mask_token(f"GET /r/{given.token} 200"))


def test_an_unlinked_row_holds_no_time(town: Town) -> None:
    submit_rating(token=invited(town).token, level=5, now=NOW + dt.timedelta(minutes=1))
    rating = Rating.objects.values().get()
    assert [name for name, value in rating.items() if isinstance(value, dt.datetime)] == []
    assert rating["matter_id"] is None
