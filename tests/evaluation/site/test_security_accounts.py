"""Passwords, second factors, and what the process log tells of wrong ones."""

import logging
import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.conf import settings
from django.contrib.auth.password_validation import ValidationError, validate_password
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from evaluation.site.passwords import WORDS, words_of_this_place
from surveys.core.actions import new_password
from surveys.core.enums import Role
from tests.evaluation.site.test_doors import PASSWORD, code_for, somebody

pytestmark = pytest.mark.django_db


def sign_in(client, **changed):
    return client.post(reverse("account_login"), {"login": "lin", "password": PASSWORD} | changed)


@pytest.fixture
def secured(one_moment):
    """Somebody with a second factor; the client, the secret and the codes for emergencies."""
    somebody("lin", Role.OFFICE)
    client = Client()
    sign_in(client)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    client.post(reverse("mfa_activate_totp"), {"code": code_for(secret)})
    codes = client.get(reverse("mfa_view_recovery_codes")).context["unused_codes"]
    cache.clear()
    return client, secret, codes


def stage(code):
    """Another browser: the password is right, then the code given."""
    client = Client()
    sign_in(client)
    client.post(reverse("mfa_authenticate"), {"code": code})
    return client.get("/office/account/").status_code == 200


def other_than(code, *codes):
    """The first that is not by chance the same: codes have six digits."""
    return next(one for one in codes if one != code)


def test_breached_passwords_of_the_allowed_length_are_refused():
    common = ("qwertyuiop123", "Q1W2E3R4T5Y6", "123456789987654321")
    for word in (*common, "!!Sunshine2026", "2026.dragon.2026", "iloveyouprincess", "footballfootball"):
        with pytest.raises(ValidationError, match="too common"):
            validate_password(word)
    validate_password("sunshine over the harbour")


@pytest.mark.parametrize(
    "word", ["haochaping-12345", "Administrator 2026", "public service office", "满意度评价满意度评价12345"]
)
def test_words_of_this_place_make_no_password(word, settings):
    settings.PUBLIC_BASE_URL = "https://pingyi.example.gov.cn"
    assert "pingyi" in words_of_this_place() - WORDS
    with pytest.raises(ValidationError, match="everybody here knows"):
        validate_password(word)
    validate_password("public service of nine lonely lighthouses")


def test_a_password_is_taken_exactly_as_it_was_given():
    somebody("lin")
    for wrong in (PASSWORD.title(), PASSWORD[:12], PASSWORD + "!"):
        client = Client()
        sign_in(client, password=wrong)
        assert client.get("/office/account/").status_code == 302, wrong
    long = "ünïcode " * 12
    person = somebody("wang")
    person.set_password(long)
    assert person.check_password(long)
    assert not person.check_password(long[:72])


@pytest.mark.parametrize("name", ["account_login", "account_change_password", "account_reauthenticate"])
def test_password_fields_hide_the_password_and_let_managers_help(name):
    client = Client()
    somebody("lin", Role.OFFICE)
    if name != "account_login":
        sign_in(client)
    fields = re.findall(
        r'<input[^>]*name="(?:old)?password[12]?"[^>]*>', client.get(reverse(name)).content.decode()
    )
    assert fields
    for field in fields:
        assert 'type="password"' in field
        assert re.search(r'autocomplete="(?:current|new)-password"', field)
        assert "readonly" not in field


def test_passwords_made_for_others_are_random_and_pass_the_rules():
    made = {new_password() for _n in range(200)}
    assert len(made) == 200
    for word in made:
        validate_password(word)


def test_no_password_runs_out_and_none_is_recovered_by_a_question():
    assert not [name for name in dir(settings) if "PASSWORD" in name and ("EXPIR" in name or "AGE" in name)]
    assert Client().get("/account/password/reset/").status_code == 404
    page = Client().get(reverse("account_login")).content.decode()
    asked = set(re.findall(r'<(?:input|select|textarea)[^>]*name="(\w+)"', page))
    assert asked - {"csrfmiddlewaretoken", "next"} == {"login", "password"}


def test_a_code_of_the_second_factor_works_once(secured):
    _client, secret, codes = secured
    code = code_for(secret)
    assert stage(code)
    assert not stage(code)
    assert stage(codes[0])
    assert not stage(codes[0])


def test_codes_are_random_sealed_and_short_lived(secured):
    _client, secret, codes = secured
    assert len(secret) == 32
    assert len({totp.generate_totp_secret() for _n in range(50)}) == 50
    assert len(set(codes)) == len(codes) == 10
    assert all(len(code) >= 8 for code in codes)
    stored = str(list(Authenticator.objects.values()))
    assert not [code for code in codes if code in stored]
    assert not stage(other_than(code_for(secret), code_for(secret, steps=-1), code_for(secret, steps=-2)))


def test_a_new_password_from_the_administrator_leaves_the_second_factor(secured):
    _client, secret, _codes = secured
    assert Authenticator.objects.filter(user__username="lin").count() == 2
    client = Client()
    sign_in(client)
    assert client.get("/office/account/").status_code == 302
    assert stage(code_for(secret))


def test_a_wrong_password_is_logged_with_name_and_address_and_without_itself(caplog):
    somebody("lin")
    sign_in(Client(REMOTE_ADDR="203.0.113.9"), password="not the right one")
    sign_in(Client(), login="my secret typed into the wrong field")
    assert "Sign-in failed: password of lin from 203.0.113.9" in caplog.text
    assert "password of nobody of ours" in caplog.text
    assert "not the right one" not in caplog.text
    assert "wrong field" not in caplog.text


def test_a_locked_name_is_logged_as_such(caplog):
    somebody("lin")
    for _n in range(settings.AXES_FAILURE_LIMIT + 1):
        sign_in(Client(), password="not the right one")
    assert "Sign-in locked: password of lin from 127.0.0.1" in caplog.text


def test_a_wrong_second_factor_is_logged(secured, caplog):
    _client, secret, _codes = secured
    assert not stage(other_than(code_for(secret), "000000", "111111"))
    assert "Proof refused: CodeForm of lin from 127.0.0.1" in caplog.text


def test_the_log_is_one_event_a_line_in_utc():
    record = logging.LogRecord(
        "x", logging.WARNING, "f", 1, "tried\n2026-01-01 INFO forged\u2028and \x1b[31m", (), None
    )
    record.created = 1_790_000_000.25
    handler = logging.getLogger().handlers
    line = next(each for each in handler if type(each.formatter).__name__ == "OneLine").format(record)
    assert line.splitlines() == [line]
    assert line.startswith("2026-09-21T14:13:20.250Z WARNING x tried\\n2026")
    assert "\x1b" not in line
