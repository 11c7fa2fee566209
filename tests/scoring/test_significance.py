"""Tests against statsmodels and scipy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.contingency_tables import StratifiedTable
from statsmodels.stats.contingency_tables import mcnemar as mcnemar_oracle
from statsmodels.stats.multitest import multipletests

from scoring import significance
from scoring.types import ScoringError


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_false_discovery_matches_statsmodels(p):
    expected = multipletests(p, method="fdr_bh")[1]
    assert significance.false_discovery(p) == pytest.approx(expected, rel=1e-12, abs=1e-15)


def test_missing_p_values_do_not_count():
    assert significance.false_discovery([0.01, np.nan, 0.04])[[0, 2]].tolist() == [0.02, 0.04]


@given(st.integers(0, 60), st.integers(0, 60))
def test_mcnemar_matches_statsmodels(b, c):
    expected = mcnemar_oracle([[5, b], [c, 5]], exact=True).pvalue if b + c else 1.0
    assert significance.mcnemar(b, c).p == pytest.approx(expected, rel=1e-9)


@given(st.lists(st.lists(st.integers(1, 40), min_size=4, max_size=4), min_size=1, max_size=6))
def test_stratified_tables_match_statsmodels(rows):
    tables = np.array(rows, dtype=float).reshape(-1, 2, 2)
    found, oracle = significance.cochran_mantel_haenszel(tables), StratifiedTable(list(tables))
    expected = oracle.test_null_odds(correction=False)
    assert found.statistic == pytest.approx(expected.statistic, rel=1e-9, abs=1e-12)
    assert found.p == pytest.approx(expected.pvalue, rel=1e-8, abs=1e-14)
    assert found.estimate == pytest.approx(oracle.oddsratio_pooled)


def test_strata_that_say_nothing_change_nothing():
    table = [[12, 3], [5, 9]]
    assert significance.cochran_mantel_haenszel(
        [table, [[1, 0], [0, 0]]]
    ) == significance.cochran_mantel_haenszel([table])
    assert significance.cochran_mantel_haenszel([[[4, 0], [6, 0]]]).p == 1


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=2, max_size=7))
def test_distributions_match_scipy(columns):
    first, second = np.array(columns).T
    if first.sum() == 0 or second.sum() == 0 or np.count_nonzero(first + second) < 2:
        assert significance.same_distribution(first, second).p == 1
        return
    used = (first + second) > 0
    expected = stats.chi2_contingency(np.stack([first[used], second[used]]), correction=False)
    assert significance.same_distribution(first, second).p == pytest.approx(
        expected.pvalue, rel=1e-8, abs=1e-14
    )


@given(st.floats(-30, 30), st.integers(1, 200))
def test_t_tail_matches_scipy(t, df):
    assert significance.t_two_sided(t, df) == pytest.approx(2 * stats.t.sf(abs(t), df), rel=1e-9)


@pytest.mark.parametrize(
    "call",
    [
        lambda: significance.false_discovery([1.2]),
        lambda: significance.mcnemar(-1, 2),
        lambda: significance.cochran_mantel_haenszel([[1, 2]]),
        lambda: significance.same_distribution([1, -1], [1, 1]),
    ],
)
def test_malformed_questions_are_refused(call):
    with pytest.raises(ScoringError):
        call()
