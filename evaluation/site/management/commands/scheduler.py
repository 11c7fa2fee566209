"""Runs the scheduler alone, for an installation whose processes a service manager keeps."""

import threading
from typing import Any

from django.core.management import BaseCommand

from evaluation.site.scheduler import run_forever
from evaluation.site.supervisor import watch_signals


class Command(BaseCommand):
    requires_system_checks = ()
    help = "Sweep lapsed jobs, wake workers and call periodic work until stopped."

    def handle(self, **_options: Any) -> None:
        stop = threading.Event()
        watch_signals(stop)
        run_forever(stop)
