"""Special functions against scipy."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy import special as oracle
from scipy import stats

from scoring import special
from scoring.types import ScoringError

positive = st.floats(0.05, 5000)
share = st.floats(0, 1)


@given(positive, positive, share)
def test_betainc_matches_scipy(a, b, x):
    assert special.betainc(a, b, x) == pytest.approx(oracle.betainc(a, b, x), rel=1e-9, abs=1e-12)


@given(positive, st.floats(0, 6000))
def test_gamma_q_matches_scipy(a, x):
    assert special.gamma_q(a, x) == pytest.approx(oracle.gammaincc(a, x), rel=1e-8, abs=1e-12)


@given(st.floats(1e-6, 1 - 1e-6), st.floats(0.5, 2000), st.floats(0.5, 2000))
def test_beta_ppf_inverts_betainc(p, a, b):
    assert special.beta_ppf(p, a, b) == pytest.approx(oracle.betaincinv(a, b, p), rel=1e-8, abs=1e-12)


@given(st.floats(-37, 37))
def test_normal_tails_match_scipy(x):
    assert special.normal_cdf(x) == pytest.approx(stats.norm.cdf(x), rel=1e-10)
    assert special.normal_sf(x) == pytest.approx(stats.norm.sf(x), rel=1e-10)


@given(st.floats(1e-12, 1 - 1e-12))
def test_normal_ppf_matches_scipy(p):
    assert special.normal_ppf(p) == pytest.approx(stats.norm.ppf(p), rel=1e-12, abs=1e-14)


def test_normal_ppf_refuses_the_ends():
    with pytest.raises(ScoringError, match="strictly between"):
        special.normal_ppf([0.5, 1.0])


@given(st.integers(0, 400), st.floats(0, 200))
@example(1, 5e-324)
@example(1, 1e-300)
def test_poisson_tail_matches_scipy_far_out(k, mean):
    assert special.poisson_tail(k, mean) == pytest.approx(stats.poisson.sf(k - 1, mean), rel=1e-8, abs=1e-305)


@given(st.integers(0, 300), st.integers(1, 300), share)
def test_binomial_tail_matches_scipy(k, n, p):
    assert special.binomial_tail(k, n, p) == pytest.approx(stats.binom.sf(k - 1, n, p), rel=1e-8, abs=1e-12)


@given(st.floats(0, 80), st.integers(1, 30))
def test_chi2_tail_matches_scipy(x, df):
    assert special.chi2_sf(x, df) == pytest.approx(stats.chi2.sf(x, df), rel=1e-9, abs=1e-14)


@given(st.integers(0, 200), st.floats(0.3, 80), st.floats(0.3, 80))
def test_betabinomial_matches_scipy_and_sums_to_one(n, a, b):
    probabilities = special.betabinomial_pmf(n, a, b)
    assert probabilities == pytest.approx(stats.betabinom.pmf(np.arange(n + 1), n, a, b), rel=1e-8, abs=1e-14)
    assert probabilities.sum() == pytest.approx(1, rel=1e-9)


@pytest.mark.parametrize(
    "call",
    [
        lambda: special.betainc(0, 1, 0.5),
        lambda: special.betainc(1, 1, 1.5),
        lambda: special.gamma_q(-1, 1),
        lambda: special.betabinomial_pmf(3, 0, 1),
        lambda: special.z_value(1.0),
    ],
)
def test_arguments_outside_the_domain_are_refused(call):
    with pytest.raises(ScoringError):
        call()


@pytest.mark.parametrize(("a", "x"), [(0.001, 5e-324), (0.01, 1e-320), (0.5, 1e-310)])
def test_gamma_tail_keeps_its_value_below_the_normal_numbers(a, x):
    assert special.gamma_q(a, x) == pytest.approx(oracle.gammaincc(a, x), rel=1e-9)
