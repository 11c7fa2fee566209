"""The real web server over a database of its own, for races and for measuring."""

import contextlib
import http.client
import json
import os
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from tests.evaluation.site.installation import free_port
from tests.paths import ROOT
from tests.services import POSTGRES_URL

TICKS = os.sysconf("SC_CLK_TCK")
SEED = """
import json
from django.utils import timezone
from surveys.instruments.queries import current_version
from tests.surveys.ratings.world import build_town, invited
from surveys.catalogue.models import Service
from tests.surveys.ratings import world
town = build_town() if not Service.objects.exists() else None
if town is None:
    town = world.known_town()
form = current_version({form!r})
now = timezone.now()
print(json.dumps([
    "/r/" + invited(town, f"{prefix}-{{n}}", now=now, version=form).token for n in range({n})
]))
"""


@dataclass
class Served:
    """One installation's web server; `url` names its database, SQLite in the folder by default."""

    folder: Path
    url: str = ""
    threads: int = 4
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        own = {
            "STATE_DIR": str(self.folder),
            "SECRET_KEY": "served for measuring only, served for measuring only",
            "LANGUAGE_CODE": "en",
            "PYTHONPATH": str(ROOT),
            "CELERY_BROKER_URL": "memory://",
            "DEMO": "1",
        }
        base = {key: value for key, value in os.environ.items() if key in {"PATH", "HOME", "LANG", "TZ"}}
        return base | own | ({"DATABASE_URL": self.url} if self.url else {})

    def manage(self, *words: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=3600, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    def prepare(self) -> None:
        """Tables and static files."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.manage("migrate", "-v0", "--skip-checks")
        self.manage("createcachetable", "-v0")
        self.manage("collectstatic", "--noinput", "-v0")

    def run(self, code: str) -> str:
        """Lines of Python in the installation; gives what they print last."""
        return self.manage("shell", "--no-imports", "-c", code).strip().splitlines()[-1]

    def links(self, n: int, form: str = "cn-haochaping-5", prefix: str = "S") -> list[str]:
        """So many open invitations."""
        found: list[str] = json.loads(
            self.run(SEED.format(n=n, form=form, prefix=f"{prefix}-{uuid.uuid4().hex[:6]}"))
        )
        return found

    @contextlib.contextmanager
    def running(self, module: str = "evaluation.site.wsgi:application") -> Iterator["Served"]:
        granian = Path(sys.executable).with_name("granian")
        command = [
            str(granian), "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(self.port), "--workers", "1",
            "--blocking-threads", str(self.threads), "--no-access-log", "--log-level", "warning", module,
        ]  # fmt: skip
        self.process = subprocess.Popen(command, cwd=ROOT, env=self.environment)
        try:
            self.wait_for()
            yield self
        finally:
            self.process.terminate()
            self.process.wait(timeout=120)
            self.process = None

    def wait_for(self, path: str = "/r/nobody") -> None:
        """Until the server answers at all."""
        end = time.monotonic() + 300
        while time.monotonic() < end:
            assert self.process is None or self.process.poll() is None, "the web server has ended"
            try:
                self.ask("GET", path)
            except OSError:
                time.sleep(0.2)
            else:
                return
        raise TimeoutError("the web server did not answer")

    def ask(self, method: str, path: str, body: str = "", **more: str) -> tuple[int, bytes]:
        """One request on a connection of its own; `more` are headers, `_` for the hyphen."""
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        headers = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
        headers |= {name.replace("_", "-"): value for name, value in more.items()}
        try:
            link.request(method, path, body or None, headers)
            answer = link.getresponse()
            return answer.status, answer.read()
        finally:
            link.close()

    def cpu_seconds(self) -> float:
        """Processor time of the server and its workers so far."""
        assert self.process is not None
        return sum(_cpu(pid) for pid in _tree(self.process.pid))


def _tree(pid: int) -> list[int]:
    found = [pid]
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            found += _tree(int(child))
    return found


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


@contextlib.contextmanager
def postgres_database() -> Iterator[str]:
    """A database of its own on the server at hand."""
    name = f"served_{uuid.uuid4().hex[:10]}"
    with psycopg.connect(POSTGRES_URL, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
    try:
        yield POSTGRES_URL.rsplit("/", 1)[0] + f"/{name}"
    finally:
        with psycopg.connect(POSTGRES_URL, autocommit=True) as server:
            server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
