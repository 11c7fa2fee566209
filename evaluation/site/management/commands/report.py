"""Writes report files of a cycle's latest result into a folder."""

from argparse import ArgumentParser
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.utils import timezone

from evaluation.cycles.queries import CycleUnknownError, cycle_by_code
from evaluation.improvement.actions import build_planning_file
from evaluation.rankings.queries import latest_run
from evaluation.reports.actions import ReportRefusedError, build, build_all
from evaluation.reports.enums import ENDINGS, FROM_ABOVE, ONE_FOR_ALL_LANGUAGES, ReportKind
from evaluation.reports.queries import edition_of_run, files_of
from surveys.core.text import LANGUAGES

ALL = "all"
BUILDERS: dict[str, Callable[..., object]] = {ReportKind.PLANNING: build_planning_file}
"""Kinds that tell more than a run knows."""


def _folder(name: str) -> Path:
    """The folder, made if need be; whether it can be written is known before anything is built."""
    folder = Path(name)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder):
            return folder
    except OSError as error:
        raise CommandError(f"{name}: {error.strerror}") from error


class Command(BaseCommand):
    help = "Build report files of CYCLE and write them to a folder as CYCLE-KIND-LANGUAGE.ext."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("cycle")
        parser.add_argument("--kind", choices=[*(kind.value for kind in ReportKind), ALL], default=ALL)
        parser.add_argument("--to", required=True, metavar="DIR")
        parser.add_argument("--language", choices=[*LANGUAGES, ALL], default=ALL)

    def handle(self, **options: Any) -> None:
        folder = _folder(options["to"])
        try:
            cycle = cycle_by_code(options["cycle"])
        except CycleUnknownError as error:
            raise CommandError(str(error)) from error
        run = latest_run(cycle)
        if run is None:
            raise CommandError(f"{cycle.code} has no result yet; evaluate it first")
        kinds = list(ENDINGS) if options["kind"] == ALL else [ReportKind(options["kind"])]
        if options["kind"] == ALL and edition_of_run(run) is None:
            kinds = [kind for kind in kinds if kind not in ONE_FOR_ALL_LANGUAGES]
        languages = list(LANGUAGES) if options["language"] == ALL else [options["language"]]
        try:
            if options["kind"] == ALL:
                build_all(run=run, languages=tuple(languages), now=timezone.now())
            for kind in kinds if options["kind"] != ALL else [k for k in kinds if k in FROM_ABOVE]:
                make = BUILDERS.get(kind, partial(build, kind=kind))
                for language in [""] if kind in ONE_FOR_ALL_LANGUAGES else languages:
                    make(run=run, language=language, now=timezone.now())
        except ReportRefusedError as error:
            raise CommandError(str(error)) from error
        wanted = {(kind, language) for kind in kinds for language in [*languages, ""]}
        for row in files_of(run):
            if (row.kind, row.language) in wanted:
                (folder / row.name).write_bytes(bytes(row.file.content))
                self.stdout.write(f"{row.file_id}  {row.name}")
