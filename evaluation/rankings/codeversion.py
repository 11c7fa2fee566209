"""Which code computed a run: the product's version and a digest of the scoring sources."""

import hashlib
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import scoring

PRODUCT = "service-evaluation"


@lru_cache(maxsize=1)
def code_version() -> str:
    """For example 0.1.0+scoring.1a2b3c4d5e6f: the same sources give the same text on every machine."""
    try:
        release = version(PRODUCT)
    except PackageNotFoundError:
        release = "0.1.0"
    found = hashlib.sha256()
    for path in sorted(Path(scoring.__file__).parent.glob("*.py")):
        found.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return f"{release}+scoring.{found.hexdigest()[:12]}"
