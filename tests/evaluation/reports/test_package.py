"""Packages: one encoding, a true signature, and a verifier that names what is wrong first."""

import io
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.rankings.models import Edition
from evaluation.reports.package import assemble, canon, ed25519, signing
from evaluation.reports.package.proof import MANIFEST, SIGNATURE
from evaluation.reports.verify import verify_package
from surveys.ratings.queries import proof_document, receipt_proof
from tests.evaluation.reports.packages import CODES, PUBLIC, head_beside, resigned, small_files, small_package

pytestmark = pytest.mark.django_db
NAMES = st.from_regex(r"[abcz._09-]{1,5}(/[abcz._09-]{1,5}){0,2}", fullmatch=True).filter(
    lambda name: ".." not in name.split("/")
)
RFC_8032 = (
    ("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"),
    ("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"),
    ("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"),
)  # fmt: skip


NAMES_A_PLACE = re.compile(r"byte \d+|[a-z]+/[\w./-]+|manifest\.(json|sig)|README\.txt|verify\.py")


@pytest.mark.parametrize(("seed", "key", "message", "signature"), RFC_8032)
def test_ed25519_reproduces_the_vectors_of_rfc_8032(
    seed: str, key: str, message: str, signature: str
) -> None:
    secret, text = bytes.fromhex(seed), bytes.fromhex(message)
    assert ed25519.public_key(secret).hex() == key
    assert ed25519.sign(secret, text).hex() == signature
    assert ed25519.verify(bytes.fromhex(key), text, bytes.fromhex(signature))


def test_ed25519_agrees_with_the_library_and_refuses_second_encodings() -> None:
    dice = random.Random(8032)
    for _ in range(8):
        seed, message = dice.randbytes(32), dice.randbytes(dice.randrange(200))
        theirs = Ed25519PrivateKey.from_private_bytes(seed)
        key = theirs.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        signature = theirs.sign(message)
        assert ed25519.public_key(seed) == key
        assert ed25519.sign(seed, message) == signature
        assert ed25519.verify(key, message, signature)
        bad = bytearray(signature)
        bad[dice.randrange(64)] ^= 1 << dice.randrange(8)
        assert not ed25519.verify(key, message, bytes(bad))
        assert not ed25519.verify(key, message + b"x", signature)
        s = int.from_bytes(signature[32:], "little") + ed25519.L
        assert not ed25519.verify(key, message, signature[:32] + s.to_bytes(32, "little"))
    assert not ed25519.verify(b"\xff" * 32, b"", b"\0" * 64)


@given(st.dictionaries(NAMES, st.binary(max_size=60), min_size=1, max_size=6))
@settings(max_examples=60, deadline=None)
def test_canonical_zip_reads_back_and_every_other_encoding_is_refused(files: dict[str, bytes]) -> None:
    content = canon.write(files)
    assert canon.read(content) == dict(sorted(files.items()))
    canon.check(content, canon.read(content))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == sorted(files)
    with pytest.raises(canon.NotCanonicalError, match="byte"):
        canon.check(content + b"x", files)


def test_ordinary_zips_are_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", b"x" * 100)
    content = out.getvalue()
    with pytest.raises(canon.NotCanonicalError):
        canon.check(content, canon.read(content))
    with pytest.raises(canon.NotCanonicalError, match="byte 0: this is not a zip file"):
        canon.read(b"hello")


def test_a_true_package_passes_and_says_what_was_checked(edition: Edition) -> None:
    text, is_good = verify_package(small_package(edition), key=PUBLIC)
    assert is_good, text
    assert f"signed with key {PUBLIC}" in text
    assert "10 scores recomputed to 1e-9, 10 places and grades exactly" in text
    assert edition.digest in text


def test_another_key_is_refused(edition: Edition) -> None:
    text, is_good = verify_package(small_package(edition), key="ab" * 32)
    assert not is_good
    assert "not with the office's key" in text


def test_a_changed_score_is_found_by_recomputing_even_under_a_true_signature(edition: Edition) -> None:
    files = small_files(edition)
    results = json.loads(files["data/results.json"])
    at = results["units"].index("DSNY")
    results["scores"]["total"][at] += 1e-6
    files["data/results.json"] = json.dumps(results).encode()
    text, is_good = verify_package(resigned(files, edition))
    assert not is_good
    assert text.startswith("data/results.json: score of DSNY at total is")


def test_a_changed_place_is_found_by_recomputing(edition: Edition) -> None:
    files = small_files(edition)
    results = json.loads(files["data/results.json"])
    at = results["units"].index("DSNY")
    results["ranks"][at] = 4
    files["data/results.json"] = json.dumps(results).encode()
    text, _ = verify_package(resigned(files, edition))
    assert text == "data/results.json: place of DSNY is 4, recomputed 8"


def test_a_changed_page_has_another_fingerprint(edition: Edition) -> None:
    files = small_files(edition)
    pages = json.loads(files["edition/pages.json"])
    pages["ranking"][0]["names"]["en"] = "Somebody else"
    files["edition/pages.json"] = json.dumps(pages).encode()
    text, is_good = verify_package(resigned(files, edition))
    assert not is_good
    assert "is not the edition's" in text


def edited(files: dict[str, bytes], name: str, change) -> str:
    lines = files[name].split(b"\n")
    text, is_good = verify_package(canon.write(files | {name: b"\n".join(change(lines))}))
    assert not is_good
    return text


def test_rows_changed_taken_out_moved_or_added_are_named(edition: Edition) -> None:
    files = small_files(edition)
    name = "data/table.csv"
    assert edited(files, name, lambda rows: [*rows[:4], rows[4] + b"0", *rows[5:]]) == (
        f"{name}, row 5: changed, moved or taken out"
    )
    assert (
        edited(files, name, lambda rows: rows[:3] + rows[4:]) == f"{name}, row 4: changed, moved or taken out"
    )
    assert edited(files, name, lambda rows: [*rows[:2], rows[3], rows[2], *rows[4:]]) == (
        f"{name}, row 3: changed, moved or taken out"
    )
    assert "rows were added or cut off" in edited(files, name, lambda rows: [*rows, b"x"])
    assert "rows were added or cut off" in edited(files, name, lambda rows: rows[:-1])


def test_files_missing_added_or_renamed_are_named(edition: Edition) -> None:
    files = small_files(edition)
    without = {k: v for k, v in files.items() if k != "data/inputs.json"}
    assert verify_package(canon.write(without)) == ("data/inputs.json is missing", False)
    assert verify_package(canon.write(files | {"data/more.csv": b""})) == (
        "data/more.csv is not in the manifest", False,
    )  # fmt: skip
    for name in (MANIFEST, SIGNATURE):
        text, is_good = verify_package(canon.write({k: v for k, v in files.items() if k != name}))
        assert not is_good
        assert name in text


def mutations(content: bytes, n: int, seed: int) -> list[str]:
    """What the verifier says of packages with one byte changed; an empty text where it saw nothing."""
    dice = random.Random(seed)
    said = []
    for _ in range(n):
        place, change = dice.randrange(len(content)), dice.randrange(1, 256)
        bad = content[:place] + bytes([content[place] ^ change]) + content[place + 1 :]
        text, is_good = verify_package(bad)
        said.append("" if is_good else text)
    return said


def test_single_byte_changes_are_all_detected_and_named(edition: Edition) -> None:
    said = mutations(small_package(edition), 120, 1)
    assert [text for text in said if not NAMES_A_PLACE.search(text)] == []


@pytest.mark.prove
def test_a_thousand_single_byte_changes_are_all_detected_and_named(edition: Edition) -> None:
    content = small_package(edition)
    said = mutations(content, 1000, 2)
    assert [text for text in said if not NAMES_A_PLACE.search(text)] == []
    for place in range(len(content) - 4000, len(content), 7):
        bad = content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]
        assert not verify_package(bad)[1], place
    for cut in range(1, len(content), len(content) // 60):
        assert not verify_package(content[:cut])[1], cut


def is_open(path: Path) -> bool:
    """Whether every other user of this machine may read it."""
    return all(folder.stat().st_mode & 0o005 == 0o005 for folder in (path, *path.parents))


@pytest.fixture
def elsewhere() -> Iterator[Path]:
    """A folder that any user may enter."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


def test_stand_alone_verifier_agrees_with_nothing_but_numpy(edition: Edition, elsewhere: Path) -> None:
    """Another process, an empty environment, no package but numpy; another user where we may be one."""
    content = small_package(edition)
    (elsewhere / "package.zip").write_bytes(content)
    (elsewhere / "verify.py").write_bytes(assemble.verifier())
    bad = content.replace(b"Department of Sanitation", b"Department of sanitation", 1)
    (elsewhere / "bad.zip").write_bytes(bad)
    found = receipt_proof(CODES[5])
    assert found is not None
    (elsewhere / "receipt.json").write_bytes(proof_document(found))
    (elsewhere / "head.json").write_bytes(head_beside(content, edition))
    alone, site = elsewhere / "only", Path(np.__file__).resolve().parent.parent
    alone.mkdir()
    for name in ("numpy", "numpy.libs"):
        if (site / name).exists():
            (alone / name).symlink_to(site / name)
    clean = {"PATH": os.environ["PATH"], "PYTHONPATH": str(alone), "PYTHONDONTWRITEBYTECODE": "1"}
    own = Path(sys.executable).resolve()
    python = next(
        (path for path in (own, Path("/usr/bin", own.name)) if path.exists() and is_open(path)), own
    )
    is_other = os.geteuid() == 0 and is_open(python) and is_open(site)

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = [str(python), "-S", "-P", "verify.py", *words]
        return subprocess.run(
            command, cwd=elsewhere, env=clean, capture_output=True, text=True, check=False,
            user="nobody" if is_other else None, group="nogroup" if is_other else None,
        )  # fmt: skip

    good = run(
        "package.zip", "--key", PUBLIC, "--figure", "nyc-2026.DSNY.total.rank", "--receipt", "receipt.json",
        "--head", "head.json",
    )  # fmt: skip
    assert good.returncode == 0, good.stderr
    for words in ("everything agrees", "the receipt is one of those", "the log ended with entry"):
        assert words in good.stdout
    assert '"code": "nyc-2026.DSNY.total.rank"' in good.stdout
    wrong = run("bad.zip")
    assert wrong.returncode == 1
    assert "row" in wrong.stderr
    assert run("nothing.zip").returncode == 2
    text = assemble.verifier().decode()
    assert "django" not in text
    assert "evaluation" not in text.replace("the evaluation office", "")


def test_the_office_key_is_made_once_and_kept_from_others(settings, tmp_path: Path) -> None:
    settings.STATE_DIR = str(tmp_path / "state")
    first = signing.public_key()
    assert signing.public_key() == first
    assert signing.key_path().stat().st_mode & 0o777 == 0o600
    assert signing.is_signed(bytes.fromhex(first), b"text", signing.sign(b"text"))
    signing.key_path().write_text("damaged")
    with pytest.raises(signing.KeyUnusableError, match="is damaged"):
        signing.public_key()


def test_two_packages_of_one_edition_are_byte_identical(edition: Edition) -> None:
    assert small_package(edition) == small_package(Edition.objects.get(pk=edition.pk))
