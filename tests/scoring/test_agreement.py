"""Agreement: contradictions by hand, coefficients against scipy, scikit-learn and statsmodels."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.inter_rater import cohens_kappa

from scoring import agreement
from scoring.types import ScoringError

SOURCES = ("kpi", "residents", "audit")


def test_a_perfect_kpi_against_dissatisfied_residents_is_a_contradiction():
    found = agreement.contradictions([[100, 60, np.nan], [90, 85, 80]], SOURCES)
    assert [(c.row, c.first, c.second, c.gap) for c in found] == [(0, "kpi", "residents", 40)]


def test_noise_alone_is_no_contradiction():
    values, errors = [[100, 75, 70]], [[0, 4, 6]]
    assert [c.second for c in agreement.contradictions(values, SOURCES)] == ["residents", "audit"]
    assert agreement.contradictions(values, SOURCES, errors) == []
    narrow = agreement.contradictions([[100, 60, 90]], SOURCES, errors)
    assert [(c.first, c.second) for c in narrow] == [("kpi", "residents")]
    assert narrow[0].least_gap == pytest.approx(40 - 1.959964 * 4, abs=1e-4)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=4, max_size=30))
def test_spearman_matches_scipy(pairs):
    x, y = np.array(pairs, dtype=float).T
    found = agreement.spearman(x, y)
    if x.std() == 0 or y.std() == 0:
        assert np.isnan(found.value)
        return
    expected = stats.spearmanr(x, y)
    assert found.value == pytest.approx(expected.statistic, abs=1e-12)
    assert found.p == pytest.approx(expected.pvalue, abs=1e-7)
    assert found.lower <= found.value <= found.upper


@given(
    st.lists(st.integers(0, 20), min_size=16, max_size=16), st.sampled_from(["none", "linear", "quadratic"])
)
def test_kappa_matches_statsmodels(cells, weights):
    table = np.array(cells, dtype=float).reshape(4, 4) + np.eye(4)
    found = agreement.kappa(table, weights)
    assume(table.sum() > np.trace(table))  # perfect agreement makes statsmodels take the root of −1e-17
    kind = {"none": None, "linear": "linear", "quadratic": "quadratic"}[weights]
    expected = cohens_kappa(table, wt=kind)
    assert found.value == pytest.approx(expected.kappa, abs=1e-10)
    assert (found.upper - found.value if found.upper < 1 else 0) <= 1.96 * expected.std_kappa + 1e-6
    if found.lower > -1:
        assert found.lower == pytest.approx(expected.kappa - 1.959964 * expected.std_kappa, abs=1e-6)
    assert found.p == pytest.approx(expected.pvalue_two_sided, abs=1e-6)


def test_raters_who_always_say_the_same_word_have_no_kappa():
    assert np.isnan(agreement.kappa([[7, 0], [0, 0]]).value)


def test_cross_table_counts_pairs_of_levels():
    assert agreement.cross_table([1, 2, 2, 3], [1, 2, 3, 3], 3).tolist() == [[1, 0, 0], [0, 1, 1], [0, 0, 1]]


@pytest.mark.parametrize(
    "call",
    [
        lambda: agreement.contradictions([[1, 2]], SOURCES),
        lambda: agreement.spearman([1, 2], [1]),
        lambda: agreement.kappa([[1, 2, 3], [4, 5, 6]]),
        lambda: agreement.kappa([[1, 2], [3, 4]], "cubic"),
        lambda: agreement.cross_table([1, 9], [1, 1], 5),
    ],
)
def test_malformed_questions_are_refused(call):
    with pytest.raises(ScoringError):
        call()
