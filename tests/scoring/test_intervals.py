"""Intervals: published values, exact oracles and what holds for all counts."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from scoring import intervals
from scoring.types import ScoringError

counts = st.integers(1, 2000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.parametrize(
    ("x", "n", "lower", "upper"),
    [
        (81, 263, 0.2553, 0.3662),  # Newcombe 1998
        (0, 20, 0.0, 0.1611),
        (5, 5, 0.5655, 1.0),
    ],
)
def test_wilson_gives_the_published_values(x, n, lower, upper):
    low, high = intervals.wilson(x, n)
    assert low == pytest.approx(lower, abs=6e-5)
    assert high == pytest.approx(upper, abs=6e-5)


@given(counts, st.sampled_from([0.8, 0.95, 0.99]))
def test_wilson_and_clopper_pearson_match_statsmodels(pair, coverage):
    x, n = pair
    for mine, name in ((intervals.wilson, "wilson"), (intervals.clopper_pearson, "beta")):
        low, high = mine(x, n, coverage)
        expected = proportion_confint(x, n, 1 - coverage, method=name)
        assert (float(low), float(high)) == pytest.approx(expected, rel=1e-7, abs=1e-12)


@given(counts, counts)
def test_newcombe_matches_statsmodels(first, second):
    low, high = intervals.newcombe(*first, *second)
    expected = confint_proportions_2indep(*first, *second, method="newcomb")
    assert (float(low), float(high)) == pytest.approx(expected, rel=1e-7, abs=1e-9)


def test_no_trials_have_no_interval():
    for bounds in (intervals.wilson([0], [0]), intervals.clopper_pearson([0], [0])):
        assert np.isnan(bounds).all()


def test_more_successes_than_trials_are_refused():
    with pytest.raises(ScoringError, match="0 ≤ successes ≤ n"):
        intervals.wilson(6, 5)


def test_three_equal_ratings_are_not_certain():
    table = np.array([[0, 0, 0, 0, 3], [5, 5, 20, 60, 110], [2, 4, 10, 30, 50]], dtype=float)
    points = [0, 25, 50, 75, 100]
    error = intervals.smoothed_se(table, points)
    assert error[0] > 5
    assert error[0] > error[2] > error[1]


def test_smoothed_error_of_a_single_unanimous_unit_is_positive():
    assert intervals.smoothed_se(np.array([[0.0, 0, 0, 0, 3]]), [0, 25, 50, 75, 100])[0] > 1


def test_smoothed_error_tends_to_the_plug_in_error():
    table = np.array([[1e6, 2e6, 3e6]])
    p = table[0] / table.sum()
    plain = np.sqrt((p @ np.array([0, 50, 100.0]) ** 2 - (p @ np.array([0, 50, 100.0])) ** 2) / table.sum())
    assert intervals.smoothed_se(table, [0, 50, 100])[0] == pytest.approx(plain, rel=1e-5)


def test_a_unit_without_ratings_has_no_error():
    assert np.isnan(intervals.smoothed_se(np.array([[0.0, 0], [3, 4]]), [0, 100])[0])


def test_a_full_count_has_no_sampling_error():
    table = np.array([[3.0, 4], [3, 4]])
    error = intervals.smoothed_se(table, [0, 100], population=[7, 700])
    assert error[0] == 0
    assert error[1] == pytest.approx(intervals.smoothed_se(table, [0, 100])[1] * np.sqrt(693 / 699))
    with pytest.raises(ScoringError, match="larger than its population"):
        intervals.finite_population(8, 7)


def test_bootstrap_is_the_same_in_any_row_order():
    rows = np.random.default_rng(3).normal(size=(40, 2))
    first = intervals.bootstrap(lambda part: part.mean(axis=0), rows, draws=50, seed=4)
    second = intervals.bootstrap(lambda part: part.mean(axis=0), rows[::-1], draws=50, seed=4)
    assert first.tobytes() == second.tobytes()
    assert first.shape == (50, 2)


def test_bootstrap_interval_of_a_mean_is_close_to_the_normal_one():
    rows = np.random.default_rng(5).normal(10, 2, 400)
    low, high = intervals.percentile_interval(intervals.bootstrap(np.mean, rows, draws=2000))
    half = 1.96 * rows.std() / 20
    assert low == pytest.approx(rows.mean() - half, abs=0.03)
    assert high == pytest.approx(rows.mean() + half, abs=0.03)


def test_long_tails_are_smoothed_by_more_ratings():
    assert intervals.prior_strength([0.5, 0.5], [0, 100]) == 5
    assert intervals.prior_strength([1.0, 0.0], [0, 100]) == 5
    # Kurtosis of a share p is 1/(pq) − 3.
    assert intervals.prior_strength([0.02, 0.98], [0, 100]) == pytest.approx(5 * (1 / (0.02 * 0.98) - 4))


@given(
    st.lists(st.integers(0, 40), min_size=5, max_size=5), st.lists(st.integers(0, 40), min_size=5, max_size=5)
)
def test_the_smoothed_error_is_the_larger_of_two_written_out(first, second):
    table = np.array([first, second], dtype=float)
    points = np.array([0, 25, 50, 75, 100.0])
    q = (table.sum(axis=0) + 0.2) / (table.sum() + 1)
    expected = []
    for counts in table:
        n = counts.sum()
        variances = []
        for s in (5.0, intervals.prior_strength(q, points)):
            smoothed = counts + s * q
            m = smoothed @ points / (n + s)
            variances.append(smoothed @ (points - m) ** 2 / max(n + s - 3, 1))
        expected.append(np.sqrt(max(variances) / n) if n else np.nan)
    assert intervals.smoothed_se(table, points) == pytest.approx(np.array(expected), rel=1e-9, nan_ok=True)
