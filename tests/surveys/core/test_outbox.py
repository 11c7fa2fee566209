"""The outbox: delivered after the commit, tried again, sealed."""

import datetime as dt
import json
from pathlib import Path

import pytest
from django.core import mail

from surveys.core import outbox
from surveys.core.enums import MessageKind, MessageState
from surveys.core.models import OutboxMessage, User
from surveys.core.outbox import deliver_due, post
from surveys.core.queries import n_unread

NOW = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path):
    settings.STATE_DIR = tmp_path


def sms(**more):
    return post(kind=MessageKind.SMS, body="Please rate", address="13800000000", now=NOW, **more)


def files(settings):
    return sorted(Path(settings.STATE_DIR).glob("outbox/*"))


def test_a_message_leaves_once_as_a_file_named_by_its_key(settings):
    message = sms(link="/r/x")
    assert b"138" not in bytes(message.sealed_address)
    assert deliver_due(NOW) == 1
    assert deliver_due(NOW) == 0
    assert [file.name for file in files(settings)] == [f"{message.pk}.json"]
    assert json.loads(files(settings)[0].read_text())["to"] == "13800000000"
    message.refresh_from_db()
    assert (message.state, bytes(message.sealed_address)) == (MessageState.SENT, b"")


def test_a_full_disk_makes_it_wait_longer_each_time_and_then_fail(settings, tmp_path):
    (tmp_path / "outbox").write_text("in the way")
    message = sms()
    moment, waits = NOW, []
    for _n in range(outbox.MAX_ATTEMPTS):
        assert deliver_due(moment) == 0
        message.refresh_from_db()
        waits.append((message.next_at - moment).total_seconds())
        moment = message.next_at
    assert waits == sorted(waits)
    assert waits[0] == 60
    assert message.state == MessageState.FAILED
    assert deliver_due(moment) == 0


def test_mail_goes_through_the_mail_settings(settings):
    settings.OUTBOX = "mail"
    message = post(kind=MessageKind.EMAIL, subject="Due", body="Today", address="a@example.org", now=NOW)
    deliver_due(NOW)
    assert [(m.to, m.subject) for m in mail.outbox] == [(["a@example.org"], "Due")]
    assert str(message.pk) in mail.outbox[0].extra_headers["Message-ID"]


def test_a_notice_stays_in_the_system_until_it_is_read():
    lin = User.objects.create_user("lin")
    post(kind=MessageKind.NOTICE, user=lin, subject="Assigned", body="Case 7", now=NOW)
    deliver_due(NOW)
    assert OutboxMessage.objects.get().state == MessageState.SENT
    assert n_unread(lin) == 1
    outbox.mark_read(user=lin, now=NOW)
    assert n_unread(lin) == 0
