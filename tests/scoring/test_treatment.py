"""Denominators, imputation, outliers and transforms, with moments checked against scipy."""

import numpy as np
import pytest
from scipy import stats

from scoring import treatment
from scoring.types import ScoringError, Treat


def test_denominate_turns_nothing_over_nothing_into_missing():
    found = treatment.denominate(np.array([1.0, 0.0, 3.0, 2.0]), np.array([2.0, 0.0, np.nan, 4.0]))
    assert found[[0, 3]].tolist() == [0.5, 0.5]
    assert np.isnan(found[[1, 2]]).all()


@pytest.mark.parametrize(("method", "expected"), [("mean", 4.0), ("median", 3.0)])
def test_impute_fills_gaps_and_nothing_else(method, expected):
    x = np.array([1.0, np.nan, 3.0, 8.0])
    assert treatment.impute(x, method).tolist() == [1, expected, 3, 8]


def test_group_mean_stays_missing_where_the_whole_group_is():
    x = np.array([1.0, 3.0, np.nan, np.nan])
    found = treatment.impute(x, "group_mean", ["p", "p", "p", "q"])
    assert found[:3].tolist() == [1, 3, 2]
    assert np.isnan(found[3])


def test_impute_leaves_what_is_not_applicable():
    x = np.array([1.0, np.nan, np.nan])
    found = treatment.impute(x, "mean", None, np.array([True, True, False]))
    assert found[1] == 1
    assert np.isnan(found[2])


def test_panel_gaps_are_drawn_inside_and_carried_on():
    panel = np.array([[np.nan, 1.0], [2.0, np.nan], [np.nan, 3.0], [6.0, np.nan]])
    linear, last = treatment.impute_panel(panel, "linear"), treatment.impute_panel(panel, "last")
    assert linear[1:, 0].tolist() == [2, 4, 6]
    assert np.isnan(linear[0, 0])
    assert last[:, 1].tolist() == [1, 1, 3, 3]
    assert np.isnan(last[0, 0])


def test_a_panel_column_without_values_stays_empty():
    assert np.isnan(treatment.impute_panel(np.full((3, 1), np.nan), "last")).all()


def test_moments_match_scipy_without_bias():
    x = np.array([1.0, 2.0, 2.5, 7.0, 30.0, np.nan])
    assert treatment.skewness(x) == pytest.approx(stats.skew(x[:5], bias=False), rel=1e-12)
    assert treatment.kurtosis(x) == pytest.approx(stats.kurtosis(x[:5], bias=False), rel=1e-12)


def test_moments_of_too_few_or_equal_values_are_zero():
    assert treatment.skewness(np.array([1.0, 2.0])) == 0
    assert treatment.kurtosis(np.array([1.0, 2.0, 4.0])) == 0
    assert treatment.skewness(np.full(9, 3.0)) == 0
    assert treatment.kurtosis(np.full(9, 3.0)) == 0


def test_one_far_value_is_pulled_to_the_next():
    x = np.append(np.arange(20.0), 400.0)
    done = treatment.treat(x, Treat("winsorise_log"))
    assert done.action == "winsorise"
    assert done.n_points == 1
    assert done.values.max() == 19


def test_a_low_outlier_is_pulled_up():
    x = np.append(np.arange(20.0), -400.0)
    done = treatment.treat(x, Treat("winsorise"))
    assert done.values.min() == 0


def test_log_takes_over_from_the_original_when_winsorising_does_not_mend():
    x = np.exp(np.linspace(0, 9, 60))
    done = treatment.treat(x, Treat("winsorise_log", max=1))
    assert done.action == "log"
    assert done.values[0] == pytest.approx(np.log(0.01 * (x.max() - x.min())))
    assert abs(done.skew[1]) < 2
    assert (np.diff(done.values) > 0).all()


def test_a_left_tail_is_mended_by_the_mirrored_log():
    x = -np.exp(np.linspace(0, 9, 60))[::-1]
    done = treatment.treat(x, Treat("log"))
    assert abs(done.skew[1]) < abs(done.skew[0])
    assert (np.diff(done.values) > 0).all()


def test_boxcox_finds_the_power_of_scipy():
    x = np.exp(np.random.default_rng(1).normal(size=80)) ** 3
    done = treatment.treat(x, Treat("boxcox"))
    expected, power = stats.boxcox(x)
    assert done.action == "boxcox"
    assert done.values == pytest.approx(expected, rel=1e-4, abs=1e-4 * abs(power))


def test_boxcox_shifts_values_above_zero():
    x = np.append(np.zeros(10), np.exp(np.linspace(0, 6, 30)))
    assert np.isfinite(treatment.treat(x, Treat("boxcox")).values).all()


def test_a_sound_column_is_left_alone():
    x = np.arange(10.0)
    done = treatment.treat(x, Treat("winsorise_log"))
    assert done.action == "none"
    assert done.values.tolist() == x.tolist()


@pytest.mark.parametrize("name", ["log", "log10", "sqrt"])
def test_transform_slopes_are_derivatives(name):
    x = np.array([0.5, 2.0, 9.0])
    rise = treatment.transform(x + 1e-6, name) - treatment.transform(x - 1e-6, name)
    assert treatment.transform_slope(x, name) == pytest.approx(rise / 2e-6, rel=1e-6)


def test_no_transform_changes_nothing():
    x = np.array([-1.0, 2.0])
    assert treatment.transform(x, None) is x
    assert treatment.transform_slope(x, None).tolist() == [1, 1]


@pytest.mark.parametrize(("name", "value"), [("log", 0.0), ("log10", -1.0), ("sqrt", -0.1)])
def test_values_without_a_transform_are_refused_by_unit(name, value):
    with pytest.raises(ScoringError, match="unit two has") as caught:
        treatment.check_domain(np.array([1.0, value]), name, ["one", "two"], "gni")
    assert caught.value.column == "gni"


def test_sqrt_takes_zero_and_nothing_is_asked_without_a_transform():
    treatment.check_domain(np.array([0.0, 4.0]), "sqrt", ["one", "two"], "gni")
    treatment.check_domain(np.array([-1.0]), None, ["one"], "gni")
