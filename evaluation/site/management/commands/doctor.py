"""Looks at everything the system needs and says what is wrong."""

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand

from evaluation.site.conditions import all_conditions


class Command(BaseCommand):
    help = "Settings, database modes read back, migrations, log chain, fonts, disk, queue, calendar."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="as JSON")

    def handle(self, **options: Any) -> None:
        found = all_conditions()
        if options["json"]:
            rows = [{"name": c.name, "ok": c.ok, "says": str(c.says)} for c in found]
            self.stdout.write(
                json.dumps({"ok": all(c.ok for c in found), "conditions": rows}, ensure_ascii=False)
            )
        else:
            for condition in found:
                self.stdout.write(f"{'ok ' if condition.ok else 'BAD'}  {condition.name}: {condition.says}")
        if not all(condition.ok for condition in found):
            sys.exit(1)
