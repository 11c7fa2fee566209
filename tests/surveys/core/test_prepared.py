"""A look-up compiled once gives what the ordinary query gives."""

import threading
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from surveys.core.prepared import Lookup
from surveys.ratings.models import Invitation
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
    first = lookup._statement(here)
    lookup.first("somebody")
    assert lookup._statement(here) is first
    seen: list[bool] = []
    other = threading.Thread(target=lambda: seen.append(connections["default"] in lookup._compiled))
    other.start()
    other.join()
    assert seen == [False]
