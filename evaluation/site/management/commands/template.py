"""Writes the empty template of a kind of import."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError

from evaluation.site.kinds import kinds


class Command(BaseCommand):
    help = "Write the template of KIND to a file, in one of the three languages."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", choices=sorted(kinds()))
        parser.add_argument("-o", "--output", required=True, type=Path)
        parser.add_argument(
            "--language", default=settings.LANGUAGE_CODE, choices=[c for c, _n in settings.LANGUAGES]
        )

    def handle(self, *, kind: str, output: Path, language: str, **_options: Any) -> None:
        content = kinds()[kind].template(language)
        try:
            output.write_bytes(content)
        except OSError as error:
            raise CommandError(f"{output}: {error.strerror}") from error
        self.stdout.write(str(output))
