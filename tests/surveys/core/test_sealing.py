"""Sealed data, and its erasure by destroying the key."""

import datetime as dt

import pytest
from django.test import override_settings

from surveys.core.models import DataKey, LogEntry
from surveys.core.sealing import (
    UnsealError,
    destroy,
    keyed_hash,
    n_closed_month_keys,
    renew_month_keys,
    seal,
    unseal,
)

MONTH = dt.date(2026, 3, 17)
NOW = dt.datetime(2026, 4, 1, tzinfo=dt.UTC)

pytestmark = pytest.mark.django_db


def test_what_is_sealed_opens_again_and_shows_nothing_meanwhile():
    sealed = seal("contact", MONTH, b"138 0000 0000")
    assert b"138 0000 0000" not in sealed
    assert sealed != seal("contact", MONTH, b"138 0000 0000")
    assert unseal("contact", MONTH, sealed) == b"138 0000 0000"


def test_the_month_and_the_purpose_are_bound_in():
    sealed = seal("contact", MONTH, b"x")
    seal("contact", dt.date(2026, 4, 1), b"y")
    seal("pointer", MONTH, b"y")
    for purpose, month in (("contact", dt.date(2026, 4, 1)), ("pointer", MONTH)):
        with pytest.raises(UnsealError):
            unseal(purpose, month, sealed)


def test_a_changed_byte_is_refused():
    sealed = bytearray(seal("contact", MONTH, b"x"))
    sealed[-1] ^= 1
    with pytest.raises(UnsealError):
        unseal("contact", MONTH, bytes(sealed))


def test_destroying_the_key_erases_and_is_logged_once():
    sealed = seal("contact", MONTH, b"x")
    destroy("contact", MONTH, actor=None, now=NOW)
    destroy("contact", MONTH, actor=None, now=NOW)
    with pytest.raises(UnsealError, match="destroyed"):
        unseal("contact", MONTH, sealed)
    with pytest.raises(UnsealError):
        seal("contact", MONTH, b"again")
    assert DataKey.objects.get().wrapped is None
    assert LogEntry.objects.filter(verb="key.destroy").count() == 1


def test_another_installation_cannot_open_it():
    sealed = seal("contact", MONTH, b"x")
    with (
        override_settings(SECRET_KEY="another key of another installation, long enough"),
        pytest.raises(UnsealError),
    ):
        unseal("contact", MONTH, sealed)


def test_a_keyed_hash_depends_on_purpose_value_and_installation():
    one = keyed_hash("token", "abc")
    assert one == keyed_hash("token", "abc")
    assert len({one, keyed_hash("token", "abd"), keyed_hash("device", "abc")}) == 3
    with override_settings(SECRET_KEY="another key of another installation, long enough"):
        assert keyed_hash("token", "abc") != one


FIRST = "the key this installation was begun with"
SECOND = "the key that took the place of the first"


def test_an_exchanged_key_opens_and_finds_what_the_first_one_made():
    with override_settings(SECRET_KEY=FIRST):
        sealed, found_by = seal("contact", MONTH, b"x"), keyed_hash("token", "abc")
    with override_settings(SECRET_KEY=SECOND, SECRET_KEY_FALLBACKS=[FIRST]):
        assert unseal("contact", MONTH, sealed) == b"x"
        assert keyed_hash("token", "abc") == found_by
        assert n_closed_month_keys() == 0
    with override_settings(SECRET_KEY=SECOND):
        assert n_closed_month_keys() == 1
        with pytest.raises(UnsealError):
            unseal("contact", MONTH, sealed)


def test_renewing_seals_every_month_under_the_newest_key_once():
    with override_settings(SECRET_KEY=FIRST):
        sealed = seal("contact", MONTH, b"x")
        seal("frame", MONTH, b"y")
        destroy("frame", MONTH, actor=None, now=NOW)
        assert renew_month_keys() == 0
    with override_settings(SECRET_KEY=SECOND, SECRET_KEY_FALLBACKS=[FIRST]):
        assert (renew_month_keys(), renew_month_keys()) == (1, 0)
    with override_settings(SECRET_KEY=SECOND):
        assert unseal("contact", MONTH, sealed) == b"x"
    with override_settings(SECRET_KEY=FIRST), pytest.raises(UnsealError):
        unseal("contact", MONTH, sealed)
