"""A new SECRET_KEY takes the place of an old one: people stay signed in, factors and backups still open."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.utils import decrypt
from django.test import Client

from evaluation.site.accounts import renew_factors
from evaluation.site.backups import FORMAT, Manifest, is_opened_here, key_fingerprints
from surveys.core.enums import Role
from surveys.core.sealing import UnsealError
from tests.evaluation.site.test_doors import somebody

FIRST = "the key this installation was begun with"
SECOND = "the key that took the place of the first"

pytestmark = pytest.mark.django_db


@pytest.fixture
def lin(settings):
    settings.SECRET_KEY = FIRST
    return somebody("lin", Role.OFFICE)


def exchange(settings):
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = SECOND, [FIRST]


def made_here():
    """What a backup made now says of itself."""
    keys = ",".join(key_fingerprints())
    return Manifest(FORMAT, "sqlite", "2026-11-23T10:00:00+08:00", 0, "", keys, "")


def test_second_factors_open_after_an_exchange_and_are_sealed_anew(lin, settings):
    secret = totp.generate_totp_secret()
    factor = totp.TOTP.activate(lin, secret).instance
    codes = RecoveryCodes.activate(lin).generate_codes()
    assert renew_factors() == 0
    exchange(settings)
    assert decrypt(factor.data["secret"]) == secret
    assert (renew_factors(), renew_factors()) == (2, 0)
    settings.SECRET_KEY_FALLBACKS = []
    factor.refresh_from_db()
    assert decrypt(factor.data["secret"]) == secret
    kept = Authenticator.objects.get(type=Authenticator.Type.RECOVERY_CODES)
    assert RecoveryCodes(kept).generate_codes() == codes
    settings.SECRET_KEY = FIRST
    with pytest.raises(UnsealError):
        decrypt(factor.data["secret"])


def test_an_exchange_signs_nobody_out_and_a_forgotten_key_does(lin, settings):
    client = Client()
    client.force_login(lin)
    exchange(settings)
    assert client.get("/office/account/").status_code == 200
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "a key that nobody here has ever seen before", []
    assert client.get("/office/account/").status_code == 302


def test_a_backup_asks_for_every_key_it_was_made_under(settings):
    settings.SECRET_KEY = FIRST
    before = made_here()
    exchange(settings)
    after = made_here()
    assert (is_opened_here(before), is_opened_here(after)) == (True, True)
    for newest, *older in ([FIRST], [SECOND], [FIRST, SECOND]):
        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = newest, older
        assert not is_opened_here(after)
        assert is_opened_here(before) == (older == [] and newest == FIRST)
