"""Puts a backup in place of the database."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.utils.translation import gettext as _

from evaluation.site.backups import BackupRefusedError, restore


class Command(BaseCommand):
    help = "Restore a backup; stop the system first. A database in use is refused without --replace."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--replace", action="store_true", help="overwrite a database that is not empty")

    def handle(self, *, file: Path, replace: bool, **_options: Any) -> None:
        try:
            manifest = restore(file, replace=replace)
        except BackupRefusedError as error:
            raise CommandError(str(error)) from error
        text = _("Restored; %(n)s log entries fit, head %(head)s. Run manage.py prepare next.")
        self.stdout.write(text % {"n": manifest.n_log_entries, "head": manifest.log_head})
