"""Sealed data: AES-GCM under a key of its purpose and month; destroying that key erases the data.

The month's key is itself sealed under a key derived from SECRET_KEY (HKDF-SHA256, RFC 5869). What is sealed goes
under the newest key and opens under any that SECRET_KEY_FALLBACKS lists; what must be found again by a hash keeps the
installation's first key, the last of that list.
"""

import datetime as dt
import hmac
import os
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from surveys.core.log import record
from surveys.core.models import DataKey, User

NONCE_BYTES = 12


class UnsealError(Exception):
    """Sealed data cannot be opened: its key was destroyed, or it is not what was sealed."""


@lru_cache(maxsize=64)
def _derived(secret: str, purpose: str) -> bytes:
    kdf = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=f"evaluation/{purpose}".encode())
    return kdf.derive(secret.encode())


def _secrets() -> list[str]:
    """SECRET_KEY and the older ones still listed, the newest first."""
    return [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]


def derived_key(purpose: str) -> bytes:
    """A 32-byte key of the installation for one purpose: that of its first SECRET_KEY, also after an exchange."""
    return _derived(_secrets()[-1], purpose)


def keyed_hash(purpose: str, value: str) -> str:
    """HMAC-SHA256 in hexadecimal: equal values are found again, yet nobody without the key can try values."""
    return hmac.digest(derived_key(f"hash/{purpose}"), value.encode(), "sha256").hex()


def hashes_of_keys(purpose: str, value: str) -> list[str]:
    """The keyed hash under each listed SECRET_KEY, the newest first: tells which keys these are."""
    keys = [_derived(secret, f"hash/{purpose}") for secret in _secrets()]
    return [hmac.digest(key, value.encode(), "sha256").hex() for key in keys]


def fresh_nonce() -> bytes:
    """Random bytes that make equal texts encrypt differently."""
    return os.urandom(NONCE_BYTES)


def _encrypt(key: bytes, plain: bytes, bound_to: bytes) -> bytes:
    nonce = fresh_nonce()
    return nonce + AESGCM(key).encrypt(nonce, plain, bound_to)


def _decrypt(key: bytes, sealed: bytes, bound_to: bytes) -> bytes:
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound_to)
    except (InvalidTag, ValueError) as error:
        raise UnsealError(_("This was sealed under another key or has been changed.")) from error


def encrypted(purpose: str, plain: bytes, bound_to: bytes = b"") -> bytes:
    """Encrypt under the newest key of a purpose."""
    return _encrypt(_derived(settings.SECRET_KEY, purpose), plain, bound_to)


def decrypted(purpose: str, sealed: bytes, bound_to: bytes = b"") -> bytes:
    """Decrypt under whichever listed key sealed it; raises UnsealError when none did."""
    *newer, oldest = _secrets()
    for secret in newer:
        with suppress(UnsealError):
            return _decrypt(_derived(secret, purpose), sealed, bound_to)
    return _decrypt(_derived(oldest, purpose), sealed, bound_to)


def renewed(purpose: str, sealed: bytes, bound_to: bytes = b"") -> bytes | None:
    """The same sealed under the newest key; None when it is already."""
    try:
        _decrypt(_derived(settings.SECRET_KEY, purpose), sealed, bound_to)
    except UnsealError:
        return encrypted(purpose, decrypted(purpose, sealed, bound_to), bound_to)
    return None


def _label(purpose: str, month: dt.date) -> bytes:
    return f"{purpose}/{month:%Y-%m}".encode()


def _month_key(purpose: str, month: dt.date, *, make: bool) -> bytes:
    first = month.replace(day=1)
    row = DataKey.objects.filter(purpose=purpose, month=first).first()
    if row is None and make:
        fresh = encrypted("wrap", os.urandom(32), _label(purpose, first))
        row, _created = DataKey.objects.get_or_create(
            purpose=purpose, month=first, defaults={"wrapped": fresh}
        )
    if row is None or row.wrapped is None:
        raise UnsealError(_("The key of this month was destroyed; what it sealed is erased."))
    return decrypted("wrap", bytes(row.wrapped), _label(purpose, first))


def seal(purpose: str, month: dt.date, plain: bytes) -> bytes:
    """Encrypt under the key of this purpose and month, making that key at its first use."""
    return _encrypt(_month_key(purpose, month, make=True), plain, _label(purpose, month))


def sealer(purpose: str, month: dt.date) -> Callable[[bytes], bytes]:
    """Seal many things of one purpose and month, reading their key once; not to be kept beyond the transaction."""
    key, label = _month_key(purpose, month, make=True), _label(purpose, month)
    return lambda plain: _encrypt(key, plain, label)


def unseal(purpose: str, month: dt.date, sealed: bytes) -> bytes:
    """Decrypt; raises UnsealError when the key is destroyed or the data was changed."""
    return _decrypt(_month_key(purpose, month, make=False), bytes(sealed), _label(purpose, month))


@transaction.atomic
def destroy(purpose: str, month: dt.date, *, actor: User | None, now: dt.datetime) -> None:
    """Destroy the key of a purpose and month: whatever it sealed is erased for good."""
    first = month.replace(day=1)
    row, _created = DataKey.objects.select_for_update().get_or_create(purpose=purpose, month=first)
    if row.destroyed_at is not None:
        return
    row.wrapped = None
    row.destroyed_at = now
    row.save(update_fields=["wrapped", "destroyed_at"])
    record(actor=actor, verb="key.destroy", obj=f"key {purpose} {first:%Y-%m}", now=now)


@transaction.atomic
def renew_month_keys() -> int:
    """Seal every month's key under the newest SECRET_KEY; how many were not yet."""
    n_renewed = 0
    for row in DataKey.objects.select_for_update().exclude(wrapped=None):
        wrapped = renewed("wrap", bytes(row.wrapped or b""), _label(row.purpose, row.month))
        if wrapped is not None:
            row.wrapped = wrapped
            row.save(update_fields=["wrapped"])
            n_renewed += 1
    return n_renewed


def n_closed_month_keys() -> int:
    """How many months' keys no listed SECRET_KEY opens."""
    n_closed = 0
    for row in DataKey.objects.exclude(wrapped=None):
        try:
            decrypted("wrap", bytes(row.wrapped or b""), _label(row.purpose, row.month))
        except UnsealError:
            n_closed += 1
    return n_closed
