"""Makes a person with a seat: the first one of an installation, who then lets the others in."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from surveys.core.actions import PersonRefusedError, SeatRefusedError, create_person, grant_seat
from surveys.core.enums import Role


class Command(BaseCommand):
    help = "Make an account with a seat for the whole jurisdiction and print its first password once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--seat", required=True, choices=Role.values)
        parser.add_argument("--name", default="", help="as others see it")

    def handle(self, *, username: str, seat: str, name: str, **_options: Any) -> None:
        now = timezone.now()
        try:
            with transaction.atomic():
                person, secret = create_person(
                    username=username, display_name=name or username, actor=None, now=now
                )
                grant_seat(person=person, role=seat, organisation_code="", actor=None, now=now)
        except (PersonRefusedError, SeatRefusedError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(secret)
