"""Funnel limits against exact scipy tails and by simulation."""

import numpy as np
import pytest
from scipy import stats

from scoring.funnel import funnel
from scoring.types import ScoringError


def test_binomial_limits_bracket_the_exact_quantiles():
    n = np.array([10, 50, 200, 1000])
    found = funnel((n * 0.8).astype(int), n, centre=0.8, strength=np.inf)
    low, high = stats.binom.ppf(0.025, n, 0.8), stats.binom.ppf(0.975, n, 0.8)
    assert np.all(np.abs(found.lower * n - low) <= 1)
    assert np.all(np.abs(found.upper * n - high) <= 1)
    assert set(found.verdict) == {"within"}
    assert np.all(np.diff(found.upper - found.lower) < 0)


@pytest.mark.parametrize("strength", [8.0, 40.0])
def test_the_verdict_is_the_exact_beta_binomial_tail(strength):
    x = np.arange(61)
    found = funnel(x, np.full(61, 60), centre=0.7, strength=strength)
    law = stats.betabinom(60, strength * 0.7, strength * 0.3)
    for count, verdict, p in zip(x, found.verdict, found.p, strict=True):
        assert verdict == (
            "below" if law.cdf(count) < 0.025 else "above" if law.sf(count - 1) < 0.025 else "within"
        )
        assert p == pytest.approx(min(1, 2 * min(law.cdf(count), law.sf(count - 1))), rel=1e-7)


def test_units_that_differ_by_nature_widen_the_funnel():
    generator = np.random.default_rng(3)
    n = np.full(300, 400)
    shares = generator.beta(40, 10, 300)
    found = funnel(generator.binomial(n, shares), n)
    assert found.strength == pytest.approx(50, rel=0.3)
    assert np.mean([v != "within" for v in found.verdict]) < 0.08
    plain = funnel(generator.binomial(n, shares), n, strength=np.inf)
    assert np.mean([v != "within" for v in plain.verdict]) > 0.3


def test_chance_alone_leaves_the_funnel_as_often_as_promised():
    generator = np.random.default_rng(4)
    n = generator.integers(5, 300, 4000)
    found = funnel(generator.binomial(n, 0.85), n, strength=np.inf)
    assert np.mean([v != "within" for v in found.verdict]) <= 0.055


def test_a_unit_without_ratings_has_no_verdict():
    found = funnel([0, 4], [0, 5], centre=0.5, strength=10)
    assert found.verdict == ("", "within")
    assert np.isnan(found.lower[0])


def test_malformed_questions_are_refused():
    for call in (lambda: funnel([6], [5]), lambda: funnel([5], [5]), lambda: funnel([1], [2], coverage=2)):
        with pytest.raises(ScoringError):
            call()
