"""Satisfaction figures against published values and plain recomputation."""

import csv

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring import satisfaction
from scoring.types import ScoringError
from tests.services import SHARED_DATA

UK = [23, 46, 153, 419, 528]
tables = st.integers(2, 11).flatmap(
    lambda k: st.lists(st.lists(st.integers(0, 60), min_size=k, max_size=k), min_size=1, max_size=6)
)


def test_tally_gives_the_published_uk_figures():
    found = satisfaction.tally([UK], dk=[7])
    assert found.n.tolist() == [1169]
    assert found.dk.tolist() == [7]
    assert found.mean[0] == pytest.approx(4.183, abs=5e-4)
    assert found.linear100[0] == pytest.approx(79.58, abs=5e-3)
    assert round(found.linear100[0]) == 80
    assert found.top2[0] == pytest.approx(0.8101, abs=5e-5)
    assert found.top_box[0] == pytest.approx(528 / 1169)
    assert found.net[0] == pytest.approx((528 + 419 - 23 - 46) / 1169)
    assert satisfaction.formula("uk")([UK])[0][0] == pytest.approx(found.linear100[0])


@given(tables)
def test_tally_equals_the_statistics_of_the_single_ratings(rows):
    found = satisfaction.tally(rows)
    for i, row in enumerate(rows):
        ratings = np.repeat(np.arange(1, len(row) + 1), row)
        if not len(ratings):
            assert np.isnan(
                [found.mean[i], found.linear100[i], found.top2[i], found.se[i], found.lower[i]]
            ).all()
            continue
        assert found.mean[i] == pytest.approx(ratings.mean())
        assert satisfaction.median(rows)[i] == np.median(ratings)
        assert 0 <= found.linear100[i] <= 100
        assert found.lower[i] <= found.top2[i] + 1e-12
        assert found.top2[i] <= found.upper[i] + 1e-12
        assert found.se[i] > 0


@given(tables)
def test_reversing_the_scale_mirrors_the_figures(rows):
    forward, backward = satisfaction.tally(rows), satisfaction.tally([row[::-1] for row in rows])
    np.testing.assert_allclose(forward.linear100, 100 - backward.linear100, atol=1e-9)
    np.testing.assert_allclose(forward.net, -backward.net, atol=1e-12)
    np.testing.assert_allclose(forward.se, backward.se, rtol=1e-9)


def test_two_levels_have_one_top_level():
    found = satisfaction.tally([[3, 7]])
    assert found.top2[0] == found.top_box[0] == 0.7
    assert found.linear100[0] == pytest.approx(70)


@pytest.mark.parametrize(
    ("code", "counts", "value"),
    [
        ("linear100", [0, 0, 10], 100),
        ("gd", [1, 1, 1, 1, 1], 54),
        ("uk", [1, 1, 1, 1, 1], 50),
        ("nps", [0, 0, 0, 0, 0, 0, 10, 20, 20, 30, 20], 40),
        ("ces", [1, 1, 1, 1, 2, 2, 2], 60),
        ("top_box", [1, 3], 75),
        ("top2", [1, 1, 1, 1, 1], 40),
        ("net", [2, 0, 1, 1, 1], 0),
        ("good_rate", [1, 1, 2, 3, 3], 80),
    ],
)
def test_formulas_give_the_figure_of_their_source(code, counts, value):
    figure, error = satisfaction.formula(code)([counts])
    assert figure[0] == pytest.approx(value)
    assert error[0] > 0


def test_formulas_refuse_other_scales_and_unknown_names():
    with pytest.raises(ScoringError, match="needs 5 levels, not 4"):
        satisfaction.formula("gd")([[1, 1, 1, 1]])
    with pytest.raises(ScoringError, match="no satisfaction formula"):
        satisfaction.formula("happy")


def test_acsi_weighs_three_questions():
    assert satisfaction.acsi([8.2, 7.3, 7.6], [0.4, 0.3, 0.3])[0] == pytest.approx(
        100 * (0.4 * 7.2 + 0.3 * 6.3 + 0.3 * 6.6) / 9
    )
    with pytest.raises(ScoringError, match="outside its scale"):
        satisfaction.acsi([11.0, 5, 5])


def test_rates_state_their_denominators():
    found = satisfaction.rating_rates([1, 2, 7, 40, 50], 400, {"rectify": (3, 3), "relapse": (0, 0)})
    assert (found["active"].numerator, found["active"].denominator) == (100, 400)
    assert found["good"].value == pytest.approx(0.97)
    assert found["top2"].value == pytest.approx(0.9)
    assert found["rectify"].lower == pytest.approx(0.4385, abs=1e-4)
    assert np.isnan(found["relapse"].value)


@pytest.mark.parametrize(
    "call",
    [
        lambda: satisfaction.tally([[1, -1]]),
        lambda: satisfaction.tally([[1, np.nan]]),
        lambda: satisfaction.tally([[1], [2]]),
        lambda: satisfaction.tally([[1, 2]], dk=[1, 2]),
        lambda: satisfaction.rating_rates([1, 2, 3], 10),
        lambda: satisfaction.acsi([5.0, 5], [0, 0]),
        lambda: satisfaction.eb_shrink([1, 2, 3], [1, 1, 1]),
        lambda: satisfaction.shrink_shares([0], [0]),
    ],
)
def test_malformed_counts_are_refused(call):
    with pytest.raises(ScoringError):
        call()


@pytest.mark.data
def test_shrinkage_recomputes_efron_and_morris():
    with (SHARED_DATA / "golden" / "shrinkage_efron_morris1977.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    x = np.array([float(row["hits"]) / float(row["at_bats"]) for row in rows])
    truth = np.array([float(row["season_avg"]) for row in rows])
    grand = 0.265
    found = satisfaction.eb_shrink(x, grand * (1 - grand) / 45)
    assert found.kept == pytest.approx([0.212] * 18, abs=1.5e-3)
    assert found.values[0] == pytest.approx(0.294, abs=1.5e-3)
    assert np.sum((found.values - truth) ** 2) == pytest.approx(0.0213, abs=1.5e-3)
    assert np.sum((x - truth) ** 2) == pytest.approx(0.0753, abs=1.5e-3)


def test_shrinkage_keeps_precise_values_and_pulls_noisy_ones():
    found = satisfaction.eb_shrink([60, 70, 80, 90, 100], [0.01, 0.01, 0.01, 400, 400])
    assert abs(found.values[0] - 60) < 0.1
    assert found.kept[4] < found.kept[0]
    assert found.mean < found.values[4] < 100


def test_shrunken_shares_do_not_put_small_units_at_the_ends():
    x, n = np.array([3, 900, 870, 930, 885]), np.array([3, 1000, 1000, 1000, 1000])
    found = satisfaction.shrink_shares(x, n)
    assert found.values.argmax() == 3
    strength = n * (1 - found.kept) / found.kept
    assert found.values == pytest.approx((x + strength * found.mean) / (n + strength))


def test_reliability_is_the_signal_share_of_variance():
    generator = np.random.default_rng(1)
    truth, noise = generator.normal(0, 3, 20_000), generator.normal(0, 4, 20_000)
    assert satisfaction.reliability(truth + noise, np.full(20_000, 16.0)) == pytest.approx(9 / 25, abs=0.02)
    assert satisfaction.reliability([5.0, 5.0, 5.0], [1.0, 1.0, 1.0]) == 0
    assert np.isnan(satisfaction.reliability([5.0], [1.0]))
