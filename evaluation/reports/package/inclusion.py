"""Proves that a resident's receipt is in a day's Merkle root (hashing as in RFC 6962); standard library only."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

ROOTS = "data/receipts.csv"
HEAD = "day,root"


class InclusionError(ValueError):
    """A receipt's proof that does not hold; the message says what is wrong."""


def roots_csv(rows: Iterable[Mapping[str, str]]) -> bytes:
    """The days of an edition with the root over each day's receipts."""
    return "\n".join([HEAD, *(f"{row['day']},{row['root']}" for row in rows), ""]).encode()


def roots_of(data: bytes) -> dict[str, str]:
    """Root by day, as `roots_csv` wrote them."""
    lines = data.decode("ascii").split("\n")
    return dict(line.split(",", 1) for line in lines[1:] if "," in line)


def root_over(leaf: str, path: Sequence[Sequence[str]]) -> str:
    """Where the neighbours on the path, each on its side, lead from the leaf."""
    at = bytes.fromhex(leaf)
    for side, neighbour in path:
        if side not in {"left", "right"}:
            raise ValueError(side)
        pair = bytes.fromhex(neighbour) + at if side == "left" else at + bytes.fromhex(neighbour)
        at = hashlib.sha256(b"\x01" + pair).digest()
    return at.hex()


def included(proof: bytes, roots: Mapping[str, str]) -> str:
    """A sentence that the receipt counts among the day's; InclusionError where its proof does not show that."""
    try:
        told: Any = json.loads(proof)
        day, leaf, path = told["day"], told["leaf"], told["path"]
        found = root_over(leaf, path)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise InclusionError("the receipt's proof cannot be read") from error
    if not isinstance(day, str) or day not in roots:
        raise InclusionError(f"{ROOTS} has no root for {day}, the day of the receipt")
    if found != roots[day]:
        raise InclusionError(f"the receipt's path leads to {found}, {ROOTS} has {roots[day]} for {day}")
    return f"the receipt is one of those of {day}"
