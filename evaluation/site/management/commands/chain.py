"""Checks the chain of the log."""

from typing import Any

from django.core.management import BaseCommand, CommandError
from django.utils.translation import gettext as _

from surveys.core.log import verify_chain


class Command(BaseCommand):
    help = "Recompute the log's chain from the first entry to the head; exit 1 when it does not fit."

    def handle(self, **_options: Any) -> None:
        report = verify_chain()
        if not report.ok:
            text = _("The log does not fit at entry %(n)s: it was changed after it was written.")
            raise CommandError(text % {"n": report.first_bad})
        self.stdout.write(_("%(n)s entries fit; head %(head)s") % {"n": report.n, "head": report.head})
