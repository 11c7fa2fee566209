"""Makes the database and the static files fit this version of the code, and fills in what ships with it."""

from typing import Any

from django.core.management import BaseCommand, call_command
from django.utils import timezone

from evaluation.site.accounts import renew_factors
from evaluation.site.celery import make_queue_folders
from evaluation.site.seeding import seed
from evaluation.site.starting import check_database
from surveys.core.appendonly import guard_all
from surveys.core.sealing import renew_month_keys


class Command(BaseCommand):
    help = (
        "Migrate, collect static files, seal anew what an older key sealed, seed presets. Safe to run again."
    )
    requires_system_checks = ()

    def handle(self, **_options: Any) -> None:
        make_queue_folders()
        check_database()
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        guard_all()
        unused = ["redoc", "rest_framework", "account", "mfa"]
        call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=unused)
        renew_month_keys()
        renew_factors()
        seed(timezone.now())
