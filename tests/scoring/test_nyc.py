"""Twelve New York City agencies: the engine against a recomputation in pandas that shares nothing with it."""

import numpy as np
import pandas as pd
import pytest

from tests.paths import EXAMPLES, NYC
from tests.scoring.build import score_example

data_needed = pytest.mark.data


def nyc_recomputed():
    names = pd.read_csv(NYC / "agency_crosswalk.csv").set_index("acronym").mmr_agency_number
    rated = pd.read_csv(NYC / "satisfaction_by_agency_2026Apr_Sep.csv").set_index("agency")
    kpis = pd.read_csv(NYC / "kpi_indicators.csv").dropna(subset=["target"])
    value, up = kpis.fy2023_scaled_full_year, kpis.desired_direction == "Up"
    kpis["met"] = (value >= kpis.target).where(up, value <= kpis.target)
    targets = kpis.groupby("agency_number").met.agg(["sum", "count"])
    targets = targets.reindex(names.reindex(rated.index)).set_index(rated.index)
    requests = pd.read_csv(NYC / "audit_service_standard_coverage.csv")
    matched = requests[requests.sla_state == "MATCHED"].groupby("agency").requests.sum()
    return pd.DataFrame(
        {
            "residents": rated.disagree_count,
            "responses": rated.responses,
            "targets": targets["sum"],
            "with_target": targets["count"],
            "audit": matched.reindex(rated.index),
            "requests": requests.groupby("agency").requests.sum().reindex(rated.index),
        }
    )


def nyc_expected(frame, weights):
    parts = pd.DataFrame(
        {
            "residents": 100 * (1 - frame.residents / frame.responses),
            "targets": 100 * frame.targets / frame.with_target,
            "audit": 100 * frame.audit / frame.requests,
        }
    )
    total = (parts * weights).sum(axis=1, skipna=False) / sum(weights)
    return parts, total


@data_needed
def test_the_shipped_nyc_figures_are_those_of_the_sources():
    ours = pd.read_csv(EXAMPLES / "nyc_three_sources.csv").set_index("agency")
    theirs = nyc_recomputed().sort_index()
    for name in theirs:
        pd.testing.assert_series_equal(
            ours.sort_index()[name].astype(float).replace(0.0, np.nan),
            theirs[name].astype(float),
            check_names=False,
        )
    assert (theirs.targets.sum(), theirs.with_target.sum()) == (82, 133)


@data_needed
@pytest.mark.parametrize(
    ("example", "weights", "sanitation"),
    [("nyc_three_sources", [40, 40, 20], 8), ("nyc_60_20_20", [60, 20, 20], 4)],
)
def test_nyc_equals_an_independent_recomputation(capsys, example, weights, sanitation):
    found = score_example(capsys, example, EXAMPLES / "nyc_three_sources.csv")
    parts, total = nyc_expected(nyc_recomputed(), weights)
    units = found["units"]
    for code in parts:
        ours = [np.nan if v is None else v for v in found["normalised"][code]]
        assert ours == pytest.approx(parts[code].reindex(units).tolist(), abs=1e-9, nan_ok=True)
    ours = [np.nan if v is None else v for v in found["scores"]["composite"]]
    assert ours == pytest.approx(total.reindex(units).tolist(), abs=1e-9, nan_ok=True)
    ranks = total.rank(ascending=False, method="min").reindex(units)
    assert [np.nan if r is None else r for r in found["ranks"]] == pytest.approx(ranks.tolist(), nan_ok=True)
    assert found["ranks"][units.index("DSNY")] == sanitation


def test_nyc_lists_two_agencies_with_their_reasons(capsys):
    found = score_example(capsys, "nyc_three_sources", EXAMPLES / "nyc_three_sources.csv")
    listed = {u: s for u, s in zip(found["units"], found["status"], strict=True) if s["state"] == "listed"}
    assert listed == {
        "NYPD": {"state": "listed", "reason": "missing", "codes": ["targets"]},
        "DOF": {"state": "listed", "reason": "missing", "codes": ["audit"]},
    }
    assert sum(r is not None for r in found["ranks"]) == 10
    assert found["tiers"][found["units"].index("TLC")] == "top"
    assert found["tiers"][found["units"].index("NYPD")] is None
