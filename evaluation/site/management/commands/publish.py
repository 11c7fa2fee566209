"""Publishes the latest result of a cycle whose notice is over."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.utils import timezone

from evaluation.cycles.queries import CycleUnknownError, cycle_by_code
from evaluation.rankings.actions import PublicationRefusedError, publish
from surveys.core.models import User


class Command(BaseCommand):
    help = "Publish CYCLE: one edition, or none and the sentence why."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("cycle")
        parser.add_argument("--actor", default="", help="sign-in name of who publishes, for the log")

    def handle(self, **options: Any) -> None:
        actor = User.objects.filter(username=options["actor"]).first() if options["actor"] else None
        if options["actor"] and actor is None:
            raise CommandError(f"no person signs in as {options['actor']!r}")
        try:
            edition = publish(cycle=cycle_by_code(options["cycle"]), actor=actor, now=timezone.now())
        except (CycleUnknownError, PublicationRefusedError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{options['cycle']} edition {edition.number}  {edition.digest}")
