"""The gate measures five dimensions of each source the scheme reads and names the places at fault."""

import pytest

from evaluation.evidence.actions import attest_import, confirm_override, override_gate
from evaluation.evidence.gate import THRESHOLDS, measure
from evaluation.evidence.kpis_import import importer as kpis
from evaluation.evidence.models import EvidenceImport, QualityOverride, QualityVerdict
from evaluation.evidence.queries import open_failures
from surveys.catalogue.models import Organisation
from surveys.ratings.models import RatingBatch
from tests.worlds import edition
from tests.worlds.clock import NOON
from tests.worlds.nyc import as_csv
from tests.worlds.people import person

pytestmark = pytest.mark.django_db


def verdict(source: str, dimension: str) -> QualityVerdict:
    return QualityVerdict.objects.get(source=source, dimension=dimension)


def test_every_source_the_scheme_reads_is_measured_in_five_dimensions() -> None:
    cycle = edition.scored().cycle
    measure(cycle=cycle, now=NOON)
    found = set(QualityVerdict.objects.values_list("source", "dimension"))
    assert found == {
        (source, dimension) for source in ("kpis", "audits", "residents") for dimension in THRESHOLDS[source]
    }


def test_missing_targets_and_requests_are_named_by_place() -> None:
    cycle = edition.scored().cycle
    measure(cycle=cycle, now=NOON)
    targets = verdict("kpis", "completeness")
    assert targets.value == pytest.approx(11 / 12)
    assert targets.places == [{"organisation": "NYPD", "item": "targets", "period": "", "code": "absent"}]
    audits = verdict("audits", "completeness")
    assert audits.value == pytest.approx(11 / 12)
    assert audits.places == [{"organisation": "DOF", "item": "audit", "period": "", "code": "no_cases"}]


def test_same_figure_under_two_codes_is_found() -> None:
    cycle = edition.scored().cycle
    measure(cycle=cycle, now=NOON)
    places = verdict("kpis", "uniqueness").places
    assert [(place["organisation"], place["item"]) for place in places] == [
        ("NYPD", "mmr-3968"),
        ("NYPD", "mmr-3969"),
    ]
    assert verdict("kpis", "uniqueness").passed


def test_value_outside_its_unit_is_invalid() -> None:
    cycle = edition.opened()
    row = {
        "kpi": "k", "name_en": "K", "unit": "share", "direction": "up", "organisation": "DSNY", "period": "2026-Q2",
        "value": 1.5, "target": 0.9, "source": "s",
    }  # fmt: skip
    kpis.commit(as_csv([row]), "k.csv", cycle=cycle.code, actor=person("author"), now=NOON)
    attest_import(evidence_import=EvidenceImport.objects.get(), actor=person("second"), now=NOON)
    measure(cycle=cycle, now=NOON)
    found = verdict("kpis", "validity")
    assert (found.value, found.passed) == (0.0, False)
    assert found.places[0]["code"] == "outside_unit"


def test_days_counted_twice_in_batches_are_found() -> None:
    cycle = edition.opened()
    office = Organisation.objects.get(code="DSNY")
    for ends_on in ("2026-06-30", "2026-09-30"):
        RatingBatch.objects.create(
            organisation=office, starts_on="2026-04-01", ends_on=ends_on, scale="level2",
            counts={"dissatisfied": 1, "satisfied_or_neutral": 1}, source="s",
        )  # fmt: skip
    measure(cycle=cycle, now=NOON)
    assert verdict("residents", "uniqueness").value == 0.5
    assert not verdict("residents", "completeness").passed


def test_override_ends_when_the_failure_grows() -> None:
    cycle = edition.opened()
    measure(cycle=cycle, now=NOON)
    assert {(row.source, row.dimension) for row in open_failures(cycle)} == {
        ("kpis", "completeness"), ("audits", "completeness"), ("residents", "completeness"),
    }  # fmt: skip
    QualityVerdict.objects.filter(source="kpis", dimension="completeness").update(value=0.5)
    override = override_gate(
        cycle=cycle,
        source="kpis",
        dimension="completeness",
        reason="first year",
        actor=person("author"),
        now=NOON,
    )
    confirm_override(override=override, actor=person("second"), now=NOON)
    measure(cycle=cycle, now=NOON)
    assert not QualityOverride.objects.exists()
    assert "kpis" in {row.source for row in open_failures(cycle)}
