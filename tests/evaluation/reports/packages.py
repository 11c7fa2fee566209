"""Packages for tests: of a published edition, with its data and proof but without pictures and workbooks."""

import datetime as dt

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from evaluation.rankings.models import Edition
from evaluation.reports.package import canon, contents
from evaluation.reports.package.faults import canonical, sha256
from evaluation.reports.package.proof import MANIFEST, SIGNATURE
from evaluation.reports.package.proof import PUBLIC as PUBLIC_KIND
from evaluation.reports.queries import withheld_of
from surveys.core.models import ChainHead
from surveys.ratings.receipts import leaf_of, receipt_code, receipt_hash

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


DAY = dt.date(2026, 5, 4)
CODES = tuple(receipt_code("", "") for _ in range(13))


def leaves() -> list[str]:
    """The receipts of that day as leaves of its tree."""
    return [leaf_of(receipt_hash(code)) for code in CODES]


def small_files(edition: Edition) -> dict[str, bytes]:
    files = contents.data_files(edition, withheld_of(edition.run, edition.pages))
    return contents.signed(edition, files, key=PUBLIC, signature_of=KEY.sign)


def small_package(edition: Edition) -> bytes:
    return canon.write(small_files(edition))


def resigned(files: dict[str, bytes], edition: Edition, kind: str = PUBLIC_KIND) -> bytes:
    """A package somebody changed and signed again with the true key: only recomputing can tell."""
    plain = {k: v for k, v in files.items() if k not in (MANIFEST, SIGNATURE)}
    listed = contents.manifest(edition, plain, PUBLIC, kind)
    return canon.write(
        plain | {MANIFEST: listed, SIGNATURE: f"{PUBLIC}\n{KEY.sign(listed).hex()}\n".encode()}
    )


def head_beside(content: bytes, edition: Edition, **changes: object) -> bytes:
    """The signed head of the log as it is kept beside a package."""
    head = ChainHead.objects.get(pk=1)
    log = {"number": head.number, "hash": head.hash} | changes
    told = canonical({"package": sha256(content), "edition": edition.digest, "key": PUBLIC, "log": log})
    return told + b"\n" + KEY.sign(told).hex().encode() + b"\n"
