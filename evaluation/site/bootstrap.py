"""Makes an installation ready: state folder, secret key, tables, static files, seeds. Safe to run again.

`python -m evaluation.site.bootstrap` says in one sentence what is wrong and ends with 2.
"""

import os
import secrets
import sys
from pathlib import Path

import django
from django.core.management import CommandError, call_command
from django.db import Error as DatabaseFailure

from evaluation.site.environment import ROOT, EnvironmentRefusedError

KEY_FILE = "secret-key.txt"


def state_dir() -> Path:
    """Where this installation keeps its state."""
    return Path(os.environ.get("STATE_DIR") or ROOT / "var")


def make_state(folder: Path) -> None:
    """The state folder and, unless SECRET_KEY is set, a key of its own readable by its owner only."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / "beats").mkdir(exist_ok=True)
    key = folder / KEY_FILE
    if os.environ.get("SECRET_KEY") or key.exists():
        return
    handle = os.open(key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(48) + "\n")


def prepare() -> None:
    """Tables, static files and seeds, through the command of that name."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "evaluation.site.settings")
    django.setup()
    call_command("prepare")


def main() -> int:
    """Prepare the installation; 0 when it is ready, 2 with a sentence when it cannot be."""
    folder = state_dir()
    try:
        make_state(folder)
        prepare()
    except OSError as error:
        where = error.filename or folder
        print(
            f"{where} cannot be written ({error.strerror}); set STATE_DIR to a folder that can.",
            file=sys.stderr,
        )
        return 2
    except (EnvironmentRefusedError, CommandError, DatabaseFailure) as error:
        print(str(error).strip(), file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
