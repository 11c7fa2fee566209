"""The same fixture, clock and key give the same bytes on SQLite and on PostgreSQL; the log's head travels apart."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.paths import ROOT
from tests.served import postgres_database

pytestmark = [pytest.mark.prove, pytest.mark.postgres]
APART = "-head.json"


def built(folder: Path, url: str) -> dict[str, bytes]:
    """Every file of the edition as one database gives it."""
    base = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG", "TZ"}}
    own = {
        "STATE_DIR": str(folder / "state"),
        "DATABASE_URL": url,
        "SECRET_KEY": "one fixture for two databases, one fixture for two databases",
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-m", "tests.evaluation.reports.buildfiles", str(folder / "files")]
    done = subprocess.run(command, cwd=ROOT, env=base | own, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return {path.name: path.read_bytes() for path in sorted((folder / "files").iterdir())}


def test_both_databases_give_the_same_bytes(tmp_path: Path) -> None:
    light = built(tmp_path / "light", f"sqlite:///{tmp_path / 'light.sqlite3'}")
    with postgres_database() as url:
        heavy = built(tmp_path / "heavy", url)
    assert sorted(light) == sorted(heavy)
    assert {name.rpartition(".")[2] for name in light} >= {"xlsx", "zip", "html", "py", "json"}
    differing = [name for name in light if light[name] != heavy[name] and not name.endswith(APART)]
    assert differing == []
    assert any(name.endswith(APART) for name in light)
