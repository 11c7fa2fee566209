"""Tokens of invitations: 128 random bits, made from a nonce by the installation's key, never stored."""

import base64
import hmac
import secrets

from surveys.core.sealing import derived_key, keyed_hash

NONCE_BYTES = 16
TOKEN_BYTES = 16
PURPOSE = "token"


def new_nonce() -> bytes:
    """Sixteen bytes from the system's generator."""
    return secrets.token_bytes(NONCE_BYTES)


def token_of(nonce: bytes) -> str:
    """The token that belongs to a nonce: 22 characters of base64url, so /r/<token> has 25."""
    mac = hmac.digest(derived_key(PURPOSE), bytes(nonce), "sha256")[:TOKEN_BYTES]
    return base64.urlsafe_b64encode(mac).rstrip(b"=").decode()


def token_hash(token: str) -> str:
    """What the database holds of a token: enough to find it, not enough to make it."""
    return keyed_hash(PURPOSE, token)
