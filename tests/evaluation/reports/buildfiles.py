"""Builds every file of the city's edition into a folder: `python -m tests.evaluation.reports.buildfiles DIR`.

The environment names database and state folder, so that two databases can be compared byte by byte.
"""

import os
import sys
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "evaluation.site.settings_test")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.utils import translation  # noqa: E402

from evaluation.reports.actions import build_all  # noqa: E402
from evaluation.reports.package import signing  # noqa: E402
from evaluation.reports.queries import files_of  # noqa: E402
from surveys.core.text import LANGUAGES  # noqa: E402
from tests.worlds import edition as world  # noqa: E402
from tests.worlds.clock import days_later  # noqa: E402

SEED = bytes(range(32))


def main(folder: Path) -> None:
    call_command("migrate", verbosity=0)
    signing.key_path().parent.mkdir(parents=True, exist_ok=True)
    signing.key_path().write_text(SEED.hex() + "\n", encoding="ascii")
    with translation.override("en"):
        found = world.published()
        build_all(run=found.run, languages=LANGUAGES, now=days_later(15))
    folder.mkdir(parents=True, exist_ok=True)
    for row in files_of(found.run):
        (folder / row.name).write_bytes(bytes(row.file.content))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
