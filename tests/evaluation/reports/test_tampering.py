"""Whatever is changed in the published packages of the demonstration is detected, and its place is named.

The demonstration is built and packed by the product's own commands, with every workbook, chart and table.
"""

import os
import random
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from evaluation.reports.package import canon
from evaluation.reports.package.proof import MANIFEST, SIGNATURE, head_of
from evaluation.reports.verify import verify_package
from tests.evaluation.site.installation import Installation, installation

pytestmark = [pytest.mark.prove, pytest.mark.data]
CYCLES = ("nyc-2026", "sample-2026h1")
PLACE = re.compile(r"byte \d+|[a-z]+/[\w./-]+|manifest\.(json|sig)|README\.txt|verify\.py")
ROW = re.compile(r"^([\w./-]+), row (\d+): ")
TABLES = (".csv", ".json")
N_BYTES, N_ROWS, N_CUTS, N_ALONE, N_LOGS = 1000, 150, 60, 8, 4


@dataclass(frozen=True)
class Published:
    """The demonstration as strangers get it: packages, verifiers, heads of the log; and the office's own state."""

    office: Installation
    folder: Path

    def file(self, cycle: str, ending: str) -> bytes:
        return (self.folder / f"{cycle}-package{ending}").read_bytes()


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Published]:
    state, folder = tmp_path_factory.mktemp("office"), tmp_path_factory.mktemp("published")
    office = installation(state, DEMO="1", SECRET_KEY="a key for the packages that are tampered with here")
    for words in (
        ("migrate", "--verbosity", "0"),
        ("demo", "all"),
        *(("report", cycle, "--kind", "package", "--to", str(folder)) for cycle in CYCLES),
    ):
        done = office.manage(*words)
        assert done.returncode == 0, done.stderr[-3000:]
    yield Published(office, folder)
    shutil.rmtree(state, ignore_errors=True)


def undetected(content: bytes, variants: Iterator[bytes]) -> list[str]:
    """What the verifier says of changed packages without naming a place, and of those it lets pass."""
    wrong = []
    for changed in variants:
        assert changed != content
        text, is_good = verify_package(changed)
        if is_good or not PLACE.search(text):
            wrong.append(text)
    return wrong


def byte_changes(content: bytes, dice: random.Random) -> Iterator[bytes]:
    for _ in range(N_BYTES):
        place, change = dice.randrange(len(content)), dice.randrange(1, 256)
        yield content[:place] + bytes([content[place] ^ change]) + content[place + 1 :]


def cuts(content: bytes, dice: random.Random) -> Iterator[bytes]:
    for _ in range(N_CUTS):
        yield content[: dice.randrange(1, len(content))]


Change = Callable[[list[bytes], random.Random], tuple[list[bytes], int]]


def without_a_row(rows: list[bytes], dice: random.Random) -> tuple[list[bytes], int]:
    """The rows less one, and the first place at which they differ."""
    at = dice.randrange(len(rows))
    return rows[:at] + rows[at + 1 :], at


def reordered(rows: list[bytes], dice: random.Random) -> tuple[list[bytes], int]:
    """The rows with two exchanged, and the place of the first."""
    a, b = sorted(dice.sample(range(len(rows)), 2))
    changed = list(rows)
    changed[a], changed[b] = rows[b], rows[a]
    return changed, a


@pytest.mark.parametrize("cycle", CYCLES)
def test_the_published_package_is_whole_and_passes(published: Published, cycle: str) -> None:
    content = published.file(cycle, ".zip")
    names = canon.read(content)
    for part in ("workbook/", "charts/zh-hant/", "opendata/en/", "scoring/", "data/", "edition/"):
        assert any(name.startswith(part) for name in names), part
    text, is_good = verify_package(content, head=published.file(cycle, "-head.json"))
    assert is_good, text
    assert "everything agrees" in text


@pytest.mark.parametrize("cycle", CYCLES)
def test_a_thousand_changed_bytes_and_every_cut_are_detected_and_named(
    published: Published, cycle: str
) -> None:
    content = published.file(cycle, ".zip")
    dice = random.Random(cycle)
    assert undetected(content, byte_changes(content, dice)) == []
    assert undetected(content, cuts(content, dice)) == []


@pytest.mark.parametrize("change", [without_a_row, reordered])
@pytest.mark.parametrize("cycle", CYCLES)
def test_rows_taken_out_or_moved_are_detected_and_the_first_is_named(
    published: Published, cycle: str, change: Change
) -> None:
    files = canon.read(published.file(cycle, ".zip"))
    tables = [
        name for name, data in files.items()
        if name.endswith(TABLES) and name not in {MANIFEST, SIGNATURE, "edition/pages.json"} and data.count(b"\n") > 2
    ]  # fmt: skip
    dice = random.Random(cycle)
    for _ in range(N_ROWS):
        name = dice.choice(tables)
        rows = files[name].split(b"\n")
        changed, first = change(rows, dice)
        if changed == rows:
            continue
        text, is_good = verify_package(canon.write(files | {name: b"\n".join(changed)}))
        found = ROW.match(text)
        assert not is_good
        assert found is not None, text
        assert found[1] == name
        # equal rows in a row: the first that differs may stand further down
        told = next(i for i, row in enumerate(rows) if i >= len(changed) or changed[i] != row)
        assert int(found[2]) == told + 1 >= first + 1


@pytest.mark.parametrize("cycle", CYCLES)
def test_files_taken_out_are_detected_and_named(published: Published, cycle: str) -> None:
    files = canon.read(published.file(cycle, ".zip"))
    dice = random.Random(cycle)
    for name in dice.sample(sorted(files), 25):
        text, is_good = verify_package(canon.write({key: data for key, data in files.items() if key != name}))
        assert not is_good
        assert name in text


@pytest.mark.parametrize("cycle", CYCLES)
def test_the_verifier_alone_with_numpy_says_the_same(
    published: Published, cycle: str, tmp_path: Path
) -> None:
    """Another process in an empty environment with Python and numpy and nothing else."""
    alone, site = tmp_path / "only", Path(np.__file__).resolve().parent.parent
    alone.mkdir()
    for name in ("numpy", "numpy.libs"):
        if (site / name).exists():
            (alone / name).symlink_to(site / name)
    (tmp_path / "verify.py").write_bytes(published.file(cycle, "-verify.py"))
    (tmp_path / "head.json").write_bytes(published.file(cycle, "-head.json"))
    content = published.file(cycle, ".zip")
    key = head_of(published.file(cycle, "-head.json"))["key"]

    def run(package: bytes, *words: str) -> subprocess.CompletedProcess[str]:
        (tmp_path / "package.zip").write_bytes(package)
        return subprocess.run(
            [str(Path(sys.executable).resolve()), "-S", "-P", "verify.py", "package.zip", "--key", key, *words],
            cwd=tmp_path, capture_output=True, text=True, check=False,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(alone), "PYTHONDONTWRITEBYTECODE": "1"},
        )  # fmt: skip

    good = run(content, "--head", "head.json")
    assert good.returncode == 0, good.stderr
    assert "everything agrees" in good.stdout
    dice = random.Random(f"alone {cycle}")
    for changed in (*_few(byte_changes(content, dice)), *_few(cuts(content, dice))):
        wrong = run(changed)
        assert wrong.returncode == 1
        assert PLACE.search(wrong.stderr), wrong.stderr
        assert wrong.stderr.strip() == f"package.zip: {verify_package(changed, key=key)[0]}"
    (tmp_path / "head.json").write_bytes(
        published.file(cycle, "-head.json").replace(b'"number":', b'"number":1', 1)
    )
    assert "its signature does not fit" in run(content, "--head", "head.json").stderr


def _few(variants: Iterator[bytes]) -> list[bytes]:
    return [next(variants) for _ in range(N_ALONE)]


def test_a_log_cut_off_anywhere_is_detected_and_the_entry_named(published: Published, tmp_path: Path) -> None:
    """The chain is shortened in the database itself, its guards taken away, and looked at through the command."""
    cycle = CYCLES[0]
    number = head_of(published.file(cycle, "-head.json"))["log"]["number"]
    dice = random.Random("log")
    for at, kept in enumerate(sorted(dice.sample(range(1, number), N_LOGS))):
        folder = tmp_path / str(at)
        shutil.copytree(published.office.folder, folder)
        with closing(sqlite3.connect(folder / "database.sqlite3")) as database, database:
            guards = database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
            for (name,) in guards:
                database.execute(f'DROP TRIGGER "{name}"')
            database.execute("DELETE FROM core_logentry WHERE number > ?", (kept,))
            last = database.execute("SELECT hash FROM core_logentry WHERE number = ?", (kept,)).fetchone()[0]
            database.execute("UPDATE core_chainhead SET number = ?, hash = ?", (kept, last))
        cut = installation(folder, **published.office.more)
        done = cut.manage(
            "verify", str(published.folder / f"{cycle}-package.zip"),
            "--head", str(published.folder / f"{cycle}-package-head.json"),
        )  # fmt: skip
        assert done.returncode != 0
        assert f"entry {number} was cut off" in done.stdout + done.stderr
