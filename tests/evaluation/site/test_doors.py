"""The doors of the site's own pages: sign-in, seats, lockout, faces, error pages."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from evaluation.site.context import HTML_LANG
from surveys.core.actions import create_person, grant_seat
from surveys.core.addresses import client_ip
from surveys.core.enums import Role
from surveys.core.models import LogEntry, User

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"


def somebody(name, *roles, code=""):
    person, _secret = create_person(
        username=name, display_name=name.title(), actor=None, now=timezone.now(), password=PASSWORD
    )
    for role in roles:
        grant_seat(person=person, role=role, organisation_code=code, actor=None, now=timezone.now())
    return person


def signed_in(*roles, name="lin"):
    client = Client()
    client.force_login(somebody(name, *roles))
    return client


STAFF_PAGES = {
    "site:people": Role.SECURITY_ADMIN,
    "site:person_new": Role.SECURITY_ADMIN,
    "site:keys": Role.SECURITY_ADMIN,
    "site:key_new": Role.SECURITY_ADMIN,
    "core:log": Role.AUDIT_ADMIN,
    "core:jobs": Role.SYSTEM_ADMIN,
    "core:messages": Role.SYSTEM_ADMIN,
}


@pytest.mark.parametrize("name", [*STAFF_PAGES, "site:home", "site:account", "core:notices"])
def test_a_stranger_is_asked_to_sign_in(name):
    response = Client().get(reverse(name))
    assert (response.status_code, response["Location"].split("?")[0]) == (302, "/account/login/")


@pytest.mark.parametrize(("name", "role"), STAFF_PAGES.items())
def test_each_page_opens_to_its_own_role_alone(name, role):
    for other in Role:
        response = signed_in(other, name=f"p-{other.value}").get(reverse(name))
        assert response.status_code == (200 if other == role else 403), other


def test_a_denied_page_says_who_may_see_it_which_seat_one_has_and_whom_to_ask():
    somebody("wang", Role.SECURITY_ADMIN)
    response = signed_in(Role.HANDLER).get(reverse("core:log"))
    text = response.content.decode()
    assert response.status_code == 403
    assert "Audit administrator" in text
    assert "Department handler" in text
    assert "Wang" in text


def test_a_denied_page_is_noted_for_the_administrators(caplog):
    signed_in(Role.HANDLER).get(reverse("core:log"))
    assert "Denied: /office/log/ to Lin" in caplog.text


def test_signing_in_and_out_works_and_enters_the_log():
    somebody("lin", Role.OFFICE)
    client = Client()
    answer = client.post(reverse("account_login"), {"login": "lin", "password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, "/office/")
    assert client.get("/office/", follow=True).redirect_chain[0] == ("/office/improvement/office/", 302)
    client.post(reverse("account_logout"))
    assert client.get("/office/")["Location"].startswith("/account/login/")
    verbs = list(LogEntry.objects.order_by("number").values_list("verb", flat=True))
    assert verbs[-2:] == ["session.begin", "session.end"]


@pytest.mark.parametrize("language", ["en", "zh-hans", "zh-hant"])
def test_a_wrong_password_is_told_without_saying_which_half_was_wrong(language):
    somebody("lin")
    known, unknown = (
        Client().post(
            f"{reverse('account_login')}?lang={language}", {"login": name, "password": "wrong wrong"}
        )
        for name in ("lin", "nobody")
    )
    assert known.status_code == unknown.status_code == 200
    problems = [
        re.search(r'class="problem".*?</div>', r.content.decode(), re.DOTALL)[0] for r in (known, unknown)
    ]
    assert problems[0] == problems[1]


def test_too_many_wrong_passwords_lock_the_name_and_say_how_long():
    somebody("lin")
    client = Client()
    answers = [
        client.post(reverse("account_login"), {"login": "lin", "password": "wrong wrong"}) for _n in range(9)
    ]
    assert answers[-1].status_code == 429
    assert answers[-1]["Retry-After"] == "900"
    right = client.post(reverse("account_login"), {"login": "lin", "password": PASSWORD})
    assert right.status_code == 429


def test_a_closed_account_does_not_open():
    person = somebody("lin")
    User.objects.filter(pk=person.pk).update(is_active=False)
    client = Client()
    client.post(reverse("account_login"), {"login": "lin", "password": PASSWORD})
    assert client.get("/office/")["Location"].startswith("/account/login/")


@pytest.mark.parametrize(
    "path", ["signup/", "email/", "password/reset/", "password/set/", "login/code/confirm/"]
)
def test_what_the_sign_in_package_offers_beyond_this_is_not_there(path):
    assert Client().get(f"/account/{path}").status_code == 404


def code_for(secret, steps=0):
    now = next(totp.yield_hotp_counters_from_time())
    return totp.format_hotp_value(totp.hotp_value(secret, now + steps))


@pytest.mark.usefixtures("one_moment")
def test_a_second_factor_is_turned_on_sealed_and_asked_for():
    client = Client()
    somebody("lin", Role.OFFICE)
    client.post(reverse("account_login"), {"login": "lin", "password": PASSWORD})
    assert client.get(reverse("mfa_activate_totp"))["Location"].startswith("/account/reauthenticate/")
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = client.get(reverse("mfa_activate_totp"))
    text = page.content.decode()
    assert "<svg" in text
    assert "style=" not in text
    assert "data:" not in text
    secret = page.context["form"].secret
    client.post(reverse("mfa_activate_totp"), {"code": code_for(secret, steps=1)})
    assert not Authenticator.objects.exists()
    client.post(reverse("mfa_activate_totp"), {"code": code_for(secret)})
    assert Authenticator.objects.filter(type=Authenticator.Type.TOTP).count() == 1
    assert secret not in str(list(Authenticator.objects.values()))
    other = Client()
    other.post(reverse("account_login"), {"login": "lin", "password": PASSWORD})
    assert other.get("/office/account/").status_code == 302
    other.post(reverse("mfa_authenticate"), {"code": code_for(secret, steps=1)})
    assert other.get("/office/account/").status_code == 302
    other.post(reverse("mfa_authenticate"), {"code": code_for(secret)})
    assert other.get("/office/account/").status_code == 200


@pytest.mark.parametrize("name", ["account_change_password", "account_logout", "mfa_index"])
@pytest.mark.parametrize("language", ["en", "zh-hans", "zh-hant"])
def test_the_account_pages_open_in_every_language(name, language):
    client = signed_in(Role.OFFICE)
    response = client.get(f"{reverse(name)}?lang={language}")
    assert response.status_code == 200
    assert f'<html lang="{HTML_LANG[language]}"' in response.content.decode()


def test_pages_carry_the_strict_policy_and_no_inline_script_or_style():
    for path in ("/account/login/", "/nowhere/"):
        response = Client().get(path)
        policy = response["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["X-Frame-Options"] == "DENY"
        assert not re.search(r"<script(?![^>]*src=)|<style| style=| on[a-z]+=", response.content.decode())


def test_a_resident_page_sets_no_cookie():
    assert not Client().get("/nowhere/").cookies


def test_a_form_without_its_secret_is_refused_politely():
    client = Client(enforce_csrf_checks=True)
    response = client.post("/account/login/", {"login": "a", "password": "b"})
    assert response.status_code == 403
    assert "open too long" in response.content.decode()


@pytest.mark.parametrize(
    ("remote", "forwarded", "address"),
    [
        ("9.9.9.9", "1.1.1.1", "9.9.9.9"),
        ("10.0.0.1", "1.1.1.1", "1.1.1.1"),
        ("10.0.0.1", "6.6.6.6, 1.1.1.1", "1.1.1.1"),
        ("10.0.0.1", "1.1.1.1, 10.0.0.2", "1.1.1.1"),
        ("10.0.0.1", "", "10.0.0.1"),
    ],
)
def test_a_forwarded_address_is_believed_only_from_a_trusted_proxy(settings, remote, forwarded, address):
    settings.TRUSTED_PROXIES = ["10.0.0.1", "10.0.0.2"]
    request = RequestFactory().get("/", REMOTE_ADDR=remote, headers={"X-Forwarded-For": forwarded})
    assert client_ip(request) == address


def test_the_home_page_shows_only_what_the_seats_open():
    text = signed_in(Role.AUDIT_ADMIN).get("/office/").content.decode()
    assert reverse("core:log") in text
    assert reverse("site:people") not in text
