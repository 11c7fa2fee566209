"""Fingerprints of a run as its edition may tell them: sealed where the edition holds something back.

Whoever knows all but a few small counts could try them out against a plain digest of the inputs. Such an edition
therefore tells the digest of a salt and the digest; the salt lies in the audit package, which opens the seal.
"""

import hashlib
from collections.abc import Mapping

from evaluation.rankings.cells import Cell
from evaluation.rankings.disclosure import Release
from evaluation.rankings.frozen_levels import units_kept_back
from evaluation.rankings.models import Run
from surveys.core.sealing import keyed_hash

SEALED = ("input_digest", "result_digest")


def salt_of(run: Run) -> str:
    """64 hexadecimal digits that nobody without the installation's key can make."""
    return keyed_hash("fingerprint", run.input_digest)


def sealed(digest: str, salt: str) -> str:
    """SHA-256 of salt and digest, both as hexadecimal text."""
    return hashlib.sha256(f"{salt}{digest}".encode()).hexdigest()


def is_told_whole(
    allowed: Release, small: Mapping[str, object], cells: Mapping[str, Mapping[str, Cell]]
) -> bool:
    """Whether an edition tells every figure exactly: nothing left out, rounded or kept back."""
    told = (cell for column in cells.values() for cell in column.values())
    return not small and allowed.counted <= allowed.exact_errors and not units_kept_back(told)


def told_fingerprints(run: Run, *, is_whole: bool) -> dict[str, str]:
    """The digests of inputs and result: plain where everything is told (`is_whole`), else sealed."""
    plain = {name: str(getattr(run, name)) for name in SEALED}
    if is_whole:
        return plain
    salt = salt_of(run)
    return {name: sealed(digest, salt) for name, digest in plain.items()}
