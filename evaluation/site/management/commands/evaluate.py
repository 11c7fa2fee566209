"""Scores a locked cycle."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.utils import timezone

from evaluation.cycles.queries import CycleUnknownError, cycle_by_code
from evaluation.rankings.actions import EvaluationRefusedError, evaluate
from evaluation.rankings.actions.evaluation import DRAWS, SEED
from evaluation.rankings.queries import run_view
from surveys.core.models import User


class Command(BaseCommand):
    help = "Evaluate CYCLE and keep the result as a run; unchanged inputs give the run that is there."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("cycle")
        parser.add_argument("--draws", type=int, default=DRAWS)
        parser.add_argument("--seed", type=int, default=SEED)
        parser.add_argument("--actor", default="", help="sign-in name of who evaluates, for the log")

    def handle(self, **options: Any) -> None:
        actor = User.objects.filter(username=options["actor"]).first() if options["actor"] else None
        if options["actor"] and actor is None:
            raise CommandError(f"no person signs in as {options['actor']!r}")
        try:
            run = evaluate(
                cycle=cycle_by_code(options["cycle"]),
                actor=actor,
                now=timezone.now(),
                draws=options["draws"],
                seed=options["seed"],
            )
        except (CycleUnknownError, EvaluationRefusedError) as error:
            raise CommandError(str(error)) from error
        view = run_view(run)
        for row in view.ranked:
            places = f"{row.lower}-{row.upper}" if row.lower is not None else ""
            self.stdout.write(f"{row.rank:>6g}  {row.unit:<20} {row.score:>8.2f}  {places}")
        for row in view.listed:
            self.stdout.write(f"     -  {row.unit:<20} {row.reason.get('en', '')}")
        self.stdout.write(f"run {run.number}  result {run.result_digest}")
