"""What every check of a package shares: its one kind of fault, digests, and JSON that cannot break the reader."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any


class ProofFailedError(Exception):
    """What is wrong first: the file, and the row, byte, unit or figure in it."""


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def canonical(value: Any) -> bytes:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode()


def parsed(data: bytes, name: str) -> Any:
    """The JSON of a file; ProofFailedError where it is none, however deep it is nested."""
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        raise ProofFailedError(f"{name}: not JSON ({error})") from error


def load(files: Mapping[str, bytes], name: str) -> Any:
    if name not in files:
        raise ProofFailedError(f"{name} is missing")
    return parsed(files[name], name)
