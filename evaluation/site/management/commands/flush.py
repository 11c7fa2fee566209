"""Empties the database of the test suite, and no other."""

from typing import Any

from django.conf import settings
from django.core.management import CommandError
from django.core.management.commands import flush

from surveys.core.appendonly import lifted


class Command(flush.Command):
    help = "Refused outside the test suite: the log can only grow."

    def handle(self, **options: Any) -> None:
        if not getattr(settings, "TESTING", False):
            raise CommandError("Nothing was deleted: the log can only grow. Use a new database instead.")
        with lifted():
            super().handle(**options)
