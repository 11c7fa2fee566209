"""With 200,000 ratings and 5,000 cases on PostgreSQL every workspace page answers quickly, by as many queries."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.paths import ROOT
from tests.served import postgres_database

pytestmark = [pytest.mark.prove, pytest.mark.postgres]
LIMIT_MS = 300
N_RATINGS, N_CASES, TURNS = 200_000, 5_000, 20
"""Twenty turns: the nineteenth of the sorted times is the 95th percentile."""


def loaded(folder: Path, n_ratings: int, n_cases: int, turns: int) -> dict[str, dict[str, float]]:
    """Every page's time and queries in an office of that size."""
    base = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG", "TZ"}}
    folder.mkdir(parents=True)
    with postgres_database() as url:
        own = {
            "STATE_DIR": str(folder), "DATABASE_URL": url, "PYTHONPATH": str(ROOT), "DEMO": "1",
            "SECRET_KEY": "only for measuring the workspaces, only for measuring",
        }  # fmt: skip
        words = [str(n_ratings), str(n_cases), str(turns), str(LIMIT_MS)]
        done = subprocess.run(
            [sys.executable, "-m", "tests.evaluation.improvement.loaded", *words],
            cwd=ROOT, env=base | own, capture_output=True, text=True, check=False,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    told = json.loads(done.stdout.strip().splitlines()[-1])
    assert (told["ratings"], told["cases"]) == (n_ratings, n_cases)
    pages: dict[str, dict[str, float]] = told["pages"]
    return pages


def test_every_workspace_page_is_quick_and_its_queries_do_not_grow(tmp_path: Path) -> None:
    small = loaded(tmp_path / "small", 4_000, 1_000, 1)
    large = loaded(tmp_path / "large", N_RATINGS, N_CASES, TURNS)
    print(json.dumps(large, indent=1))  # the figures, where `-s` or a failure shows them
    assert {name: page["p95"] for name, page in large.items() if page["p95"] > LIMIT_MS} == {}
    assert {name: page["queries"] for name, page in large.items()} == {
        name: page["queries"] for name, page in small.items()
    }
