"""A statement compiled once does what the ordinary one does."""

import datetime as dt
import threading
from typing import Any

import pytest
from django.db import IntegrityError, connections, transaction
from django.db.models import F
from django.utils import timezone

from surveys.core.prepared import Change, Insert, Lookup
from surveys.ratings.models import Invitation, ReceiptLeaf, ReceiptRoot
from tests.surveys.ratings.world import build_town, invited

pytestmark = pytest.mark.django_db
RELATED = Invitation.objects.select_related(
    "matter__service", "matter__organisation", "matter__point__parent"
)


def test_lookup_gives_the_row_of_the_ordinary_query_with_its_relations(django_assert_num_queries):
    town = build_town()
    for number in range(3):
        invited(town, f"P-{number}", now=timezone.now())
    rows = list(RELATED.order_by("pk"))
    lookup = Lookup(RELATED, "token_hash")
    for row in rows:
        with django_assert_num_queries(1):
            found = lookup.first(row.token_hash)
            assert found is not None
            assert found.matter.service.name == row.matter.service.name
            assert found.matter.organisation == row.matter.organisation
        assert {key: value for key, value in vars(found).items() if key != "_state"} == {
            key: value for key, value in vars(row).items() if key != "_state"
        }
        assert found._state.adding is False
    assert len({row.pk for row in rows}) == 3


def test_lookup_without_a_match_is_none():
    assert Lookup(RELATED, "token_hash").first("nobody") is None


def test_lookup_of_more_than_one_value_is_refused():
    lookup = Lookup(RELATED.filter(state="open"), "token_hash")
    with pytest.raises(ValueError, match="one value is looked up, not 2"):
        lookup.first("nobody")


def test_lookup_compiles_for_each_connection_once():
    lookup = Lookup(RELATED, "token_hash")
    here: Any = connections["default"]
    lookup.first("nobody")
    made: list[Any] = []
    kept = lookup._kept.of(here, made.append)
    lookup.first("somebody")
    assert lookup._kept.of(here, made.append) is kept
    assert made == []
    other = threading.Thread(target=lambda: lookup._kept.of(connections["default"], made.append))
    other.start()
    other.join()
    assert len(made) == 1
    assert made[0] is not here


def test_lookup_may_leave_out_columns(django_assert_num_queries):
    town = build_town()
    invited(town, "P-1", now=timezone.now())
    row = Invitation.objects.get()
    few = Invitation.objects.select_related("matter__service").only("state", "matter__service__names")
    found = Lookup(few, "token_hash").first(row.token_hash)
    assert found is not None
    with django_assert_num_queries(0):
        assert (found.state, found.matter.service.name) == (row.state, town.title.name)
    assert found.get_deferred_fields() >= {"nonce", "expires_at"}


def test_insert_writes_the_row_that_save_writes(django_assert_num_queries):
    insert, day = Insert(ReceiptRoot), dt.date(2026, 5, 4)
    for number in range(2):
        row = ReceiptRoot(day=day + dt.timedelta(days=number), root="ab" * 32, n=number)
        with django_assert_num_queries(1):
            insert(row)
        assert row._state.adding is False
        assert row._state.db == "default"
        stored = ReceiptRoot.objects.get(day=row.day)
        assert (stored.root, stored.n) == (row.root, number)
        row.n = 7
        row.save()
    assert ReceiptRoot.objects.filter(n=7).count() == 2


def test_insert_of_a_key_that_stands_there_is_refused():
    insert = Insert(ReceiptLeaf)
    insert(ReceiptLeaf(leaf="1" * 64, day=dt.date(2026, 5, 4)))
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(ReceiptLeaf(leaf="1" * 64, day=dt.date(2026, 5, 5)))
    assert ReceiptLeaf.objects.get().day == dt.date(2026, 5, 4)


def test_change_changes_the_rows_that_fit_and_no_other(django_assert_num_queries):
    days = [dt.date(2026, 5, day) for day in (4, 5, 6, 7)]
    ReceiptRoot.objects.bulk_create([ReceiptRoot(day=day, root=f"r{day.day % 2}", n=1) for day in days])
    count = Change(ReceiptRoot.objects.filter(n__lt=3), ("root", "day__gt"), n=F("n") + 1)
    for _turn in range(3):
        with django_assert_num_queries(1):
            n = count("r0", days[0])
        assert n == (1 if _turn < 2 else 0)
    assert count("r1", days[0]) == 2
    assert count("r2", days[0]) == 0
    assert list(ReceiptRoot.objects.order_by("day").values_list("n", flat=True)) == [1, 2, 3, 2]
    with pytest.raises(ValueError, match="argument 2 is shorter"):
        count("r0")
