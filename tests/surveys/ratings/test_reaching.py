"""Invitations by message: invite, remind once, never steer, and forget the address."""

import datetime as dt
import json
import logging
import re
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from surveys.core.actions import make_api_key
from surveys.core.enums import ApiScope, MessageKind
from surveys.core.models import Job, LogEntry, OutboxMessage
from surveys.core.outbox import deliver_due, outgoing
from surveys.ratings.actions import send_invitations, submit_rating
from surveys.ratings.messages import daytime
from surveys.ratings.models import Recipient
from surveys.ratings.shapes import Invited, Reach
from tests.surveys.ratings.world import NOW, Town, build_town, invited

pytestmark = pytest.mark.usefixtures("one_moment")
PHONE = "13987654321"
DAY = dt.timedelta(days=1)


@pytest.fixture
def town(db: None, settings: Any, tmp_path: Path) -> Town:
    settings.STATE_DIR = tmp_path
    settings.PUBLIC_BASE_URL = "https://pj.example.gov.cn"
    return build_town()


def asked(town: Town, case_no: str = "A", language: str = "zh-hans", **more: object) -> Invited:
    return invited(town, case_no, reach=Reach(PHONE, language=language), **more)  # type: ignore[arg-type]


def written() -> list[str]:
    return [outgoing(row).body for row in OutboxMessage.objects.order_by("created_at", "pk")]


def test_an_invitation_leaves_once_with_its_short_link(town: Town) -> None:
    given = asked(town)
    assert send_invitations(now=NOW) == 1
    assert send_invitations(now=NOW) == 0
    (text,) = written()
    assert f"https://pj.example.gov.cn/r/{given.token}" in text
    assert deliver_due(NOW) == 1
    assert OutboxMessage.objects.get().kind == MessageKind.SMS


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant", "en"])
@pytest.mark.parametrize("moment", [NOW, NOW + 4 * DAY])
def test_messages_are_short_voluntary_and_praise_nothing(
    town: Town, language: str, moment: dt.datetime
) -> None:
    asked(town, language=language)
    send_invitations(now=NOW)
    send_invitations(now=moment)
    text = written()[-1]
    rest = text.replace(town.title.name, "").replace(town.office.name, "")
    assert len(text) <= 400
    assert re.search("voluntary|自愿|自願", text)
    assert not re.search(
        r"(?<!How )(?<!您)(satisfied(?! are you)|满意(?!吗)|滿意(?!嗎)|good|five|好评|好評|五星)", rest
    )


def test_one_reminder_and_then_the_address_is_gone(town: Town) -> None:
    asked(town)
    send_invitations(now=NOW)
    assert send_invitations(now=NOW + 2 * DAY) == 0
    assert send_invitations(now=NOW + 3 * DAY) == 1
    assert not Recipient.objects.exists()
    assert send_invitations(now=NOW + 9 * DAY) == 0
    assert len(set(written())) == 2


def test_who_has_rated_is_not_reminded_and_is_forgotten(town: Town) -> None:
    given = asked(town)
    send_invitations(now=NOW)
    submit_rating(token=given.token, level=3, now=NOW)
    assert send_invitations(now=NOW + 3 * DAY) == 0
    assert not Recipient.objects.exists()
    assert OutboxMessage.objects.count() == 1


def test_nobody_is_reminded_on_the_last_day(town: Town) -> None:
    asked(town, expires_at=NOW + 3 * DAY)
    send_invitations(now=NOW)
    assert not Recipient.objects.exists()


def test_messages_wait_for_the_day(town: Town) -> None:
    late = NOW.replace(hour=14)
    asked(town, now=late)
    assert send_invitations(now=late) == 0
    assert send_invitations(now=NOW + DAY) == 1
    local = [timezone.localtime(daytime(NOW.replace(hour=hour))).hour for hour in range(24)]
    assert set(local) == set(range(9, 20))


def test_a_mail_carries_a_subject(town: Town) -> None:
    invited(town, reach=Reach(email="lin@example.org", language="en"))
    send_invitations(now=NOW)
    told = outgoing(OutboxMessage.objects.get())
    assert (told.to, told.subject) == (
        "lin@example.org", "How satisfied are you with “Transfer of property title (home)”?",
    )  # fmt: skip


def matter(**more: object) -> dict[str, object]:
    ended = timezone.localtime(timezone.now() - dt.timedelta(minutes=10)).isoformat()
    return {
        "case_no": "BDC-1", "stage": "completion", "service_no": 1, "service_code": "1100000001",
        "finished_at": ended,
    } | more  # fmt: skip


def post(body: dict[str, object]) -> Any:
    key = make_api_key(name=f"hall {ApiScope.INTAKE}", scope=ApiScope.INTAKE, actor=None, now=timezone.now())
    client = Client(headers={"authorization": f"Token {key}"})
    return client.post("/api/v1/matters", body, content_type="application/json")


def test_the_api_takes_a_number_and_gives_it_back_nowhere(
    town: Town, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    caplog.set_level(logging.DEBUG)
    answer = post(matter(telephone=f"+86 {PHONE[:3]} {PHONE[3:7]} {PHONE[7:]}", language="en"))
    assert answer.status_code == 201
    (tmp_path / "outbox").write_text("in the way")
    send_invitations(now=timezone.now() + DAY)
    deliver_due(timezone.now() + DAY)
    assert PHONE not in answer.content.decode() + caplog.text
    assert PHONE not in str(list(Job.objects.values())) + str(list(LogEntry.objects.values()))
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            stored = [bytes(c) if isinstance(c, memoryview) else c for row in cursor.fetchall() for c in row]
            assert PHONE not in str(stored), table
    (tmp_path / "outbox").unlink()
    assert deliver_due(timezone.now() + 2 * DAY) == 1
    (file,) = (tmp_path / "outbox").iterdir()
    assert json.loads(file.read_text())["to"] == f"+86{PHONE}"


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"telephone": "call me"}, "/telephone"),
        ({"email": "nobody"}, "/email"),
        ({"telephone": PHONE, "email": "a@example.org"}, "/email"),
        ({"telephone": PHONE, "language": "xx"}, "/language"),
    ],
)
def test_a_wrong_address_is_pointed_at(town: Town, change: dict[str, object], pointer: str) -> None:
    answer = post(matter(**change))
    assert answer.status_code == 400
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    assert PHONE not in answer.content.decode()
    assert not Recipient.objects.exists()
