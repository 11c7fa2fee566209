"""People, seats and keys, as the security administrator handles them."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from surveys.core.actions import (
    PersonRefusedError,
    SeatRefusedError,
    create_person,
    grant_seat,
    make_api_key,
    reset_password,
    revoke_seat,
    set_active,
)
from surveys.core.enums import Role
from surveys.core.models import ApiKey, LogEntry, Seat, User
from surveys.core.rules import holds, organisation_scope

pytestmark = pytest.mark.django_db


def person(name, *roles):
    found, _secret = create_person(username=name, display_name=name, actor=None, now=timezone.now())
    for role in roles:
        grant_seat(person=found, role=role, organisation_code="", actor=None, now=timezone.now())
    return found


@pytest.fixture
def admin():
    return person("wang", Role.SECURITY_ADMIN)


@pytest.fixture
def client(admin):
    client = Client()
    client.force_login(admin)
    return client


def test_a_person_is_made_with_a_password_shown_once(client):
    page = client.post(reverse("site:person_new"), {"username": "lin", "display_name": "Lin"})
    found = User.objects.get(username="lin")
    secret = page.context["secret"]
    assert secret in page.content.decode()
    assert found.check_password(secret)
    assert secret not in client.get(reverse("site:person", args=[found.pk])).content.decode()
    assert LogEntry.objects.filter(verb="person.create", object="user lin", actor="wang").exists()


def test_a_taken_name_is_refused_beside_its_field(client):
    page = client.post(reverse("site:person_new"), {"username": "WANG", "display_name": "x"})
    assert page.context["form"].errors["username"]
    assert User.objects.count() == 1


def test_a_seat_is_given_and_taken_back(client):
    lin = person("lin")
    page = reverse("site:person", args=[lin.pk])
    client.post(page, {"role": Role.OFFICE, "organisation": ""})
    assert holds(Role.OFFICE)(User.objects.get(pk=lin.pk))
    seat = Seat.objects.get(user=lin)
    client.post(reverse("site:seat_revoke", args=[seat.pk]))
    assert not holds(Role.OFFICE)(User.objects.get(pk=lin.pk))
    verbs = LogEntry.objects.filter(object="user lin").order_by("number").values_list("verb", flat=True)
    assert list(verbs) == ["person.create", "seat.grant", "seat.revoke"]


def test_nobody_gives_a_seat_to_themselves(admin):
    with pytest.raises(SeatRefusedError):
        grant_seat(person=admin, role=Role.OFFICE, organisation_code="", actor=admin, now=timezone.now())


@pytest.mark.parametrize("other", [Role.SYSTEM_ADMIN, Role.AUDIT_ADMIN])
def test_the_three_administrators_stay_separate(admin, other):
    with pytest.raises(SeatRefusedError):
        grant_seat(person=admin, role=other, organisation_code="", actor=None, now=timezone.now())


def test_the_last_security_administrator_stays(admin):
    boss = person("boss", Role.SYSTEM_ADMIN)
    with pytest.raises(PersonRefusedError):
        revoke_seat(seat=Seat.objects.get(user=admin), actor=boss, now=timezone.now())
    with pytest.raises(PersonRefusedError):
        set_active(person=admin, active=False, actor=boss, now=timezone.now())
    person("second", Role.SECURITY_ADMIN)
    set_active(person=admin, active=False, actor=boss, now=timezone.now())


def test_nobody_closes_their_own_account(client, admin):
    client.post(reverse("site:person_change", args=[admin.pk, "close"]))
    admin.refresh_from_db()
    assert admin.is_active


def test_a_new_password_ends_the_old_one(admin):
    lin, old = create_person(username="lin", display_name="", actor=admin, now=timezone.now())
    new = reset_password(person=lin, actor=admin, now=timezone.now())
    assert lin.check_password(new)
    assert not lin.check_password(old)


def test_a_key_is_shown_once_and_stored_as_a_hash(client):
    page = client.post(reverse("site:key_new"), {"name": "hall 3", "scope": "intake"})
    secret = page.context["secret"]
    key = ApiKey.objects.get(name="hall 3")
    assert secret not in str(ApiKey.objects.values().get())
    client.post(reverse("site:key_revoke", args=[key.pk]))
    key.refresh_from_db()
    assert key.revoked_at is not None


def test_a_change_needs_a_post(client, admin):
    seat = Seat.objects.get(user=admin)
    key = make_api_key(name="k", scope="read", actor=None, now=timezone.now())
    assert key
    assert client.get(reverse("site:seat_revoke", args=[seat.pk])).status_code == 405
    assert client.get(reverse("site:key_revoke", args=[ApiKey.objects.get().pk])).status_code == 405


def test_the_list_of_people_costs_the_same_for_one_and_for_many(client, django_assert_num_queries):
    def n_queries(n):
        for number in range(n):
            person(f"x{n}-{number}", Role.HANDLER)
        with django_assert_num_queries(7):
            assert client.get(reverse("site:people")).status_code == 200

    n_queries(1)
    n_queries(3)


def test_lists_leave_as_csv_and_excel(client):
    person("lin", Role.HANDLER)
    csv = b"".join(client.get(reverse("site:people") + "?format=csv").streaming_content).decode()
    assert csv.splitlines()[0].startswith("\ufeff")
    assert "lin" in csv
    xlsx = client.get(reverse("site:people") + "?format=xlsx")
    assert xlsx.content.startswith(b"PK")


def test_a_seat_without_an_organisation_reaches_everything():
    assert organisation_scope(person("lin", Role.OFFICE), Role.OFFICE) is None
    assert organisation_scope(person("chen"), Role.OFFICE) == set()
