"""Checks a package: encoding, signature, files, rows, and every score and place by recomputing them."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError

from evaluation.reports.verify import verify_log, verify_package
from surveys.ratings.queries import proof_document, receipt_proof
from surveys.ratings.receipts import normal_code


class Command(BaseCommand):
    help = "Check PACKAGE.zip and recompute its results; exit 2 and the first fault if anything is wrong."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("package")
        parser.add_argument("--figure", default="", help="show the passport of one figure")
        parser.add_argument("--key", default="", help="the public key it must be signed with")
        parser.add_argument(
            "--receipt", default="", help="a receipt code, or the file with its proof: is it among the day's?"
        )
        parser.add_argument(
            "--head",
            default="",
            help="the signed head beside the package; this installation's log must hold it",
        )

    def handle(self, **options: Any) -> None:
        content = _bytes(options["package"])
        head = _bytes(options["head"]) if options["head"] else b""
        text, is_good = verify_package(
            content,
            key=options["key"],
            figure=options["figure"],
            receipt=_proof(options["receipt"]) if options["receipt"] else b"",
            head=head,
        )
        if is_good and head:
            told, is_good = verify_log(head)
            text = f"{text}\n- {told}" if is_good else told
        if is_good:
            self.stdout.write(text)
            return
        self.stderr.write(f"{options['package']}: {text}")
        sys.exit(2)


def _bytes(name: str) -> bytes:
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise CommandError(f"{name}: cannot be read ({error.strerror})") from error


def _proof(told: str) -> bytes:
    """The proof in a file, or of a receipt code this installation knows."""
    if not normal_code(told):
        return _bytes(told)
    found = receipt_proof(told)
    if found is None:
        raise CommandError(f"{told}: no closed day holds this receipt")
    return proof_document(found)
