"""Builds the city's edition through the product's own importers and actions, as the demonstration does."""

import datetime as dt
from dataclasses import dataclass

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
from evaluation.evidence.audits_import import importer as audits
from evaluation.evidence.gate import measure
from evaluation.evidence.kpis_import import importer as kpis
from evaluation.evidence.models import EvidenceImport
from evaluation.evidence.queries import open_failures
from evaluation.rankings.actions import evaluate, publish
from evaluation.rankings.models import Edition, Run
from surveys.catalogue.catalogue_import import importer as catalogue
from surveys.catalogue.models import Organisation
from surveys.core.models import CalendarYear
from surveys.ratings.batches_import import importer as batches
from tests.paths import ROOT
from tests.worlds import nyc
from tests.worlds.clock import NOON, days_later
from tests.worlds.people import person

FILES = ROOT / "evaluation" / "site" / "demo" / "nyc"
REASON = "The city's last yearly targets end in June 2023; the page says so."


@dataclass(frozen=True)
class Built:
    cycle: Cycle
    run: Run


def content(name: str) -> bytes:
    return (FILES / f"{name}.csv").read_bytes()


def opened(code: str = nyc.CYCLE) -> Cycle:
    """The catalogue, the approved scheme and an open cycle of the twelve agencies."""
    author, second = person("author"), person("second")
    catalogue.commit(content("organisations"), "organisations.csv", cycle=None, actor=author, now=NOON)
    scheme = install_preset(code="nyc_three_sources", actor=author, now=NOON)
    approve_scheme(scheme=scheme, actor=second, now=NOON)
    cycle = create_cycle(
        code=code,
        names={"en": "Results 2026", "zh-hans": "2026年结果", "zh-hant": "2026年結果"},
        starts_on=dt.date(2026, 4, 1),
        ends_on=dt.date(2026, 9, 30),
        scheme=scheme,
        organisations=list(Organisation.objects.filter(code__in=nyc.AGENCIES).order_by("code")),
        actor=author,
        now=NOON,
    )
    return open_cycle(cycle=cycle, actor=author, now=NOON)


def with_evidence(cycle: Cycle) -> None:
    """Ratings, KPIs and audits, each brought in by one person and attested by another."""
    batches.commit(content("batches"), "batches.csv", cycle=cycle.code, actor=person("author"), now=NOON)
    with_kpis_and_audits(cycle)


def with_kpis_and_audits(cycle: Cycle) -> None:
    author, second = person("author"), person("second")
    kpis.commit(content("kpis"), "kpis.csv", cycle=cycle.code, actor=author, now=NOON)
    audits.commit(content("audits"), "audits.csv", cycle=cycle.code, actor=author, now=NOON)
    for batch in EvidenceImport.objects.filter(cycle=cycle).order_by("pk"):
        attest_import(evidence_import=batch, actor=second, now=NOON)


def scored(code: str = nyc.CYCLE) -> Built:
    cycle = opened(code)
    with_evidence(cycle)
    lock_cycle(cycle=cycle, actor=person("author"), now=NOON)
    run = evaluate(cycle=cycle, actor=person("author"), now=NOON)
    return Built(Cycle.objects.get(pk=cycle.pk), run)


def let_pass(cycle: Cycle) -> None:
    """Two persons let the old targets pass the gate, with a reason."""
    measure(cycle=cycle, now=NOON)
    for failure in open_failures(cycle):
        override = override_gate(
            cycle=cycle, source=failure.source, dimension=failure.dimension, reason=REASON,
            actor=person("author"), now=NOON,
        )  # fmt: skip
        confirm_override(override=override, actor=person("second"), now=NOON)


def on_notice(code: str = nyc.CYCLE) -> Cycle:
    CalendarYear.objects.update_or_create(year=2026, defaults={"source": "test", "confirmed": True})
    built = scored(code)
    let_pass(built.cycle)
    return start_objection(cycle=built.cycle, actor=person("author"), now=NOON)


def published(code: str = nyc.CYCLE) -> Edition:
    cycle = on_notice(code)
    return publish(cycle=cycle, actor=person("author"), now=days_later(14))
