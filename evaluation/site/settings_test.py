"""Settings of the test suite: its own state folder, quick hashing, plain static files."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")  # noqa: S108 - a test's database needs no disk

os.environ.setdefault("SECRET_KEY", "for the test suite only, for the test suite only")


def _clear(folder: str, owner: int) -> None:
    """Remove the state folder when its owner ends; a forked child leaves it alone."""
    if os.getpid() == owner:
        shutil.rmtree(folder, ignore_errors=True)


if "STATE_DIR" not in os.environ:
    os.environ["STATE_DIR"] = tempfile.mkdtemp(
        prefix="evaluation-test-", dir=MEMORY if MEMORY.is_dir() else None
    )
    atexit.register(_clear, os.environ["STATE_DIR"], os.getpid())
os.environ.setdefault("LANGUAGE_CODE", "en")

from evaluation.site.settings import *  # noqa: E402, F403
from evaluation.site.settings import DATABASES, STATE_DIR, STORAGES  # noqa: E402

(Path(STATE_DIR) / "static").mkdir(parents=True, exist_ok=True)
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["TEST"] = {"NAME": str(Path(STATE_DIR) / "test.sqlite3")}
CELERY_BROKER_URL = "memory://"
TESTING = True
CACHES = {name: {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"} for name in ("default", "local")}
