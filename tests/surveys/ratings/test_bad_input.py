"""What nobody should send gets a clear answer; nothing is lost, doubled or turned round."""

import datetime as dt
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from surveys.core.actions import make_api_key
from surveys.core.cleaning import clean_text
from surveys.core.enums import ApiScope
from surveys.core.models import Job
from surveys.ratings.models import Invitation, Rating, Trace
from surveys.ratings.traces import open_trace
from surveys.ratings.wording import MAX_COMMENT
from tests.surveys.ratings.world import Town, build_town, invited

pytestmark = pytest.mark.usefixtures("one_moment")
TAGS = ("poor_attitude", "kind_staff", "nonsense", "", "x" * 5000, "1' OR '1'='1")


@pytest.fixture
def town(db: None) -> Town:
    return build_town()


def link(town: Town, case_no: str = "A", **more: object) -> str:
    return f"/r/{invited(town, case_no, now=timezone.now(), **more).token}"  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("好\x00的", "好的"),
        ("很\u200b好\u2060\ufeff", "很好"),
        ("\u202egnitar\u202c", "gnitar"),
        ("很好👍🏽👨\u200d👩\u200d👧", "很好👍🏽👨\u200d👩\u200d👧"),
        ("e\u0301", "é"),
        ("a\r\nb\r\r\r\r\nc", "a\nb\n\nc"),
        ("  ok \t", "ok"),
        ("\u0645\u0631\u062d\u0628\u0627", "\u0645\u0631\u062d\u0628\u0627"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("=HYPERLINK(1)", "=HYPERLINK(1)"),
    ],
)
def test_words_are_kept_without_what_cannot_be_seen(
    client: Client, town: Town, written: str, kept: str
) -> None:
    assert client.post(link(town), {"level": "4", "comment": written}).status_code == 200
    assert Rating.objects.get().comment == kept


def test_what_was_written_is_shown_as_text(client: Client, town: Town) -> None:
    html = client.post(link(town), {"comment": "</textarea><script>alert(1)</script>"}).content.decode()
    assert "<script>alert" not in html
    assert "&lt;/textarea&gt;" in html


@given(text=st.text(max_size=MAX_COMMENT))
def test_no_text_keeps_a_control_or_a_turn_of_direction(text: str) -> None:
    clean = clean_text(text)
    assert not [c for c in clean if unicodedata.category(c) == "Cc" and c not in "\n\t"]
    assert not set(clean) & set("\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u200b\ufeff")
    assert clean_text(clean) == clean


@pytest.mark.parametrize(
    "level", ["0", "6", "-1", "5.0", "5 ", "五", "", "1e0", "99999999999999999999", "\x00"]
)
def test_a_level_out_of_range_is_refused_by_every_door(client: Client, town: Town, level: str) -> None:
    address = link(town)
    once = {"once": "page", "service": town.permit.code}
    for door in (address, "/q/qr-01", "/k/ki-01"):
        answer = client.post(door, {"level": level} | once)
        assert answer.status_code == 422
        assert "Choose how satisfied you are" in answer.content.decode()
    assert not Rating.objects.exists()
    assert client.post(address, {"level": "5"}).status_code == 200


@pytest.mark.parametrize("tag", TAGS)
def test_strange_tags_are_left_out_or_named(client: Client, town: Town, tag: str) -> None:
    answer = client.post(link(town), {"level": "1", "tag": [tag]})
    assert answer.status_code in {200, 422}
    stored = list(Rating.objects.values_list("tags", flat=True))
    assert stored in ([], [[]], [["poor_attitude"]])
    assert bool(stored) == (answer.status_code == 200)


@pytest.mark.parametrize(
    "body",
    [
        "level=5&level=1",
        "level=5" + "&tag=a" * 3000,
        "%ff%fe=%00",
        "level=5&comment=" + "%F0%28%8C%28",
        "&&&=;",
    ],
)
def test_broken_bodies_get_an_answer(client: Client, town: Town, body: str) -> None:
    answer = client.post(link(town), body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code in {200, 400, 422}
    assert Rating.objects.count() == (answer.status_code == 200)


def test_a_body_beyond_all_measure_is_refused(client: Client, town: Town) -> None:
    address = link(town)
    answer = client.post(
        address, "level=5&comment=" + "a" * 2_000_000, content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code in {400, 413}
    assert not Rating.objects.exists()
    assert client.post(address, {"level": "5"}).status_code == 200


@pytest.mark.parametrize(
    "token", ["x", "x" * 22, "x" * 3000, "%00", "..%2f..", "é" * 22, "'; DROP TABLE", "_" * 22]
)
def test_guessed_tokens_open_nothing(client: Client, town: Town, token: str) -> None:
    link(town)
    for answer in (client.get(f"/r/{token}"), client.post(f"/r/{token}", {"level": "5"})):
        assert answer.status_code == 404
    assert not Rating.objects.exists()


def test_a_foreign_token_opens_nothing(client: Client, town: Town, settings: Any) -> None:
    address = link(town)
    settings.SECRET_KEY = "the key of another installation, of another one"
    assert client.get(address).status_code == 404


def test_a_replayed_post_stores_nothing_more(client: Client, town: Town) -> None:
    address = link(town)
    answers = [client.post(address, {"level": "5", "once": "page"}) for _n in range(5)]
    assert [answer.status_code for answer in answers] == [200, 409, 409, 409, 409]
    assert (Rating.objects.count(), Trace.objects.count(), Invitation.objects.get().n_ratings) == (1, 1, 1)


def test_a_spoofed_forwarding_header_changes_neither_device_nor_hall(
    client: Client, town: Town, settings: Any
) -> None:
    settings.TRUSTED_PROXIES = []
    town.window.allowed_networks = ["10.0.0.0/8"]
    town.window.save()
    marks = set()
    for number in range(5):
        spoofed = {
            "x-forwarded-for": f"10.0.0.{number}",
            "x-real-ip": "10.1.1.1",
            "forwarded": "for=10.2.2.2",
        }
        assert client.post(link(town, f"S-{number}"), {"level": "5"}, headers=spoofed).status_code == 200
    for trace in Trace.objects.all():
        told = open_trace(bytes(trace.sealed))
        marks.add((told.network, told.device))
    assert len(marks) == 1
    assert all(all(pair) for pair in marks)
    earlier = link(town, "pad")
    assert earlier not in client.get("/k/w-03", headers={"x-forwarded-for": "10.0.0.1"}).content.decode()


def test_a_wrong_clock_of_a_sender_reorders_nothing(town: Town) -> None:
    key = make_api_key(name="hall", scope=ApiScope.INTAKE, actor=None, now=timezone.now())
    machine = Client(headers={"authorization": f"Token {key}"})
    invited(town, "A", now=timezone.now())
    body = {
        "case_no": "A", "stage": "completion", "service_no": 1, "level": 5, "channel": "four_key_box",
        "rated_at": timezone.localtime(timezone.now() + dt.timedelta(minutes=6)).isoformat(),
    }  # fmt: skip
    ahead = machine.post("/api/v1/ratings", body, content_type="application/json")
    assert (ahead.status_code, ahead.json()["errors"][0]["pointer"]) == (400, "/rated_at")
    body["rated_at"] = timezone.localtime(timezone.now() + dt.timedelta(minutes=4)).isoformat()
    assert machine.post("/api/v1/ratings", body, content_type="application/json").status_code == 201
    assert Rating.objects.get().rated_on <= timezone.localdate()


@pytest.mark.parametrize("broker", ["redis://127.0.0.1:1/0", "amqp://nobody@127.0.0.1:1//"])
def test_rating_needs_neither_broker_nor_worker(
    client: Client, town: Town, settings: Any, broker: str
) -> None:
    settings.CELERY_BROKER_URL = broker
    answer = client.post(link(town), {"level": "1", "comment": "slow", "call": "1", "tel": "13800000000"})
    assert answer.status_code == 200
    assert Rating.objects.count() == 1
    assert not Job.objects.exists()


@pytest.mark.parametrize("door", ["/q/qr-01", "/k/ki-01"])
def test_a_full_disk_is_confessed_at_every_door(
    client: Client, town: Town, monkeypatch: pytest.MonkeyPatch, door: str
) -> None:
    def full(*_args: object, **_named: object) -> None:
        raise OperationalError("database or disk is full")

    fields = {"level": "4", "comment": "still here", "once": "page", "service": town.permit.code}
    monkeypatch.setattr(connection, "cursor", full)
    answer = client.post(door, fields)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert 'value="still here"' in answer.content.decode()
    monkeypatch.undo()
    assert not Rating.objects.exists()
    assert client.post(door, fields).status_code == 200
    assert Rating.objects.count() == 1


def test_a_full_outbox_folder_does_not_hold_up_a_rating(
    client: Client, town: Town, settings: Any, tmp_path: Path
) -> None:
    settings.STATE_DIR = tmp_path
    (tmp_path / "outbox").write_text("in the way")
    assert client.post(link(town), {"level": "5"}).status_code == 200
