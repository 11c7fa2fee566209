"""Receipt codes, and the Merkle tree over a day's receipts (hashing as in RFC 6962)."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence

from surveys.core.sealing import derived_key, keyed_hash

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 10
GROUPS = (4, 8)
MISREAD = str.maketrans("OIL", "011")
SEPARATORS = re.compile(r"[\s\-–—]+")
CODE = re.compile(f"^[{ALPHABET}]{{{LENGTH}}}$")

Step = tuple[str, str]
"""One step of a proof: the side the neighbour stands on ("left" or "right") and its hash."""


def _spelt(number: int) -> str:
    letters = "".join(ALPHABET[(number >> (5 * place)) & 31] for place in range(LENGTH))
    first, second = GROUPS
    return f"{letters[:first]}-{letters[first:second]}-{letters[second:]}"


def receipt_code(token: str, once: str) -> str:
    """A code such as 7K3P-9QX2-M4.

    With `once`, a value only the resident's own page holds, the same page sent twice gives the same code;
    nothing the server keeps can make that code again.
    """
    if not once:
        return _spelt(secrets.randbits(5 * LENGTH))
    mac = hmac.digest(derived_key("receipt"), f"{token}|{once}".encode(), "sha256")
    return _spelt(int.from_bytes(mac[:8], "big"))


def normal_code(typed: str) -> str:
    """The code as we write it, whatever a person typed; empty when it cannot be one."""
    letters = SEPARATORS.sub("", typed).upper().translate(MISREAD)
    if not CODE.match(letters):
        return ""
    first, second = GROUPS
    return f"{letters[:first]}-{letters[first:second]}-{letters[second:]}"


def receipt_hash(code: str) -> str:
    """What the database holds of a receipt."""
    return keyed_hash("receipt", normal_code(code))


def leaf_of(hashed: str) -> str:
    """The leaf a receipt becomes in its day's tree."""
    return hashlib.sha256(b"\x00" + hashed.encode()).hexdigest()


def _node(left: str, right: str) -> str:
    return hashlib.sha256(b"\x01" + bytes.fromhex(left) + bytes.fromhex(right)).hexdigest()


def _next_row(row: Sequence[str]) -> list[str]:
    above = [_node(row[place], row[place + 1]) for place in range(0, len(row) - 1, 2)]
    return above + ([row[-1]] if len(row) % 2 else [])


def merkle_root(leaves: Sequence[str]) -> str:
    """The root over leaves in ascending order, which tells nothing of the order in which people rated."""
    row = sorted(leaves)
    if not row:
        return hashlib.sha256(b"").hexdigest()
    while len(row) > 1:
        row = _next_row(row)
    return row[0]


def merkle_path(leaves: Sequence[str], leaf: str) -> list[Step]:
    """The neighbours that lead from the leaf to the root; ValueError when the leaf is not among them."""
    row = sorted(leaves)
    place = row.index(leaf)
    path: list[Step] = []
    while len(row) > 1:
        neighbour = place ^ 1
        if neighbour < len(row):
            path.append(("left" if neighbour < place else "right", row[neighbour]))
        row, place = _next_row(row), place // 2
    return path


def leads_to(leaf: str, path: Sequence[Step], root: str) -> bool:
    """Say whether the path carries the leaf to the root."""
    at = leaf
    for side, neighbour in path:
        at = _node(neighbour, at) if side == "left" else _node(at, neighbour)
    return at == root
