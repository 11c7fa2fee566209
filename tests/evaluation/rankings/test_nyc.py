"""The city's edition through the whole product equals an independent recomputation from the reference files."""

import csv
import json
from pathlib import Path

import pandas as pd
import pytest

from evaluation.evidence.gate import measure
from evaluation.evidence.queries import open_failures
from evaluation.rankings.actions import what_if
from evaluation.rankings.queries import RunView, latest_run, run_view
from scoring.__main__ import main
from tests.paths import NYC
from tests.worlds import edition, nyc
from tests.worlds.clock import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.data]
PARTS = ("residents", "targets", "audit")


@pytest.fixture
def view() -> RunView:
    return run_view(edition.scored().run)


def recomputed() -> pd.DataFrame:
    """Shares and composite straight from the reference files, sharing no code with the product."""
    rated = pd.read_csv(NYC / "satisfaction_by_agency_2026Apr_Sep.csv").set_index("agency")
    numbers = pd.read_csv(NYC / "agency_crosswalk.csv").set_index("mmr_agency_number")["acronym"]
    kpis = pd.read_csv(NYC / "kpi_indicators.csv")
    kpis = kpis[kpis.target.notna()].assign(agency=lambda f: f.agency_number.map(numbers))
    kpis = kpis[kpis.agency.isin(rated.index)]
    value, up = kpis.fy2023_scaled_full_year, kpis.desired_direction == "Up"
    met = (up & (value >= kpis.target)) | (~up & (value <= kpis.target))
    assert (int(met.sum()), len(kpis)) == (82, 133)
    states = pd.read_csv(NYC / "audit_service_standard_coverage.csv")
    requests = states.pivot_table(index="agency", columns="sla_state", values="requests", aggfunc="sum")
    return pd.DataFrame(
        {
            "residents": 100 * (1 - rated.disagree_count / rated.responses),
            "targets": 100 * met.groupby(kpis.agency).mean(),
            "audit": 100 * requests.MATCHED / requests.sum(axis=1),
        }
    ).reindex(rated.index)


def test_raw_shares_equal_the_recomputation(view: RunView) -> None:
    expected = recomputed()
    for code in PARTS:
        for unit in nyc.AGENCIES:
            cell = view.cells[code][unit]
            wanted = expected.loc[unit, code]
            if pd.isna(wanted):
                assert cell.value is None
            else:
                assert cell.value == pytest.approx(wanted, abs=1e-9)


def test_composite_and_places_equal_the_recomputation(view: RunView) -> None:
    expected = recomputed()
    total = (0.4 * expected.residents + 0.4 * expected.targets + 0.2 * expected.audit).dropna()
    assert len(total) == 10
    places = total.rank(ascending=False)
    assert {row.unit: row.rank for row in view.ranked} == places.to_dict()
    assert {row.unit: row.score for row in view.ranked} == pytest.approx(total.to_dict(), abs=1e-9)


def test_two_agencies_are_listed_with_their_reasons(view: RunView) -> None:
    told = {row.unit: row.reason["en"] for row in view.listed}
    assert told == {
        "DOF": "Requests with a published standard: nothing there to measure",
        "NYPD": "City targets met: no targets set, so none counted",
    }
    assert all(row.rank is None and row.score is None for row in view.listed)


def test_not_assessed_record_quality_is_missing_never_zero() -> None:
    edition.with_evidence(edition.opened())
    from_file = edition.content("audits").decode().splitlines()
    assert sum("not_assessed" in line for line in from_file) == 7


def test_sanitation_moves_from_eighth_to_fourth_when_residents_count_sixty(view: RunView) -> None:
    document = {**view.run.scheme}
    weights = {"residents": 60, "targets": 20, "audit": 20}
    document["indicators"] = [item | {"weight": weights[item["code"]]} for item in document["indicators"]]
    trial = what_if(cycle=view.cycle, document=document, actor=None, now=NOON)
    assert view.by_unit["DSNY"].rank == 8
    assert run_view(trial).by_unit["DSNY"].rank == 4
    assert latest_run(view.cycle) == view.run


def test_every_number_knows_its_file_base_and_period(view: RunView) -> None:
    cell = view.cells["residents"]["DSNY"]
    assert (cell.numerator, cell.denominator, cell.n) == (4464, 7565, 7565)
    assert (cell.starts_on.isoformat(), cell.ends_on.isoformat()) == ("2026-04-01", "2026-09-30")
    targets = view.cells["targets"]["DEP"]
    assert (targets.numerator, targets.denominator) == (19, 25)
    assert targets.excluded == {"no_target": 15}
    assert targets.ends_on.isoformat() == "2023-06-30"
    assert [origin.name for origin in targets.origins] == ["kpis.csv"]
    assert targets.origins[0].attested == "second"


def test_gate_tells_that_the_targets_are_old(view: RunView) -> None:
    measure(cycle=view.cycle, now=NOON)
    assert [(row.source, row.dimension) for row in open_failures(view.cycle)] == [("kpis", "timeliness")]


def test_shipped_files_are_made_from_the_reference_figures() -> None:
    assert edition.content("organisations") == nyc.organisations()
    assert edition.content("kpis") == nyc.kpis(NYC)
    assert edition.content("audits") == nyc.audits(NYC)
    assert edition.content("batches") == nyc.batches(NYC)


def test_run_is_what_the_command_line_prints(
    view: RunView, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = view.run
    scheme, data = tmp_path / "scheme.json", tmp_path / "data.csv"
    scheme.write_text(json.dumps(run.scheme), encoding="utf-8")
    with data.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(run.table["columns"])
        writer.writerows(["" if cell is None else cell for cell in row] for row in run.table["rows"])
    assert main(["score", str(scheme), str(data), "--draws", str(run.n_draws), "--seed", str(run.seed)]) == 0
    assert json.loads(capsys.readouterr().out) == run.result
