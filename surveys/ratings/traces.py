"""Facts about a rating that only screening needs, sealed so that a copy of the database does not tell them."""

import datetime as dt
import json
import os
from dataclasses import asdict, dataclass

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from surveys.core.sealing import derived_key, keyed_hash

BIN_MINUTES = 5
NONCE_BYTES = 12
SIZE = 320
PURPOSE = "trace"


@dataclass(frozen=True)
class TraceFacts:
    """What the door noticed: keyed hashes of device and network, bad first taps taken back."""

    device: str = ""
    network: str = ""
    n_bad_first_taps: int = 0


@dataclass(frozen=True)
class Traced:
    """A trace as screening reads it: the 5-minute bin, seconds since completion, the hashes."""

    bin_at: str
    seconds: int | None
    device: str
    network: str
    n_bad_first_taps: int


def hashed(kind: str, value: str, day: dt.date) -> str:
    """A keyed hash that changes every day, so that devices cannot be followed from one day to the next."""
    return keyed_hash(f"{kind}/{day:%Y-%m-%d}", value)[:32] if value else ""


def bin_of(moment: dt.datetime) -> dt.datetime:
    """The beginning of the moment's 5-minute bin."""
    return moment.replace(minute=moment.minute - moment.minute % BIN_MINUTES, second=0, microsecond=0)


def seal_trace(facts: TraceFacts, *, now: dt.datetime, finished_at: dt.datetime | None) -> bytes:
    """Encrypt the facts with the time they need; every trace has the same length."""
    seconds = None if finished_at is None else int((now - finished_at).total_seconds())
    moment = bin_of(now.astimezone(dt.UTC)).isoformat()
    traced = Traced(moment, seconds, facts.device, facts.network, facts.n_bad_first_taps)
    nonce = os.urandom(NONCE_BYTES)
    plain = json.dumps(asdict(traced)).encode().ljust(SIZE)
    return nonce + AESGCM(derived_key(PURPOSE)).encrypt(nonce, plain, None)


def open_trace(sealed: bytes) -> Traced:
    """Decrypt what `seal_trace` made."""
    body = bytes(sealed)
    plain = AESGCM(derived_key(PURPOSE)).decrypt(body[:NONCE_BYTES], body[NONCE_BYTES:], None)
    return Traced(**json.loads(plain))
