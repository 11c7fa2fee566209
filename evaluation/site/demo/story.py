"""Leads a demonstration cycle through its stages as an office would, with two persons and plausible days."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils import timezone

from evaluation.cycles.actions import (
    approve_scheme,
    create_cycle,
    install_preset,
    lock_cycle,
    open_cycle,
    start_objection,
)
from evaluation.cycles.models import Cycle
from evaluation.evidence.actions import attest_import, confirm_override, override_gate
from evaluation.evidence.gate import measure
from evaluation.evidence.models import EvidenceImport
from evaluation.rankings.actions import evaluate, publish
from evaluation.site.kinds import kinds
from surveys.catalogue.models import Organisation
from surveys.core.models import User

HOUR = dt.timedelta(hours=1)


class DemoRefusedError(RuntimeError):
    """A demonstration file was refused by its own importer."""


@dataclass(frozen=True)
class File:
    """A file of the demonstration in one of the import formats."""

    kind: str
    name: str
    content: bytes


@dataclass(frozen=True)
class Office:
    """The two persons of the evaluation office: one acts, the other agrees."""

    first: User
    second: User


def at(day: dt.date, hour: int = 9) -> dt.datetime:
    """That hour of that day in the office's time zone."""
    return dt.datetime(day.year, day.month, day.day, hour, tzinfo=timezone.get_current_timezone())


def bring(files: Iterable[File], *, cycle: str | None, office: Office, now: dt.datetime) -> None:
    """Import each file; evidence is attested by the second person."""
    for file in files:
        report = kinds()[file.kind].commit(file.content, file.name, cycle=cycle, actor=office.first, now=now)
        if not report.ok:
            raise DemoRefusedError(f"{file.name}: {report.errors[0].message}")
    for waiting in EvidenceImport.objects.filter(cycle__code=cycle or "", attested_at=None, state="imported"):
        attest_import(evidence_import=waiting, actor=office.second, now=now + HOUR)


def open_new_cycle(
    *,
    code: str,
    names: dict[str, str],
    days: tuple[dt.date, dt.date],
    scheme: str,
    organisations: Sequence[Organisation],
    office: Office,
    on: dt.date,
    previous: Cycle | None = None,
    notes: dict[str, str] | None = None,
    is_synthetic: bool = False,
) -> Cycle:
    """Plan a cycle under a shipped scheme that the second person approves, and open it."""
    now = at(on)
    document = install_preset(code=scheme, actor=office.first, now=now)
    document = approve_scheme(scheme=document, actor=office.second, now=now)
    cycle = create_cycle(
        code=code,
        names=names,
        starts_on=days[0],
        ends_on=days[1],
        scheme=document,
        organisations=organisations,
        actor=office.first,
        now=now,
        previous=previous,
        notes=notes,
        is_synthetic=is_synthetic,
    )
    return open_cycle(cycle=cycle, actor=office.first, now=now)


def finish_cycle(
    cycle: Cycle,
    *,
    office: Office,
    on: dt.date,
    let_pass: Mapping[tuple[str, str], Mapping[str, str]] | None = None,
) -> Cycle:
    """Lock, evaluate, show to the departments, publish two weeks later.

    `let_pass` names the checks of the quality gate that two persons let pass, and the published reason.
    """
    lock_cycle(cycle=cycle, actor=office.first, now=at(on))
    evaluate(cycle=Cycle.objects.get(pk=cycle.pk), actor=office.first, now=at(on, 10))
    measure(cycle=cycle, now=at(on, 10))
    for (source, dimension), reasons in (let_pass or {}).items():
        override = override_gate(
            cycle=cycle, source=source, dimension=dimension, reason=reasons["en"], translations=reasons,
            actor=office.first, now=at(on, 10),
        )  # fmt: skip
        confirm_override(override=override, actor=office.second, now=at(on, 11))
    start_objection(cycle=Cycle.objects.get(pk=cycle.pk), actor=office.first, now=at(on, 11))
    publish(cycle=Cycle.objects.get(pk=cycle.pk), actor=office.second, now=at(on + dt.timedelta(days=16)))
    return Cycle.objects.get(pk=cycle.pk)
