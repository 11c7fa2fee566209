"""Draws a large synthetic world for trials of load."""

import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.utils import timezone, translation

from evaluation.site.demo.simulation import CHUNK, WorldExistsError, simulate
from evaluation.site.seeding import seed as fill_in

MOST_SERVICES = 100_000
MOST_RATINGS = 100_000_000


class Command(BaseCommand):
    help = (
        "Draw K services and N ratings of the last twelve months, seeded and labelled synthetic everywhere."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--services", type=int, default=500)
        parser.add_argument("--ratings", type=int, default=1_000_000)
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *, services: int, ratings: int, seed: int, **_options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Synthetic data belong to demo mode only; set DEMO=1 to draw them.")
        if not 1 <= services <= MOST_SERVICES or not 0 <= ratings <= MOST_RATINGS or not 0 <= seed < 10**6:
            raise CommandError(
                f"give 1 to {MOST_SERVICES} services, 0 to {MOST_RATINGS} ratings and a seed from 0 to 999999"
            )
        now, begun = timezone.now(), time.monotonic()
        fill_in(now)

        def told(done: int) -> None:
            if done % (4 * CHUNK) == 0 or done == ratings:
                self.stdout.write(f"{done} of {ratings} ratings, {time.monotonic() - begun:.0f} s")

        with translation.override("en"):
            try:
                found = simulate(n_services=services, n_ratings=ratings, seed=seed, now=now, told=told)
            except WorldExistsError as error:
                raise CommandError(f"seed {seed} has been simulated here; choose another") from error
        self.stdout.write(
            f"{found.n_cells} tallies; cycle {found.cycle.code} is locked: `evaluate` scores it"
        )
