"""Facts about a rating that only screening needs, sealed so that a copy of the database does not tell them."""

import datetime as dt
import hmac
import json
from dataclasses import asdict, dataclass

from surveys.core.sealing import decrypted, encrypted, keyed_hash

BIN_MINUTES = 5
SIZE = 320
PURPOSE = "trace"
SIGNED = 22
ONCE = 64
MOST_SECONDS = 86_400
"""A page that lay open longer than a day tells nothing of who filled it in."""


@dataclass(frozen=True)
class TraceFacts:
    """What the door noticed: device, network, a bad first choice, seconds the page lay open (None: unknown)."""

    device: str = ""
    network: str = ""
    n_bad_first_taps: int = 0
    on_page: int | None = None


@dataclass(frozen=True)
class Traced:
    """A trace as screening reads it: the 5-minute bin, seconds since completion, the hashes, seconds on the page."""

    bin_at: str
    seconds: int | None
    device: str
    network: str
    n_bad_first_taps: int
    on_page: int | None = None


def hashed(kind: str, value: str, day: dt.date) -> str:
    """A keyed hash that changes every day, so that devices cannot be followed from one day to the next."""
    return keyed_hash(f"{kind}/{day:%Y-%m-%d}", value)[:32] if value else ""


def opened_mark(once: str, now: dt.datetime) -> str:
    """When a page was opened, signed for this page alone; the page carries it, nothing keeps it."""
    opened = int(now.timestamp())
    return f"{opened}.{_signature(opened, once)}"


def seconds_open(mark: str, once: str, now: dt.datetime) -> int | None:
    """Whole seconds since the page was opened; None for a mark that is missing, forged or older than a day."""
    digits, _dot, signature = mark.partition(".")
    if not mark.isascii() or not digits.isdecimal() or len(digits) > SIGNED:
        return None
    opened = int(digits)
    if digits != str(opened) or not hmac.compare_digest(_signature(opened, once), signature):
        return None
    seconds = int(now.timestamp()) - opened
    return seconds if 0 <= seconds <= MOST_SECONDS else None


def _signature(opened: int, once: str) -> str:
    return keyed_hash("opened", f"{opened}|{once[:ONCE]}")[:SIGNED]


def bin_of(moment: dt.datetime) -> dt.datetime:
    """The beginning of the moment's 5-minute bin."""
    return moment.replace(minute=moment.minute - moment.minute % BIN_MINUTES, second=0, microsecond=0)


def seal_trace(facts: TraceFacts, *, now: dt.datetime, finished_at: dt.datetime | None) -> bytes:
    """Encrypt the facts with the time they need; every trace has the same length."""
    seconds = None if finished_at is None else int((now - finished_at).total_seconds())
    moment = bin_of(now.astimezone(dt.UTC)).isoformat()
    traced = Traced(moment, seconds, facts.device, facts.network, facts.n_bad_first_taps, facts.on_page)
    return encrypted(PURPOSE, json.dumps(asdict(traced)).encode().ljust(SIZE))


def open_trace(sealed: bytes) -> Traced:
    """Decrypt what `seal_trace` made."""
    return Traced(**json.loads(decrypted(PURPOSE, bytes(sealed))))
