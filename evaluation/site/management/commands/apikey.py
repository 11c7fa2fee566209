"""Makes a key for another system."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.utils import timezone

from surveys.core.actions import KeyRefusedError, make_api_key
from surveys.core.enums import ApiScope


class Command(BaseCommand):
    help = "Make an API key and print it once; only its keyed hash is stored."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="the system that will use it")
        parser.add_argument("--scope", required=True, choices=ApiScope.values)

    def handle(self, *, name: str, scope: str, **_options: Any) -> None:
        try:
            self.stdout.write(make_api_key(name=name, scope=scope, actor=None, now=timezone.now()))
        except KeyRefusedError as error:
            raise CommandError(str(error)) from error
