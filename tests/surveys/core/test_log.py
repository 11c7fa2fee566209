"""The chained, append-only log."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from surveys.core.appendonly import lifted, unguarded
from surveys.core.log import GENESIS, record, verify_chain
from surveys.core.models import AppendOnlyError, ChainHead, LogEntry, User

NOW = dt.datetime(2026, 3, 2, 9, 30, 0, 123456, tzinfo=dt.UTC)

pytestmark = pytest.mark.django_db


def three_entries():
    user = User.objects.create_user("lin")
    return [
        record(actor=user, verb="cycle.open", obj="cycle a", now=NOW, before={"stage": "draft"}),
        record(actor=None, verb="cycle.lock", obj="cycle a", now=NOW, detail={"share": Decimal("0.5")}),
        record(actor=user, verb="cycle.publish", obj="cycle a", now=NOW, after={"stage": "published"}),
    ]


def tamper(statement, *values):
    with lifted(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_entries_are_numbered_and_bound_to_each_other():
    first, second, third = three_entries()
    assert [first.number, second.number, third.number] == [1, 2, 3]
    assert first.previous_hash == GENESIS
    assert second.previous_hash == first.hash
    report = verify_chain()
    assert (report.ok, report.n, report.first_bad, report.head) == (True, 3, None, third.hash)


def test_the_actor_is_the_sign_in_name_or_the_system():
    first, second, _third = three_entries()
    assert (first.actor, second.actor) == ("lin", "system")


@pytest.mark.parametrize(
    ("statement", "bad"),
    [
        ("UPDATE core_logentry SET actor = 'somebody' WHERE number = 2", 2),
        ("DELETE FROM core_logentry WHERE number = 2", 2),
        ("DELETE FROM core_logentry WHERE number = 3", 3),
    ],
)
def test_tampering_shows_at_the_entry_it_touched(statement, bad):
    three_entries()
    tamper(statement)
    report = verify_chain()
    assert (report.ok, report.first_bad) == (False, bad)


def test_a_changed_head_shows():
    three_entries()
    ChainHead.objects.update(hash="f" * 64)
    assert verify_chain().ok is False


def test_an_entry_rewritten_with_a_fitting_hash_of_its_own_still_shows():
    first, *_rest = three_entries()
    tamper("UPDATE core_logentry SET detail = '{\"x\": 1}' WHERE number = 1")
    changed = LogEntry.objects.get(number=1)
    assert changed.detail == {"x": 1}
    tamper("UPDATE core_logentry SET hash = %s WHERE number = 1", "0" * 64)
    assert verify_chain().first_bad == 1
    assert first.hash != "0" * 64


@pytest.mark.parametrize(
    "statement",
    ["UPDATE core_logentry SET actor = 'x'", "DELETE FROM core_logentry"],
    ids=["update", "delete"],
)
def test_the_database_itself_refuses_changes(statement):
    three_entries()
    with (
        pytest.raises(DatabaseError, match="can only grow"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert verify_chain().n == 3


def test_the_model_refuses_changes_too():
    entry, *_rest = three_entries()
    with pytest.raises(AppendOnlyError):
        entry.save()
    with pytest.raises(AppendOnlyError):
        entry.delete()


def test_a_missing_guard_is_noticed_and_put_back():
    with lifted():
        assert unguarded() == [m for m in unguarded() if m]
        assert "core_logentry" in unguarded()
    assert "core_logentry" not in unguarded()


def test_a_rolled_back_transaction_leaves_no_gap():
    record(actor=None, verb="a.b", obj="x", now=NOW)
    with pytest.raises(RuntimeError), transaction.atomic():
        record(actor=None, verb="a.b", obj="y", now=NOW)
        raise RuntimeError
    assert record(actor=None, verb="a.b", obj="z", now=NOW).number == 2
    assert verify_chain().ok
