"""Runs the whole system as one command."""

import threading
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand

from evaluation.site.celery import make_queue_folders
from evaluation.site.starting import check_start
from evaluation.site.supervisor import children, supervise, watch_signals

PARTS = ("web", "worker", "scheduler")


class Command(BaseCommand):
    requires_system_checks = ()
    help = "Web server, worker and scheduler on PORT; whichever dies is replaced."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default=settings.ENVIRONMENT.host)
        parser.add_argument("--port", type=int, default=settings.ENVIRONMENT.port)
        parser.add_argument("--web-workers", type=int, default=settings.ENVIRONMENT.web_workers)
        parser.add_argument("--only", choices=PARTS, help="one part, for an installation of several machines")

    def handle(self, *, host: str, port: int, web_workers: int, only: str | None, **_options: Any) -> None:
        check_start(host, port if only in {None, "web"} else None)
        make_queue_folders()
        stop = threading.Event()
        watch_signals(stop)
        self.stdout.write(f"{only or f'http://{host}:{port}/'}  ({settings.STATE_DIR})")
        family = [child for child in children(host, port, web_workers) if only in {None, child.name}]
        supervise(family, stop)
