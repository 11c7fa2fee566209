"""Packages somebody else made and signed: refused in one sentence, and nothing in them is run."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from evaluation.rankings.models import Edition
from evaluation.reports.package import assemble, canon
from evaluation.reports.package.faults import canonical, sha256
from evaluation.reports.package.proof import MANIFEST, SIGNATURE
from evaluation.reports.verify import verify_package
from tests.evaluation.reports.packages import PUBLIC, head_beside, small_files, small_package

pytestmark = pytest.mark.django_db
FORGER = Ed25519PrivateKey.from_private_bytes(b"\7" * 32)
FORGER_PUBLIC = FORGER.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()
DEEP = b"[" * 200_000


def forged(files: dict[str, bytes], change: Callable[[Any], object] = lambda _manifest: None) -> bytes:
    """The files as a forger signs them."""
    manifest = json.loads(files[MANIFEST]) | {"key": FORGER_PUBLIC}
    manifest["files"] = {
        name: {"sha256": sha256(data), "size": len(data)}
        for name, data in files.items()
        if name not in (MANIFEST, SIGNATURE)
    }
    change(manifest)
    listed = canonical(manifest) + b"\n"
    signature = f"{FORGER_PUBLIC}\n{FORGER.sign(listed).hex()}\n".encode()
    return canon.write(files | {MANIFEST: listed, SIGNATURE: signature})


def test_a_signature_has_one_spelling(edition: Edition) -> None:
    """Hexadecimal with blanks or capitals says the same number; the package would have a second encoding."""
    files = small_files(edition)
    key, signature, _end = files[SIGNATURE].decode().split("\n")
    spellings = (
        f"{key}\n{signature[:4]} {signature[4:]}\n",
        f"{key[:2]} {key[2:]}\n{signature}\n",
        f"{key}\n{signature.upper()}\n",
        f"{key}\n{signature}\n\n",
        f"{key}\r\n{signature}\n",
    )
    for spelling in spellings:
        text, is_good = verify_package(canon.write(files | {SIGNATURE: spelling.encode()}))
        assert not is_good, spelling
        assert "the signature does not fit" in text


def test_the_head_has_one_spelling(edition: Edition) -> None:
    content = small_package(edition)
    head = head_beside(content, edition)
    assert verify_package(content, head=head)[1]
    line, signature, _end = head.split(b"\n")
    for spelling in (signature[:2] + b" " + signature[2:], signature.upper()):
        assert not verify_package(content, head=line + b"\n" + spelling + b"\n")[1]
    text, is_good = verify_package(content, head=DEEP)
    assert (is_good, text) == (False, "the head of the log cannot be read")


@pytest.mark.parametrize(
    "proof",
    [DEEP, b"null", b'{"day":[],"leaf":"00","path":[]}', b'{"day":"2026-05-04","leaf":"00","path":[["left"]]}'],
    ids=["deep", "null", "list", "short"],
)  # fmt: skip
def test_a_misshapen_receipt_is_refused_in_words(edition: Edition, proof: bytes) -> None:
    text, is_good = verify_package(small_package(edition), receipt=proof)
    assert not is_good
    assert "receipt" in text


CHANGES: dict[str, Callable[[Any], object]] = {
    "no edition": lambda manifest: manifest.pop("edition"),
    "edition is text": lambda manifest: manifest.update(edition="x"),
    "run is a list": lambda manifest: manifest.update(run=[]),
    "an entry is text": lambda manifest: manifest["files"].update({"data/table.csv": "x"}),
    "rows are a number": lambda manifest: manifest["files"]["data/table.csv"].update(rows=5, sha256="0"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_misshapen_manifest_is_refused_in_words(edition: Edition, change: Callable[[Any], object]) -> None:
    text, is_good = verify_package(forged(small_files(edition), change))
    assert not is_good
    assert "not built as packages are" in text


def test_a_manifest_nested_beyond_measure_is_refused_in_words(edition: Edition) -> None:
    text, is_good = verify_package(canon.write(small_files(edition) | {MANIFEST: DEEP}))
    assert not is_good
    assert text.startswith("manifest.json: not JSON")


@pytest.mark.parametrize("name", ["scoring/../../evil.py", "/evil.py", "a//b", "a\\b", "../evil"])
def test_names_that_lead_out_of_the_package_are_refused(edition: Edition, name: str) -> None:
    text, is_good = verify_package(forged(small_files(edition) | {name: b"print(1)\n"}))
    assert not is_good
    assert "is not a plain path" in text


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-P", "verify.py", *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_the_verifier_runs_no_engine_but_its_own(edition: Edition, tmp_path: Path) -> None:
    """Without the key to compare, a stranger's package is told by its engine before a line of it runs."""
    files = small_files(edition)
    (tmp_path / "verify.py").write_bytes(assemble.verifier())
    (tmp_path / "true.zip").write_bytes(canon.write(files))
    assert run(tmp_path, "true.zip", "--key", PUBLIC).returncode == 0
    trace = tmp_path / "ran"
    evil = f"open({str(trace)!r}, 'w').close()\n".encode()
    for changed in (
        {"scoring/recipe.py": evil + files["scoring/recipe.py"]},
        {"scoring/numbers.py": evil},
    ):
        (tmp_path / "forged.zip").write_bytes(forged(files | changed))
        found = run(tmp_path, "forged.zip")
        assert (found.returncode, trace.exists()) == (1, False)
        assert f"{next(iter(changed))}: not of the engine" in found.stderr
    fewer = {name: data for name, data in files.items() if name != "scoring/recipe.py"}
    (tmp_path / "forged.zip").write_bytes(forged(fewer))
    assert "scoring/recipe.py is missing" in run(tmp_path, "forged.zip").stderr
