"""Evidence files: every error at once, all or nothing, nothing counted before a second person attested it."""

import datetime as dt
from decimal import Decimal

import pytest

from evaluation.cycles.actions import approve_scheme, create_cycle, install_preset, lock_cycle, open_cycle
from evaluation.cycles.models import Cycle
from evaluation.evidence.actions import (
    EvidenceRefusedError,
    attest_import,
    contest_finding,
    decide_contest,
    install_starter_kpis,
    reject_import,
)
from evaluation.evidence.audits_import import importer as audits
from evaluation.evidence.kpis_import import importer as kpis
from evaluation.evidence.models import (
    AuditFinding,
    AuditScore,
    EvidenceImport,
    KpiDefinition,
    KpiValue,
    OutcomeCount,
)
from evaluation.evidence.outcomes_import import importer as outcomes
from evaluation.evidence.queries import audit_rows, kpi_rows
from surveys.catalogue.models import Organisation
from surveys.core.imports import ImportRefusedError, ImportReport
from surveys.core.models import LogEntry, StoredFile
from tests.worlds.clock import NOON
from tests.worlds.nyc import as_csv
from tests.worlds.people import person

pytestmark = pytest.mark.django_db

KPI = {
    "kpi": "k1", "name_en": "One", "unit": "%", "direction": "up", "organisation": "A", "period": "2026-H1",
    "value": "90", "numerator": "", "denominator": "", "target": "95", "missing": "", "source": "s",
}  # fmt: skip
AUDIT = {
    "audit": "m", "auditor": "T", "organisation": "A", "period": "2026-H1", "passed": "8", "checked": "10",
    "score": "", "missing": "", "independence": "none", "source": "s",
}  # fmt: skip
OUTCOME = {
    "outcome": "hotline", "organisation": "A", "starts_on": "2026-04-01", "ends_on": "2026-04-30", "due": 100,
    "contacted_in_time": 90, "called_back": 80, "solved": 60, "satisfied": 70, "unreasonable": 2, "source": "s",
}  # fmt: skip


@pytest.fixture
def cycle() -> Cycle:
    units = [Organisation.objects.create(code=code, names={"en": code}) for code in ("A", "B")]
    Organisation.objects.create(code="X", names={"en": "outside"})
    scheme = install_preset(code="nyc_three_sources", actor=person("author"), now=NOON)
    approve_scheme(scheme=scheme, actor=person("second"), now=NOON)
    found = create_cycle(
        code="c1", names={"en": "C"}, starts_on=dt.date(2026, 1, 1), ends_on=dt.date(2026, 9, 30),
        scheme=scheme, organisations=units, actor=person("author"), now=NOON,
    )  # fmt: skip
    return open_cycle(cycle=found, actor=person("author"), now=NOON)


def take(importer, rows, name: str = "rows.csv") -> ImportReport:
    return importer.commit(as_csv(rows), name, cycle="c1", actor=person("author"), now=NOON)


def errors_of(importer, rows) -> list[tuple[int, str, str]]:
    report = importer.check(as_csv(rows), "rows.csv", cycle="c1")
    assert not report.ok
    return [(error.row, error.column, error.code) for error in report.errors]


def attest_all() -> None:
    for batch in EvidenceImport.objects.filter(state="imported").order_by("pk"):
        attest_import(evidence_import=batch, actor=person("second"), now=NOON)


def test_every_error_is_told_at_once_and_nothing_is_written(cycle: Cycle) -> None:
    rows = [
        KPI | {"organisation": "NOBODY"},
        KPI | {"organisation": "B", "period": "spring"},
        KPI | {"organisation": "A", "value": ""},
        KPI | {"kpi": "k2", "direction": "", "unit": ""},
        KPI | {"value": "ninety"},
        KPI | {"period": "2026-Q1", "missing": "not_reported"},
        KPI | {"period": "2026-Q2", "numerator": "3", "denominator": "0"},
        KPI | {"period": "2026-Q3", "numerator": "50", "denominator": "100"},
        KPI | {"period": "2027"},
    ]
    assert errors_of(kpis, rows) == [
        (2, "E", "organisation_unknown"),
        (3, "F", "period_unclear"),
        (4, "G", "value_or_reason"),
        (5, "C", "kpi_undefined"),
        (5, "D", "kpi_undefined"),
        (6, "G", "not_a_number"),
        (7, "K", "value_and_reason"),
        (8, "I", "denominator_not_positive"),
        (9, "G", "value_not_fraction"),
        (10, "F", "period_after_cycle"),
    ]
    with pytest.raises(ImportRefusedError):
        take(kpis, rows)
    counts = [model.objects.count() for model in (KpiDefinition, KpiValue, EvidenceImport, StoredFile)]
    assert counts == [0, 0, 0, 0]


def test_taken_file_is_kept_with_its_digest_and_logged(cycle: Cycle) -> None:
    report = take(kpis, [KPI, KPI | {"organisation": "B", "value": "", "missing": "not_reported"}])
    assert (report.rows, report.created, report.updated, report.unchanged) == (2, 2, 0, 0)
    batch = EvidenceImport.objects.get()
    assert batch.file_id == report.digest
    assert bytes(batch.file.content) == as_csv(
        [KPI, KPI | {"organisation": "B", "value": "", "missing": "not_reported"}]
    )
    assert LogEntry.objects.filter(verb="evidence.imported").count() == 1


def test_same_file_again_changes_nothing(cycle: Cycle) -> None:
    take(kpis, [KPI])
    again = take(kpis, [KPI])
    assert (again.created, again.updated, again.unchanged) == (0, 0, 1)
    assert EvidenceImport.objects.count() == 1


def test_only_attested_rows_are_in_force_and_not_by_the_importer(cycle: Cycle) -> None:
    take(kpis, [KPI])
    batch = EvidenceImport.objects.get()
    assert kpi_rows(cycle) == []
    with pytest.raises(EvidenceRefusedError, match="Someone other"):
        attest_import(evidence_import=batch, actor=person("author"), now=NOON)
    attest_import(evidence_import=batch, actor=person("second"), now=NOON)
    assert [row.value for row in kpi_rows(cycle)] == [Decimal(90)]


def test_newer_file_supersedes_once_attested(cycle: Cycle) -> None:
    take(kpis, [KPI])
    attest_all()
    report = take(kpis, [KPI | {"value": "91"}])
    assert (report.created, report.updated) == (0, 1)
    assert [row.value for row in kpi_rows(cycle)] == [Decimal(90)]
    attest_all()
    assert [row.value for row in kpi_rows(cycle)] == [Decimal(91)]
    assert sorted(EvidenceImport.objects.values_list("state", flat=True)) == ["attested", "superseded"]


def test_rejected_file_leaves_the_earlier_in_force(cycle: Cycle) -> None:
    take(kpis, [KPI])
    attest_all()
    take(kpis, [KPI | {"value": "10"}])
    batch = EvidenceImport.objects.get(state="imported")
    reject_import(evidence_import=batch, reason="typing error", actor=person("second"), now=NOON)
    assert [row.value for row in kpi_rows(cycle)] == [Decimal(90)]


def test_partial_correction_replaces_only_its_rows(cycle: Cycle) -> None:
    take(kpis, [KPI, KPI | {"organisation": "B"}])
    attest_all()
    take(kpis, [KPI | {"value": "91"}])
    attest_all()
    values = [(row.organisation.code, row.value) for row in kpi_rows(cycle)]
    assert values == [("A", Decimal(91)), ("B", Decimal(90))]


def test_meaning_of_a_known_kpi_never_changes(cycle: Cycle) -> None:
    take(kpis, [KPI])
    assert errors_of(kpis, [KPI | {"direction": "down"}]) == [(2, "A", "kpi_other_meaning")]
    bare = {key: KPI[key] for key in ("kpi", "organisation", "period", "value", "source")}
    assert kpis.check(as_csv([bare | {"organisation": "B"}]), "f.csv", cycle="c1").ok


def test_value_is_computed_from_numerator_and_denominator(cycle: Cycle) -> None:
    take(kpis, [KPI | {"value": "", "numerator": "45", "denominator": "60"}])
    assert KpiValue.objects.get().value == Decimal(75)


def test_locked_cycle_takes_no_evidence(cycle: Cycle) -> None:
    lock_cycle(cycle=cycle, actor=person("author"), now=NOON)
    report = kpis.check(as_csv([KPI]), "f.csv", cycle="c1")
    assert [error.code for error in report.errors] == ["cycle_not_open"]
    assert "only while the cycle is open" in report.errors[0].message


@pytest.mark.parametrize("cycle_code", [None, "nope"])
def test_unknown_cycle_is_refused(cycle_code: str | None) -> None:
    report = kpis.check(as_csv([KPI]), "f.csv", cycle=cycle_code)
    assert [error.code for error in report.errors] == ["cycle_unknown"]


def test_not_assessed_is_missing_and_never_zero(cycle: Cycle) -> None:
    take(
        audits, [AUDIT, AUDIT | {"organisation": "B", "passed": "", "checked": "", "missing": "not_assessed"}]
    )
    scores = dict(AuditScore.objects.values_list("organisation__code", "score"))
    assert scores == {"A": Decimal(80), "B": None}


def test_audit_errors_are_told_at_once(cycle: Cycle) -> None:
    rows = [
        AUDIT | {"passed": "11"},
        AUDIT | {"organisation": "B", "score": "70"},
        AUDIT | {"period": "2026-Q1", "passed": ""},
        AUDIT | {"period": "2026-Q2", "independence": ""},
        AUDIT,
        AUDIT,
    ]
    assert errors_of(audits, rows) == [
        (2, "E", "more_passed_than_checked"),
        (3, "G", "score_not_fraction"),
        (4, "E", "half_a_fraction"),
        (5, "I", "required"),
        (6, "A", "row_twice"),
        (7, "A", "row_twice"),
    ]


def test_contested_finding_keeps_contest_and_decision(cycle: Cycle) -> None:
    take(audits, [AUDIT])
    finding = {
        "audit": "m",
        "organisation": "A",
        "period": "2026-H1",
        "finding": "F1",
        "text": "closed at noon",
    }
    take(audits, [finding], "findings.csv")
    attest_all()
    found = AuditFinding.objects.get()
    contest_finding(finding=found, text="we were open", actor=person("lead"), now=NOON)
    with pytest.raises(EvidenceRefusedError, match="Someone other"):
        decide_contest(finding=found, upheld=True, decision="x", actor=person("lead"), now=NOON)
    decide_contest(finding=found, upheld=True, decision="photo shows it", actor=person("second"), now=NOON)
    found.refresh_from_db()
    assert (found.contest, found.decision, found.upheld) == ("we were open", "photo shows it", True)
    with pytest.raises(EvidenceRefusedError, match="no open contest"):
        decide_contest(finding=found, upheld=False, decision="x", actor=person("second"), now=NOON)


def test_unchanged_audit_keeps_its_contests_when_another_row_changes(cycle: Cycle) -> None:
    take(audits, [AUDIT])
    finding = {
        "audit": "m",
        "organisation": "A",
        "period": "2026-H1",
        "finding": "F1",
        "text": "closed at noon",
    }
    take(audits, [finding], "findings.csv")
    attest_all()
    contest_finding(finding=AuditFinding.objects.get(), text="no", actor=person("lead"), now=NOON)
    take(audits, [AUDIT | {"organisation": "B"}])
    attest_all()
    first = next(row for row in audit_rows(cycle) if row.organisation.code == "A")
    assert [(one.code, one.contest) for one in first.findings.all()] == [("F1", "no")]


def test_outcomes_refuse_parts_above_wholes_and_days_counted_twice(cycle: Cycle) -> None:
    rows = [
        OUTCOME | {"solved": 81},
        OUTCOME | {"starts_on": "2026-04-15", "ends_on": "2026-05-14"},
        OUTCOME | {"organisation": "B", "ends_on": "2026-10-01"},
    ]
    assert errors_of(outcomes, rows) == [
        (2, "H", "part_above_whole"),
        (3, "C", "days_counted_twice"),
        (4, "C", "outside_cycle"),
    ]
    assert take(outcomes, [OUTCOME]).created == 1
    assert OutcomeCount.objects.get().n_solved == 60


def test_organisation_outside_the_cycle_is_noted_not_refused(cycle: Cycle) -> None:
    report = take(kpis, [KPI | {"organisation": "X"}])
    assert [warning.code for warning in report.warnings] == ["organisation_not_in_cycle"]


@pytest.mark.parametrize("importer", [kpis, audits, outcomes])
@pytest.mark.parametrize("language", ["en", "zh-hans", "zh-hant"])
def test_template_is_readable_by_its_own_importer(importer, language: str, cycle: Cycle) -> None:
    install_starter_kpis(now=NOON)
    Organisation.objects.create(code="RSJ", names={"en": "RSJ"})
    report = importer.check(importer.template(language), "template.xlsx", cycle="c1")
    assert [error.as_json() for error in report.errors] == []


def test_starter_kpis_are_installed_once() -> None:
    assert len(install_starter_kpis(now=NOON)) == 19
    assert install_starter_kpis(now=NOON) == []
