"""Checks a package: encoding, signature, files, rows, and every score and place by recomputing them."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError

from evaluation.reports.verify import verify_package


class Command(BaseCommand):
    help = "Check PACKAGE.zip and recompute its results; exit 2 and the first fault if anything is wrong."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("package")
        parser.add_argument("--figure", default="", help="show the passport of one figure")
        parser.add_argument("--key", default="", help="the public key it must be signed with")

    def handle(self, **options: Any) -> None:
        try:
            content = Path(options["package"]).read_bytes()
        except OSError as error:
            raise CommandError(f"{options['package']}: cannot be read ({error.strerror})") from error
        text, is_good = verify_package(content, key=options["key"], figure=options["figure"])
        if is_good:
            self.stdout.write(text)
            return
        self.stderr.write(f"{options['package']}: {text}")
        sys.exit(2)
