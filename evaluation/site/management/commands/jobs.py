"""Lists the work in the background."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand
from django.utils import timezone

from surveys.core.enums import JobState
from surveys.core.jobs import sweep
from surveys.core.models import Job


class Command(BaseCommand):
    help = "Show jobs, newest first; --sweep puts back those whose lease has lapsed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--state", choices=JobState.values)
        parser.add_argument("--limit", type=int, default=50)
        parser.add_argument("--sweep", action="store_true")
        parser.add_argument("--json", action="store_true")

    def handle(self, **options: Any) -> None:
        if options["sweep"]:
            sweep(timezone.now())
        rows = Job.objects.order_by("-created_at", "-pk")
        if options["state"]:
            rows = rows.filter(state=options["state"])
        for job in rows[: options["limit"]]:
            if options["json"]:
                self.stdout.write(json.dumps(_as_json(job), ensure_ascii=False))
            else:
                done = f"{job.n_done}/{job.n_total}" if job.n_total else ""
                words = (str(job.pk), job.kind, job.state, done, f"x{job.n_attempts}", job.note, job.error)
                self.stdout.write("  ".join(word for word in words if word))


def _as_json(job: Job) -> dict[str, Any]:
    return {
        "id": str(job.pk),
        "kind": job.kind,
        "state": job.state,
        "done": job.n_done,
        "total": job.n_total,
        "attempts": job.n_attempts,
        "note": job.note,
        "error": job.error,
        "created_at": job.created_at.isoformat(),
        "finished_at": job.finished_at.isoformat() if job.finished_at else None,
    }
