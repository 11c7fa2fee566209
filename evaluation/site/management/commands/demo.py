"""Builds the demonstration: `demo nyc`, `demo sample` or `demo all`; what is already there stays."""

from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone, translation

from evaluation.cycles.models import Cycle
from evaluation.site.demo.accounts import make_accounts
from evaluation.site.demo.nyc_edition import build_nyc
from evaluation.site.demo.sample_city import build_sample
from evaluation.site.demo.story import Office
from evaluation.site.seeding import seed
from surveys.core.models import User


class Command(BaseCommand):
    help = "Build the demonstration editions and, in demo mode, the demonstration sign-ins."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("part", nargs="?", default="all", choices=["nyc", "sample", "all"])
        parser.add_argument("--ratings", type=int, default=20_000, help="about how many invented ratings")

    def handle(self, *, part: str, ratings: int, **_options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Demonstration data belong to demo mode only; set DEMO=1 to build them.")
        now = timezone.now()
        seed(now)
        place = make_accounts(now=now, state_dir=settings.STATE_DIR)
        office = Office(User.objects.get(username="office"), User.objects.get(username="office2"))
        with translation.override("en"):
            if part in {"sample", "all"} and not Cycle.objects.filter(code="sample-2025").exists():
                self.stdout.write("Building the invented sample city …")
                with transaction.atomic():
                    auditor = User.objects.get(username="auditor")
                    build_sample(
                        office=office, auditor=auditor, actor=office.first, now=now, n_ratings=ratings
                    )
            if part in {"nyc", "all"} and not Cycle.objects.filter(code="nyc-2026").exists():
                self.stdout.write("Building the New York City edition …")
                with transaction.atomic():
                    build_nyc(office=office)
        self.stdout.write(f"Demonstration ready. Sign-ins: {place}")
