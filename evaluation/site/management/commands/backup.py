"""Writes a backup of the database."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.utils.translation import gettext as _

from evaluation.site.backups import BackupRefusedError, back_up


class Command(BaseCommand):
    help = "Write a consistent copy of the database to a new file; SECRET_KEY is not inside."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *, file: Path, **_options: Any) -> None:
        try:
            manifest = back_up(file)
        except BackupRefusedError as error:
            raise CommandError(str(error)) from error
        text = _("%(file)s written; %(n)s log entries, head %(head)s. Keep SECRET_KEY elsewhere.")
        self.stdout.write(text % {"file": file, "n": manifest.n_log_entries, "head": manifest.log_head})
