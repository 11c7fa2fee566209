"""The intake API: idempotent, strict, and with problems that say what to mend."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from surveys.core.actions import make_api_key
from surveys.core.enums import ApiScope
from surveys.ratings.enums import Stage
from surveys.ratings.models import Invitation, Matter, Rating, RatingBatch
from tests.surveys.ratings.world import Town, build_town

pytestmark = pytest.mark.usefixtures("one_moment")
BATCH = {
    "unit_code": "BDC", "period": {"starts_on": "2026-04-01", "ends_on": "2026-09-30"}, "channel": "api_import",
    "scale": "level2", "counts": {"dissatisfied": 59, "satisfied_or_neutral": 41},
}  # fmt: skip


@pytest.fixture
def town(db: None) -> Town:
    return build_town()


@pytest.fixture
def intake(town: Town) -> Client:
    key = make_api_key(name="hall", scope=ApiScope.INTAKE, actor=None, now=timezone.now())
    return Client(headers={"authorization": f"Token {key}"})


def matter(**more: object) -> dict[str, Any]:
    ended = timezone.localtime(timezone.now() - dt.timedelta(minutes=10)).isoformat()
    return {
        "case_no": "BDC-1", "stage": "completion", "service_no": 1, "service_code": "1100000001",
        "finished_at": ended,
    } | more  # fmt: skip


def rating(**more: object) -> dict[str, Any]:
    return {
        "case_no": "BDC-1", "stage": "completion", "service_no": 1, "level": 2,
        "reason_codes": ["poor_attitude"], "comment": "等了很久", "channel": "hotline_12345",
        "rated_at": timezone.localtime(timezone.now()).isoformat(),
    } | more  # fmt: skip


def post(client: Client, path: str, body: object, key: str = "") -> Any:
    headers = {"idempotency-key": key} if key else {}
    return client.post(f"/api/v1/{path}", body, content_type="application/json", headers=headers)


def test_services_are_listed_in_pages(intake: Client) -> None:
    body = intake.get("/api/v1/services").json()
    assert list(body) == ["count", "next", "results"]
    assert (body["count"], body["next"]) == (2, None)
    assert body["results"][0]["organisation"] == "BDC"
    assert body["results"][0]["names"]["en"] == "Transfer of property title (home)"


def test_a_case_is_reported_once(intake: Client) -> None:
    first, again = post(intake, "matters", matter()), post(intake, "matters", matter())
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    told = first.json()["invitation"]
    assert set(told) == {"url", "qr", "expires_at"}
    path = told["url"].split("127.0.0.1:8000")[1]
    assert len(path) <= 26
    assert intake.get(path).status_code == 200
    assert dt.datetime.fromisoformat(told["expires_at"]).utcoffset() is not None
    assert Matter.objects.count() == 1


def test_a_case_tells_whether_it_was_rated(intake: Client) -> None:
    link = post(intake, "matters", matter()).json()["invitation"]["url"]
    Client().post(link.split(":8000")[1], {"level": "5"})
    (told,) = intake.get("/api/v1/matters?case_no=BDC-1").json()["results"]
    assert (told["state"], told["n_ratings"]) == ("used", 1)
    assert intake.get("/api/v1/matters").status_code == 400
    assert intake.get("/api/v1/matters?case_no=none").json()["count"] == 0


def test_a_rating_is_taken_once(intake: Client) -> None:
    assert post(intake, "ratings", rating()).status_code == 404
    post(intake, "matters", matter())
    answer = post(intake, "ratings", rating())
    assert answer.status_code == 201
    assert len(answer.json()["receipt"]) == 12
    assert post(intake, "ratings", rating()).status_code == 409
    assert Rating.objects.get().tags == ["poor_attitude"]
    assert Invitation.objects.get().n_ratings == 1


def test_the_same_key_gives_the_same_receipt_and_another_body_a_conflict(intake: Client) -> None:
    post(intake, "matters", matter())
    body = rating()
    first, again = post(intake, "ratings", body, "k1"), post(intake, "ratings", body, "k1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    other = post(intake, "ratings", body | {"level": 1}, "k1")
    assert (other.status_code, other.headers["Content-Type"]) == (409, "application/problem+json")
    assert Rating.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"level": 6}, "/level"),
        ({"level": "five"}, "/level"),
        ({"reason_codes": ["kind_staff"]}, "/reason_codes"),
        ({"reason_codes": ["nonsense"]}, "/reason_codes"),
        ({"comment": "好" * 501}, "/comment"),
        ({"rated_at": "2999-01-01T00:00:00+08:00"}, "/rated_at"),
        ({"rated_at": "yesterday"}, "/rated_at"),
        ({"channel": "pigeon"}, "/channel"),
        ({"levle": 3}, "/levle"),
        ({"level": "٥"}, "/level"),
        ({"level": "0_5"}, "/level"),
        ({"rated_at": "2026-11-20T10:20:00"}, "/rated_at"),
    ],
)
def test_mistakes_are_pointed_at(intake: Client, change: dict[str, object], pointer: str) -> None:
    post(intake, "matters", matter())
    answer = post(intake, "ratings", rating(**change))
    assert (answer.status_code, answer.headers["Content-Type"]) == (400, "application/problem+json")
    assert any(error["pointer"].startswith(pointer) for error in answer.json()["errors"])
    assert not Rating.objects.exists()


def test_batches_are_taken_and_corrected(intake: Client) -> None:
    first, again = post(intake, "batches", BATCH, "b1"), post(intake, "batches", BATCH, "b1")
    assert (first.status_code, first.json()) == (201, again.json())
    corrected = post(intake, "batches", BATCH | {"counts": {"dissatisfied": 60, "satisfied_or_neutral": 40}})
    assert corrected.json()["outcome"] == "updated"
    assert RatingBatch.objects.filter(superseded_at=None).get().counts["dissatisfied"] == 60
    wrong = post(intake, "batches", BATCH | {"counts": {"happy\ud800": 1}})
    assert wrong.status_code == 400


def test_a_reading_key_takes_nothing_in(town: Town) -> None:
    key = make_api_key(name="reader", scope=ApiScope.READ, actor=None, now=timezone.now())
    reader = Client(headers={"authorization": f"Token {key}"})
    assert reader.get("/api/v1/services").status_code == 200
    assert post(reader, "matters", matter()).status_code == 403
    assert post(Client(), "matters", matter()).status_code == 401
    assert not Matter.objects.exists()


def test_unknown_codes_are_mistakes_of_their_field(intake: Client) -> None:
    answer = post(intake, "matters", matter(service_code="none"))
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/service_code")


def test_every_mistake_is_told_at_once_and_a_wrong_code_with_the_right_ones(intake: Client) -> None:
    answer = post(intake, "matters", matter(stage="done", service_no=0, servcie="x"))
    told = {error["pointer"]: error["detail"] for error in answer.json()["errors"]}
    assert set(told) == {"/stage", "/service_no", "/servcie"}
    assert all(code in told["/stage"] for code in ("done", *Stage.values))


@pytest.mark.parametrize(
    "written", ["2026-11-20", "2026-11-20T10:20:00", "2026-11-20T10:20+08:00", 1763600000]
)
def test_a_time_without_its_offset_is_refused(intake: Client, written: object) -> None:
    answer = post(intake, "matters", matter(finished_at=written))
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/finished_at")


def test_a_case_number_nobody_can_read_is_refused(intake: Client) -> None:
    answer = post(intake, "matters", matter(case_no="A\u202e1"))
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/case_no")


def test_a_batch_of_the_future_is_refused_where_it_is_written(intake: Client) -> None:
    answer = post(intake, "batches", BATCH | {"period": {"starts_on": "2999-01-01", "ends_on": "2999-01-31"}})
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/period/starts_on"]
    turned = post(intake, "batches", BATCH | {"period": {"starts_on": "2026-02-01", "ends_on": "2026-01-01"}})
    assert [error["pointer"] for error in turned.json()["errors"]] == ["/period/ends_on"]
