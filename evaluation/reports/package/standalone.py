"""The command line of the verifier that travels with every package; `assemble` makes it one file."""

import argparse
import importlib
import sys
import tempfile
from pathlib import Path
from typing import Any

from evaluation.reports.package.canon import check, read
from evaluation.reports.package.ed25519 import verify
from evaluation.reports.package.faults import ProofFailedError, sha256
from evaluation.reports.package.proof import Asked, Tools, describe, prove

ENGINE: dict[str, str] = {}
"""Digests of the only engine this verifier runs, by file; `assemble` writes them in."""


def _engine(content: bytes, folder: Path) -> None:
    """Lay out the scoring engine of the package; another than the verifier was made with is never run."""
    found = {name: text for name, text in read(content).items() if name.startswith("scoring/")}
    for name in sorted(set(ENGINE) | set(found)):
        if name not in found:
            raise ProofFailedError(f"{name} is missing")
        if sha256(found[name]) != ENGINE.get(name):
            raise ProofFailedError(
                f"{name}: not of the engine that this verifier was made with; it is not run"
            )
    for name, text in found.items():
        place = folder / name
        place.parent.mkdir(exist_ok=True)
        place.write_bytes(text)
    sys.path.insert(0, str(folder))


def _score(scheme: Any, data: Any) -> dict[str, Any]:
    """The engine's results for the scheme and table of the package."""
    files, schemes = importlib.import_module("scoring.files"), importlib.import_module("scoring.schemes")
    recipe, outputs = importlib.import_module("scoring.recipe"), importlib.import_module("scoring.outputs")
    parsed = schemes.scheme_from_json(scheme)
    result = recipe.evaluate(files.table_from_json(data, parsed, "data/table.json"), parsed)
    found: dict[str, Any] = outputs.score_document(result, scheme, draws=20)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description="Checks a package of the evaluation office.")
    parser.add_argument("package")
    parser.add_argument("--key", default="", help="the public key as the office publishes it")
    parser.add_argument("--figure", default="", help="show the passport of one figure")
    parser.add_argument("--receipt", default="", help="a resident's proof: is the receipt among the day's?")
    parser.add_argument(
        "--head", default="", help="the signed head of the log that stands beside the package"
    )
    options = parser.parse_args()
    names = (options.package, options.receipt, options.head)
    try:
        content, receipt, head = (Path(name).read_bytes() if name else b"" for name in names)
    except OSError as error:
        print(f"{error.filename}: cannot be read ({error.strerror})", file=sys.stderr)
        return 2
    asked = Asked(options.key, options.figure, receipt, head)
    with tempfile.TemporaryDirectory() as folder:

        def score(scheme: Any, data: Any) -> dict[str, Any]:
            _engine(content, Path(folder))
            return _score(scheme, data)

        try:
            found = prove(content, Tools(read, check, verify, score), asked)
        except ProofFailedError as error:
            print(f"{options.package}: {error}", file=sys.stderr)
            return 1
    print(describe(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
