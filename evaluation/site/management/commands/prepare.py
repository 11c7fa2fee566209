"""Makes the database and the static files fit this version of the code, and fills in what ships with it."""

from typing import Any

from django.core.management import BaseCommand, call_command
from django.utils import timezone

from evaluation.site.celery import make_queue_folders
from evaluation.site.seeding import seed
from evaluation.site.starting import check_database
from surveys.core.appendonly import guard_all


class Command(BaseCommand):
    help = "Migrate, collect static files, seed calendars and presets. Safe to run again."
    requires_system_checks = ()

    def handle(self, **_options: Any) -> None:
        make_queue_folders()
        check_database()
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        guard_all()
        unused = ["redoc", "rest_framework", "account", "mfa"]
        call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=unused)
        seed(timezone.now())
