"""The outbox: delivered after the commit, tried again, sealed."""

import datetime as dt
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core import mail
from django.db import connection

from surveys.core import outbox
from surveys.core.enums import MessageKind, MessageState
from surveys.core.models import OutboxMessage, User
from surveys.core.outbox import deliver_due, post
from surveys.core.queries import unread
from surveys.core.sealing import destroy
from tests.surveys.core.gateway import Gateway

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
    assert deliver_due(NOW) == 1
    assert deliver_due(NOW) == 0
    assert [file.name for file in files(settings)] == [f"{message.pk}.json"]
    told = json.loads(files(settings)[0].read_text())
    assert (told["to"], told["body"], told["link"]) == ("13800000000", "Please rate", "/r/x")
    message.refresh_from_db()
    assert (message.state, bytes(message.sealed)) == (MessageState.SENT, b"")


def test_nothing_of_a_message_to_the_outside_can_be_read_in_the_database():
    sms(subject="For 13800000000", link="/r/secret-token")
    stored = str(OutboxMessage.objects.values().get()) + str(bytes(OutboxMessage.objects.get().sealed))
    assert not re.search("13800000000|secret-token|Please rate", stored)


def test_a_full_disk_makes_it_wait_longer_each_time_and_then_fail(settings, tmp_path):
    (tmp_path / "outbox").write_text("in the way")
    message = sms()
    moment, waits = NOW, []
    for _n in range(outbox.MAX_ATTEMPTS - 1):
        assert deliver_due(moment) == 0
        message.refresh_from_db()
        waits.append((message.next_at - moment).total_seconds())
        moment = message.next_at
    assert waits == [60 * 2**n for n in range(outbox.MAX_ATTEMPTS - 1)]
    assert deliver_due(moment) == 0
    message.refresh_from_db()
    assert (message.state, bytes(message.sealed)) == (MessageState.FAILED, b"")
    assert deliver_due(moment + dt.timedelta(days=1)) == 0


def test_a_refused_message_goes_out_at_the_next_try(settings, tmp_path):
    (tmp_path / "outbox").write_text("in the way")
    message = sms()
    assert deliver_due(NOW) == 0
    (tmp_path / "outbox").unlink()
    assert deliver_due(NOW + dt.timedelta(seconds=59)) == 0
    assert deliver_due(NOW + dt.timedelta(seconds=60)) == 1
    assert [file.name for file in files(settings)] == [f"{message.pk}.json"]


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    """A text message gateway that first is out of order and then takes everything."""
    with Gateway() as running:
        yield running


def test_a_gateway_gets_the_same_key_at_every_try_and_the_number_in_the_body_only(settings, gateway, caplog):
    settings.SMS_GATEWAY = gateway.address
    message = sms(link="https://x/r/t")
    assert deliver_due(NOW) == 0
    assert deliver_due(NOW + dt.timedelta(minutes=1)) == 1
    assert gateway.paths == ["/send", "/send"]
    assert gateway.bodies[0] == gateway.bodies[1]
    assert gateway.bodies[0] == {
        "id": str(message.pk),
        "to": "13800000000",
        "text": "Please rate\n\nhttps://x/r/t",
    }
    assert "DeliveryError" in caplog.text
    assert "13800000000" not in caplog.text


@pytest.mark.django_db(transaction=True)
def test_others_can_write_while_a_gateway_takes_its_time(settings, gateway):
    settings.SMS_GATEWAY = gateway.address
    sms()

    def write() -> None:
        User.objects.create_user(f"lin-{len(gateway.paths)}")
        connection.close()

    gateway.meanwhile = write
    assert [deliver_due(NOW), deliver_due(NOW + dt.timedelta(minutes=1))] == [0, 1]
    assert sorted(User.objects.values_list("username", flat=True)) == ["lin-1", "lin-2"]


def test_a_gateway_that_has_moved_is_not_followed(settings, gateway, caplog):
    settings.SMS_GATEWAY = gateway.address.replace("/send", "/moved")
    sms()
    assert deliver_due(NOW) == 0
    assert gateway.paths == ["/moved"]
    assert "13800000000" not in caplog.text


def test_a_message_being_sent_is_left_alone_and_then_tried_again():
    """A process that dies while sending leaves the message to others after two minutes."""
    message = sms()
    OutboxMessage.objects.filter(pk=message.pk).update(n_attempts=1, next_at=NOW + outbox.LEASE)
    assert deliver_due(NOW + outbox.LEASE / 2) == 0
    assert deliver_due(NOW + outbox.LEASE) == 1


def test_a_destroyed_key_ends_the_message():
    message = sms()
    destroy(outbox.PURPOSE, NOW.date(), actor=None, now=NOW)
    assert deliver_due(NOW) == 0
    message.refresh_from_db()
    assert message.state == MessageState.FAILED


def test_a_mail_server_that_names_the_receiver_in_its_refusal_does_not_reach_the_log(settings, caplog):
    settings.OUTBOX, settings.EMAIL_BACKEND = "mail", "tests.surveys.core.gateway.RefusingMail"
    post(kind=MessageKind.EMAIL, subject="Due", body="Today", address="lin@example.org", now=NOW)
    assert deliver_due(NOW) == 0
    assert "SMTPRecipientsRefused" in caplog.text
    assert "lin@example.org" not in caplog.text


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
    assert unread(lin).count() == 1
    outbox.mark_read(user=lin, now=NOW)
    assert unread(lin).count() == 0
