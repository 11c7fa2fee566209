"""A whole installation in a folder of its own: prepared, run as one command, watched, killed."""

import json
import os
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.paths import ROOT

PORTS = range(20_000, 25_000)
"""Below those that the system gives to connections by itself, so that none takes one between choice and use."""
AGAIN = 0.5


def claimed(name):
    """A socket that only one process of this machine may hold under that name; None where another does."""
    claim = socket.socket(socket.AF_UNIX)
    try:
        claim.bind(f"\0evaluation-tests-{name}")
    except OSError:
        claim.close()
        return None
    return claim


@contextmanager
def alone(name):
    """Wait until no other test process of this machine uses what has that name."""
    while (claim := claimed(name)) is None:
        time.sleep(AGAIN)
    with claim:
        yield


def free_port():
    """A port that nobody uses and no other test process takes before this one ends."""
    for port in PORTS:
        if (claim := claimed(f"port-{port}")) is None:
            continue
        claim.detach()  # held until the process ends
        with closing(socket.socket()) as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError("no port is free")


@dataclass
class Installation:
    """One state folder, one database, one port."""

    folder: Path
    port: int
    more: dict

    @property
    def environment(self):
        base = {key: value for key, value in os.environ.items() if key in {"PATH", "HOME", "LANG", "TZ"}}
        own = {
            "STATE_DIR": str(self.folder),
            "PORT": str(self.port),
            "LANGUAGE_CODE": "en",
            "WEB_WORKERS": "1",
        }
        return base | own | self.more

    def bootstrap(self):
        return self.python("-m", "evaluation.site.bootstrap")

    def python(self, *words, **more):
        return subprocess.run(
            [sys.executable, *words],
            cwd=ROOT,
            env=self.environment | more,
            capture_output=True,
            text=True,
            timeout=800,
            check=False,
        )

    def manage(self, *words, **more):
        return self.python("manage.py", *words, **more)

    def shell(self, code):
        """Run lines of Python in the installation; the last line of what they print, as JSON."""
        done = self.manage("shell", "--no-imports", "-c", code)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.strip().splitlines()[-1])

    def row(self, query):
        """One row of the installation's database, read from outside."""
        if "DATABASE_URL" in self.more:
            with psycopg.connect(self.more["DATABASE_URL"]) as database:
                return database.execute(query).fetchone()
        with closing(sqlite3.connect(self.folder / "database.sqlite3", timeout=20)) as database:
            return database.execute(query).fetchone()

    @contextmanager
    def running(self):
        with (self.folder / "run.log").open("w") as log:
            process = subprocess.Popen(
                [sys.executable, "manage.py", "run"],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
            try:
                self.wait_for("/healthz", process)
                yield process
            finally:
                process.terminate()
                process.wait(timeout=300)

    def wait_for(self, path, process, seconds=600):
        limit = time.monotonic() + seconds
        while time.monotonic() < limit:
            assert process.poll() is None, (self.folder / "run.log").read_text()
            if self.get(path)[0] == 200:
                return
            time.sleep(0.3)
        raise AssertionError((self.folder / "run.log").read_text())

    def get(self, path):
        """(status, text); 0 when nobody answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=120) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError:
            return 0, ""


def installation(folder, **more):
    return Installation(folder, free_port(), more)
