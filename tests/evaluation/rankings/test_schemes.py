"""Shipped schemes score a small city through the product: hotline points, website veto, forced grades, own index."""

import datetime as dt

import pytest

from evaluation.cycles.actions import approve_scheme, create_cycle, install_preset, lock_cycle, open_cycle
from evaluation.cycles.models import Cycle
from evaluation.evidence.actions import attest_import, install_starter_kpis
from evaluation.evidence.audits_import import importer as audits
from evaluation.evidence.kpis_import import importer as kpis
from evaluation.evidence.models import EvidenceImport
from evaluation.evidence.outcomes_import import importer as outcomes
from evaluation.rankings.actions import evaluate
from evaluation.rankings.models import Run
from evaluation.rankings.queries import RunView, run_view
from surveys.catalogue.models import Organisation, PeerGroup
from surveys.core.digests import digest
from surveys.ratings.models import RatingBatch
from tests.worlds.clock import NOON
from tests.worlds.nyc import as_csv
from tests.worlds.people import person

pytestmark = pytest.mark.django_db
DAYS = (dt.date(2026, 1, 1), dt.date(2026, 6, 30))
UNITS = ("A", "B", "C", "D")


def city(groups: dict[str, str] | None = None) -> list[Organisation]:
    groups = groups or {}
    found = []
    for code in UNITS:
        group = None
        if code in groups:
            group, _ = PeerGroup.objects.get_or_create(code=groups[code], defaults={"names": {"en": "g"}})
        found.append(Organisation.objects.create(code=code, names={"en": code}, peer_group=group))
    return found


def opened(scheme: str, organisations: list[Organisation]) -> Cycle:
    document = install_preset(code=scheme, actor=person("author"), now=NOON)
    approve_scheme(scheme=document, actor=person("second"), now=NOON)
    cycle = create_cycle(
        code="c", names={"en": "c"}, starts_on=DAYS[0], ends_on=DAYS[1], scheme=document,
        organisations=organisations, actor=person("author"), now=NOON,
    )  # fmt: skip
    return open_cycle(cycle=cycle, actor=person("author"), now=NOON)


def bring(importer, rows, name: str = "rows.csv") -> None:
    importer.commit(as_csv(rows), name, cycle="c", actor=person("author"), now=NOON)


def scored(cycle: Cycle) -> RunView:
    for batch in EvidenceImport.objects.filter(state="imported").order_by("pk"):
        attest_import(evidence_import=batch, actor=person("second"), now=NOON)
    lock_cycle(cycle=cycle, actor=person("author"), now=NOON)
    return run_view(evaluate(cycle=cycle, actor=None, now=NOON, draws=50))


def outcome(unit: str, due: int, contacted: int, called: int, satisfied: int) -> dict[str, object]:
    return {
        "outcome": "hotline", "organisation": unit, "starts_on": "2026-01-01", "ends_on": "2026-06-30",
        "due": due, "contacted_in_time": contacted, "called_back": called, "solved": satisfied,
        "satisfied": satisfied, "unreasonable": 3, "source": "s",
    }  # fmt: skip


def audit(unit: str, code: str, *, missing: str = "", passed: int = 8) -> dict[str, object]:
    return {
        "audit": code, "auditor": "T", "organisation": unit, "period": "2026-H1",
        "passed": "" if missing else passed, "checked": "" if missing else 10, "missing": missing,
        "independence": "none", "source": "s",
    }  # fmt: skip


def test_hotline_points_follow_the_published_rule() -> None:
    cycle = opened("hotline_points", city({"A": "full", "B": "full", "C": "full", "D": "full"}))
    bring(outcomes, [outcome("A", 100, 98, 50, 45), outcome("B", 100, 90, 50, 40), outcome("C", 0, 0, 0, 0)])
    view = scored(cycle)
    points = {row.unit: {code: value.points for code, value in row.values.items()} for row in view.rows}
    assert (points["A"]["satisfaction"], points["A"]["ontime"]) == (25, 23)
    assert (points["B"]["satisfaction"], points["B"]["ontime"]) == (20, 15)
    assert [(row.unit, row.rank) for row in view.ranked] == [("A", 1), ("B", 2)]
    assert {row.unit: row.reason["en"] for row in view.listed} == {
        "C": "Satisfaction points: nothing was due; On-time points: nothing was due",
        "D": "Satisfaction points: no outcomes reported; On-time points: no outcomes reported",
    }
    assert view.cells["satisfaction"]["A"].excluded == {"unreasonable": 3}


def test_three_rates_are_weighted_ten_and_forty_five_twice() -> None:
    install_starter_kpis(now=NOON)
    cycle = opened("hotline_3rates", city())
    bring(outcomes, [outcome(unit, 100, 90, 50, 40) for unit in UNITS])
    bring(
        kpis,
        [
            {"kpi": kpi, "organisation": unit, "period": "2026-H1", "value": value, "source": "s"}
            for unit in UNITS
            for kpi, value in (
                ("bonus_points", 2 if unit == "B" else 0),
                ("deduction_points", 9 if unit == "A" else 0),
            )
        ],
    )
    view = scored(cycle)
    plain = 0.1 * 90 + 0.45 * 80 + 0.45 * 80
    assert {row.unit: row.score for row in view.rows} == pytest.approx(
        {"A": plain - 5, "B": plain + 2, "C": plain, "D": plain}
    )
    assert digest(Run.objects.get().result) == view.run.result_digest


def test_website_check_caps_each_area_and_veto_fails() -> None:
    cycle = opened("website_veto", city())
    findings = [("A", f"services-{n}") for n in range(9)] + [
        ("B", "veto-1"),
        ("C", "bonus-1"),
        ("C", "bonus-2"),
    ]
    rows = [audit(unit, "website") for unit in ("A", "B", "C")]
    bring(audits, [*rows, audit("D", "website", missing="not_assessed")])
    bring(
        audits,
        [
            {"audit": "website", "organisation": unit, "period": "2026-H1", "finding": code, "text": "t"}
            for unit, code in findings
        ],
        "findings.csv",
    )
    view = scored(cycle)
    assert {row.unit: (row.score, row.grade) for row in view.ranked} == {
        "A": (70, "pass"), "B": (100, "fail"), "C": (110, "pass"),
    }  # fmt: skip
    assert "not assessed" in view.by_unit["D"].reason["en"]


def test_index_of_good_and_bad_ratings_without_bad_ones_spreads_their_weight() -> None:
    organisations = city()
    cycle = opened("hcp_index", organisations)
    for organisation, counts in zip(
        organisations, ([0, 0, 10, 30, 60], [1, 4, 15, 40, 40], [0, 0, 0, 0, 5]), strict=False
    ):
        RatingBatch.objects.create(
            organisation=organisation, starts_on=DAYS[0], ends_on=DAYS[1], scale="level5",
            counts={str(level): n for level, n in enumerate(counts, 1)}, source="s",
        )  # fmt: skip
    view = scored(cycle)
    row = view.by_unit["A"]
    assert view.cells["level"]["A"].value == pytest.approx((10 * 50 + 30 * 75 + 60 * 100) / 100)
    assert not view.cells["ontime"]["A"].applies
    assert row.state == "ranked"
    assert view.by_unit["C"].reason["en"] == "too few ratings to show a figure"
    assert view.by_unit["C"].score is None
    assert view.by_unit["D"].state == "listed"
