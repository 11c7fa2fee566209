"""Packages for tests: of a published edition, with its data and proof but without pictures and workbooks."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from evaluation.rankings.models import Edition
from evaluation.reports.package import canon, contents
from evaluation.reports.queries import withheld_of

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def small_files(edition: Edition) -> dict[str, bytes]:
    files = contents.data_files(edition, withheld_of(edition.run, edition.pages))
    return contents.signed(edition, files, key=PUBLIC, signature_of=KEY.sign)


def small_package(edition: Edition) -> bytes:
    return canon.write(small_files(edition))
