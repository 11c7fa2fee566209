"""A worker in a process of its own, over this test's database, killed in the middle of a job."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable

from django.conf import settings
from django.db import connection

from tests.paths import ROOT

WORKER = """
import django
django.setup()
from {tasks} import tasks
from surveys.core.jobs import run_due
from django.utils import timezone
run_due(timezone.now())
"""


def kill_worker(app: str, begun: Callable[[], bool], *, after: float = 0.0, seconds: float = 300.0) -> None:
    """Let a worker that knows the tasks of an app take what is due; kill -9 it so long after it has begun."""
    code = WORKER.format(tasks=app)
    worker = subprocess.Popen([sys.executable, "-c", code], env=_environment(), cwd=ROOT)
    end = time.monotonic() + seconds
    try:
        while not begun():
            assert time.monotonic() < end, "the worker did not begin"
            time.sleep(0.01)
        time.sleep(after)
        worker.send_signal(signal.SIGKILL)
    finally:
        worker.kill()
        worker.wait()


def _environment() -> dict[str, str]:
    """The environment of a worker that shares this test's database."""
    held = connection.settings_dict
    if connection.vendor == "sqlite":
        url = f"sqlite:///{held['NAME']}"
    else:
        url = f"postgres://{held['USER']}:{held['PASSWORD']}@{held['HOST']}:{held['PORT']}/{held['NAME']}"
    return os.environ | {
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "evaluation.site.settings",
        "SECRET_KEY": settings.SECRET_KEY,
        "STATE_DIR": str(settings.STATE_DIR),
        "PYTHONPATH": str(ROOT),
    }
