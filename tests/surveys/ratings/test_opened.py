"""How long a page lay open: told by a value only its page can hold, known to the sealed trace alone."""

import datetime as dt
import json
import os
import re

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import DatabaseError, connection
from django.test import Client
from django.utils import timezone

from surveys.core.sealing import NONCE_BYTES, derived_key
from surveys.instruments.queries import current_version
from surveys.ratings.models import Rating, Trace
from surveys.ratings.traces import (
    PURPOSE,
    SIZE,
    Traced,
    TraceFacts,
    open_trace,
    opened_mark,
    seal_trace,
    seconds_open,
)
from tests.surveys.ratings.test_pages import hidden, link
from tests.surveys.ratings.world import NOW, Town, build_town

pytestmark = pytest.mark.usefixtures("one_moment")
DAY = dt.date(2026, 11, 23)
MARK = re.compile(r"\d{9,11}\.[0-9a-f]{22}")


@pytest.fixture
def town(db: None) -> Town:
    return build_town()


def told() -> Traced:
    """The only trace there is, opened."""
    return open_trace(bytes(Trace.objects.get().sealed))


def page_opened(seconds: int, once: str = "page") -> dict[str, str]:
    """The hidden fields of a page that was opened so many seconds ago."""
    return {"once": once, "opened": opened_mark(once, timezone.now() - dt.timedelta(seconds=seconds))}


@pytest.mark.parametrize(("seconds", "read"), [(0, 0), (9, 9), (86_400, 86_400), (86_401, None), (-1, None)])
def test_whole_seconds_of_at_most_a_day_are_read(seconds: int, read: int | None) -> None:
    later = NOW + dt.timedelta(seconds=seconds, milliseconds=700)
    assert seconds_open(opened_mark("page", NOW), "page", later) == read


@pytest.mark.parametrize(
    "change",
    [
        lambda mark: "",
        lambda mark: mark.partition(".")[0],
        lambda mark: "." + mark.partition(".")[2],
        lambda mark: str(int(mark.partition(".")[0]) + 5) + "." + mark.partition(".")[2],
        lambda mark: "0" + mark,
        lambda mark: mark[:-1],
        lambda mark: mark + "0",
        lambda mark: mark.replace(".", ".."),
        lambda mark: "-" + mark,
        lambda mark: mark.translate({ord(str(n)): chr(0x660 + n) for n in range(10)}),
        lambda mark: "9" * 5000 + "." + "0" * 22,
        lambda mark: "12.\x00é𝟙",
    ],
)
def test_what_was_not_signed_is_unknown(change: object) -> None:
    mark = opened_mark("page", NOW)
    assert seconds_open(mark, "page", NOW) == 0
    assert seconds_open(change(mark), "page", NOW) is None  # type: ignore[operator]


def test_a_mark_belongs_to_one_page_of_one_installation(settings: object) -> None:
    mark = opened_mark("page", NOW)
    assert seconds_open(mark, "another page", NOW) is None
    assert seconds_open(mark, "", NOW) is None
    settings.SECRET_KEY = "the key of another installation, of another one"  # type: ignore[attr-defined]
    assert seconds_open(mark, "page", NOW) is None


def test_a_trace_sealed_before_still_opens() -> None:
    nonce = os.urandom(NONCE_BYTES)
    plain = {"bin_at": "2026-11-23T02:30:00+00:00", "seconds": 7, "device": "d", "network": "n",
             "n_bad_first_taps": 1}  # fmt: skip
    body = AESGCM(derived_key(PURPOSE)).encrypt(nonce, json.dumps(plain).encode().ljust(SIZE), None)
    assert open_trace(nonce + body) == Traced("2026-11-23T02:30:00+00:00", 7, "d", "n", 1, None)


@pytest.mark.parametrize("on_page", [None, 0, 86_400])
@pytest.mark.parametrize("age", [dt.timedelta(), dt.timedelta(days=-9999), dt.timedelta(days=9999)])
def test_every_trace_has_the_same_length(on_page: int | None, age: dt.timedelta) -> None:
    facts = TraceFacts("d" * 32, "n" * 32, 1, on_page)
    assert len(seal_trace(facts, now=NOW, finished_at=NOW - age)) == NONCE_BYTES + SIZE + 16
    assert len(seal_trace(TraceFacts(), now=NOW, finished_at=None)) == NONCE_BYTES + SIZE + 16


def test_the_trace_learns_how_long_the_page_lay_open(client: Client, town: Town) -> None:
    address = link(town)
    fields = hidden(client.get(address).content.decode())
    assert MARK.fullmatch(fields["opened"])
    client.post(address, fields | {"level": "4"})
    assert told().on_page == 0


def test_seconds_are_counted_from_the_mark(client: Client, town: Town) -> None:
    client.post(link(town), page_opened(70) | {"level": "4"})
    assert told().on_page == 70


@pytest.mark.parametrize(
    "sent",
    [{}, {"once": "page"}, {"once": "page", "opened": "1.0"}, page_opened(9) | {"once": "another"}],
)
def test_a_rating_without_a_true_mark_is_stored_and_its_time_unknown(
    client: Client, town: Town, sent: dict[str, str]
) -> None:
    assert client.post(link(town), sent | {"level": "4"}).status_code == 200
    assert told().on_page is None


@pytest.mark.parametrize(("door", "more"), [("/q/qr-01", {}), ("/k/ki-01", {"service": "1100000002"})])
def test_pages_without_a_case_carry_it_too(
    client: Client, town: Town, door: str, more: dict[str, str]
) -> None:
    fields = hidden(client.get(door).content.decode())
    client.post(door, fields | more | {"level": "4"})
    assert told().on_page == 0


def test_a_window_pad_inside_the_hall_carries_it_too(client: Client, town: Town) -> None:
    address = link(town)
    town.window.allowed_networks = ["127.0.0.0/8"]
    town.window.save()
    client.post(address, hidden(client.get("/k/w-03").content.decode()) | {"level": "5"})
    assert (told().device, told().on_page is not None) == ("", True)


def test_large_print_keeps_the_first_opening_through_every_step(client: Client, town: Town) -> None:
    address = link(town, version=current_version("bench-5q"))
    first = hidden(client.get(address + "?elder=1").content.decode())
    assert MARK.fullmatch(first["opened"])
    fields, seen = first | page_opened(200), 0
    mark = fields["opened"]
    html = client.post(address, fields | {"level": "4"}).content.decode()
    html = client.post(address + "?lang=zh-hans", hidden(html) | {"stay": "1"}).content.decode()
    html = client.post(address, hidden(html) | {"back": "1"}).content.decode()
    html = client.post(address, hidden(html) | {"level": "2"}).content.decode()
    while "step" in (fields := hidden(html)):
        assert fields["opened"] == mark
        seen += 1
        html = client.post(address, fields).content.decode()
    assert seen >= 6
    assert told().on_page == 200


def test_another_language_and_a_fault_keep_it(client: Client, town: Town) -> None:
    address, fields = link(town), page_opened(50)
    faulty = hidden(client.post(address, fields | {"comment": "no level"}).content.decode())
    turned = client.post(address + "?lang=zh-hant", faulty | {"stay": "1"}).content.decode()
    assert (faulty["opened"], hidden(turned)["opened"]) == (fields["opened"], fields["opened"])
    client.post(address, hidden(turned) | {"level": "3"})
    assert told().on_page == 50


def test_a_kiosk_that_asks_for_the_service_keeps_it(client: Client, town: Town) -> None:
    fields = page_opened(50) | {"level": "3"}
    asked = hidden(client.post("/k/ki-01", fields).content.decode())
    assert asked["opened"] == fields["opened"]


def test_a_page_that_could_not_be_saved_keeps_it(
    client: Client, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    address, fields = link(town), page_opened(50) | {"level": "4"}

    def full(*_args: object, **_named: object) -> None:
        raise DatabaseError("database or disk is full")

    monkeypatch.setattr(connection, "cursor", full)
    kept = hidden(client.post(address, fields).content.decode())
    monkeypatch.undo()
    assert (kept["once"], kept["opened"]) == (fields["once"], fields["opened"])
    client.post(address, kept)
    assert told().on_page == 50


def test_the_time_stands_in_no_table_no_log_and_no_address(
    client: Client, town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    address, fields = link(town), page_opened(54_321)
    page = client.post(address, fields | {"comment": "no level"}).content.decode()
    answer = client.post(address, fields | {"level": "2", "comment": "words"})
    assert told().on_page == 54_321
    opened, _dot, signature = fields["opened"].partition(".")
    addresses = re.findall(r'(?:href|action|formaction|src)="([^"]*)"', page + answer.content.decode())
    assert addresses
    assert [one for one in addresses if opened in one or signature in one] == []
    assert signature not in answer.content.decode()
    assert signature not in caplog.text
    for header in ("Location", "Set-Cookie", "Link"):
        assert opened not in answer.headers.get(header, "")
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                told_here = {name: cell for name, cell in zip(names, row, strict=True) if not is_key(name)}
                values = [
                    bytes(c) if isinstance(c, bytes | memoryview) else str(c).encode()
                    for c in told_here.values()
                ]
                for planted in (opened, signature, r"(?<!\w)54321(?!\w)"):
                    assert not re.search(planted.encode(), b"|".join(values)), table


def is_key(column: str) -> bool:
    """Running numbers count what was stored before; they may reach any number."""
    return column == "id" or column.endswith("_id")


def test_a_rating_has_no_column_for_it() -> None:
    names = {field.name for model in (Rating, Trace) for field in model._meta.get_fields()}
    assert names.isdisjoint({"on_page", "opened", "opened_at", "seconds"})
    assert {field.name for field in Trace._meta.get_fields()} == {"id", "rating", "sealed", "made_on"}
