"""Canonical JSON and SHA-256 digests: equal content gives equal bytes on every machine and database."""

import datetime as dt
import hashlib
import json
import uuid
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise


def plain(value: object) -> Any:
    """What JSON lacks, as text: decimals as written, times in ISO 8601 with offset."""
    if isinstance(value, Decimal | uuid.UUID | Promise):
        return str(value)
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat() if value.tzinfo else value.isoformat()
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return hashlib.sha256(value).hexdigest()
    if isinstance(value, frozenset | set):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} has no canonical JSON")


def canonical_json(value: object) -> bytes:
    """UTF-8 JSON with sorted keys, no spaces, shortest float digits; NaN and infinity are refused."""
    text = json.dumps(
        value, default=plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    return text.encode()


def digest(value: object) -> str:
    """SHA-256 of the canonical JSON, in hexadecimal."""
    return hashlib.sha256(canonical_json(value)).hexdigest()


def file_digest(content: bytes) -> str:
    """SHA-256 of a file's bytes, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()
