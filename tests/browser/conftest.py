"""One real server over one built world for all browser tests."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.evaluation.site.installation import free_port
from tests.paths import ROOT


@dataclass(frozen=True)
class Site:
    """Where a served world answers, its state folder, and the environment that names both."""

    base: str
    state: Path
    environment: dict[str, str]


def _answers(address: str) -> bool:
    try:
        urllib.request.urlopen(address, timeout=5).close()
    except (urllib.error.URLError, OSError):
        return False
    return True


@contextmanager
def served(state: Path, module: str) -> Iterator[Site]:
    """The world that a module builds, behind the server that the product ships with."""
    port = free_port()
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "evaluation.site.settings_test",
        "STATE_DIR": str(state),
        "DATABASE_URL": f"sqlite:///{state / 'world.sqlite3'}",
        "SECRET_KEY": "only for the browser tests, only for the browser tests",
        "PUBLIC_BASE_URL": f"http://127.0.0.1:{port}",
        "DEMO": "1",
    }
    subprocess.run([sys.executable, "-m", *module.split()], cwd=ROOT, env=environment, check=True)
    granian = str(Path(sys.executable).with_name("granian"))
    server = subprocess.Popen(
        [granian, "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--no-ws",
         "--log-level", "error", "evaluation.site.wsgi:application"],
        cwd=ROOT, env=environment,
    )  # fmt: skip
    try:
        base = f"http://127.0.0.1:{port}"
        waited = time.monotonic() + 300
        while not _answers(base + "/methods/privacy/"):
            if server.poll() is not None or time.monotonic() > waited:
                pytest.fail("the server for the browser tests did not start", pytrace=False)
            time.sleep(0.3)
        yield Site(base, state, environment)
    finally:
        server.terminate()
        server.wait(timeout=120)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A published edition, an open cycle, people with seats, work to do."""
    with served(tmp_path_factory.mktemp("browser"), "tests.browser.build") as found:
        yield found
