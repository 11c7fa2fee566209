"""Predicates over seats."""

import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import translation

from surveys.core.enums import Role
from surveys.core.models import Seat, User
from surveys.core.rules import covers, holds, is_office, is_staff, organisation_scope

NOW = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
LEAD = holds(Role.LEAD)

pytestmark = pytest.mark.django_db


def lin(*seats):
    user = User.objects.create_user("lin")
    for role, code in seats:
        Seat.objects.create(user=user, role=role, organisation_code=code, granted_at=NOW)
    return user


def test_a_seat_reaches_its_organisation_and_all_below():
    assert covers("A", "A")
    assert covers("A", "A1", ("A",))
    assert covers("", "B")
    assert not covers("A1", "A")
    assert not covers("A", "AB")


def test_the_path_of_an_organisation_decides():
    user = lin((Role.LEAD, "A"))
    assert LEAD(user)
    assert LEAD(user, "A")
    assert LEAD(user, ("A1", "A", "root"))
    assert not LEAD(user, "B")
    assert not LEAD(user, ("root",))
    assert holds(Role.LEAD, anywhere=True)(user, "B")


def test_rules_are_joined():
    user = lin((Role.LEAD, "A"), (Role.OFFICE, ""))
    assert (LEAD & is_office)(user, "A")
    assert not (LEAD & is_office)(user, "B")
    assert (LEAD | is_office)(user, "B")
    assert not (~is_office)(user)


@pytest.mark.parametrize("person", [AnonymousUser(), None, object()])
def test_a_stranger_holds_nothing(person):
    assert not is_staff(person)
    assert organisation_scope(person) == set()


def test_a_closed_account_and_a_revoked_seat_hold_nothing():
    user = lin((Role.OFFICE, ""))
    Seat.objects.update(revoked_at=NOW)
    assert not is_office(user)
    Seat.objects.update(revoked_at=None)
    user.is_active = False
    assert not is_office(user)


def test_the_scope_of_a_list_is_the_seats_codes():
    user = lin((Role.LEAD, "A"), (Role.HANDLER, "B"))
    assert organisation_scope(user) == {"A", "B"}
    assert organisation_scope(user, Role.LEAD) == {"A"}


def test_a_rule_names_its_seats_in_the_readers_language():
    with translation.override("en"):
        assert (LEAD | is_office).seats_needed() == "Department lead, Evaluation office"


def test_seats_cost_one_query(django_assert_num_queries):
    user = User.objects.get(pk=lin((Role.LEAD, "A")).pk)
    with django_assert_num_queries(1):
        assert LEAD(user)
        assert not is_office(user)
