"""The office's signing key: made once, kept in the state folder, readable by its owner alone."""

import os
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.utils.translation import gettext as _

FILE = "office-signing-key"
SEED_BYTES = 32


class KeyUnusableError(RuntimeError):
    """The stored key cannot be used; carries the sentence why."""


def key_path() -> Path:
    return Path(settings.STATE_DIR) / FILE


def office_key() -> Ed25519PrivateKey:
    """The key of this installation; made at its first use."""
    path = key_path()
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        _make(path)
    text = path.read_text(encoding="ascii").strip()
    try:
        seed = bytes.fromhex(text)
    except ValueError as error:
        raise KeyUnusableError(_("The signing key in {path} is damaged.").format(path=path)) from error
    if len(seed) != SEED_BYTES:
        raise KeyUnusableError(_("The signing key in {path} is damaged.").format(path=path))
    return Ed25519PrivateKey.from_private_bytes(seed)


def _make(path: Path) -> None:
    """Write a fresh key whole or not at all; of two who try at once, one wins."""
    part = path.with_name(f".{FILE}.{os.getpid()}")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(os.urandom(SEED_BYTES).hex() + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(part, path)
    except FileExistsError:
        pass
    finally:
        part.unlink()


def public_key() -> str:
    """The public key in hexadecimal, as it is published."""
    return office_key().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def sign(message: bytes) -> bytes:
    return office_key().sign(message)


def is_signed(key: bytes, message: bytes, signature: bytes) -> bool:
    """The same verdict as the verifier's own, by the cryptography library."""
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
