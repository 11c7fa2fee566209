"""Estimates under a design: a textbook example, samplics and statsmodels as oracles, refusals."""

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.weightstats import DescrStatsW

from scoring import estimation
from scoring.sampling import stratified_mean
from scoring.types import ScoringError

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # the archived package says so when it is imported
    from samplics import TaylorEstimator
    from samplics.utils.types import PopParam

FARMS = {
    "North Central": (1054, 103, 300504.2, 29618183543),
    "Northeast": (220, 21, 97629.8, 7647472708),
    "South": (1382, 135, 211315.0, 53587487856),
    "West": (422, 41, 662295.5, 396185950266),
}
"""Stratum: counties, sampled, mean acres, sample variance (Lohr 2010, example 3.2, p. 79)."""


def farms():
    """Values with exactly these means and variances: a stratified mean knows no more of them."""
    values, strata, weights = [], [], []
    for name, (size, n, mean, variance) in FARMS.items():
        shape = np.linspace(-1, 1, n)
        values.append(mean + shape / shape.std(ddof=1) * variance**0.5)
        strata += [name] * n
        weights += [size / n] * n
    return np.concatenate(values), strata, np.array(weights)


def test_lohr_farm_acres():
    """Lohr (2010), Sampling: Design and Analysis, 2nd ed., pp. 79-81: total 909,736,035, SE 50,417,248."""
    values, strata, weights = farms()
    population = {name: row[0] for name, row in FARMS.items()}
    found = estimation.means(estimation.design(weights, strata, population), values)
    assert round(float(found.value[0]) * 3078, -3) == 909_736_000
    assert round(float(found.se[0]) * 3078) == 50_417_248
    known = stratified_mean(values, strata, population)
    assert float(found.value[0]) == pytest.approx(known.value, rel=1e-12)
    assert float(found.se[0]) == pytest.approx(known.se, rel=1e-12)


def sample(n=600, seed=3):
    generator = np.random.default_rng(seed)
    strata = generator.choice(["a", "b", "c"], n, p=[0.5, 0.3, 0.2])
    weights = generator.uniform(0.5, 4, n) * np.where(strata == "a", 2.0, 1.0)
    levels = generator.integers(1, 6, (n, 3)).astype(float)
    levels[generator.random((n, 3)) < 0.15] = np.nan
    groups = generator.choice(["young", "old"], n)
    return strata.tolist(), weights, levels, groups.tolist()


def test_linearised_errors_match_samplics():
    strata, weights, levels, _groups = sample()
    found = estimation.means(estimation.design(weights, strata), levels)
    for column in range(levels.shape[1]):
        known = ~np.isnan(levels[:, column])
        oracle = TaylorEstimator(PopParam.mean)
        # samplics knows no missing answers: the column's answers are a domain of the whole sample.
        oracle.estimate(
            y=np.where(known, levels[:, column], 1.0),
            samp_weight=weights,
            stratum=np.array(strata),
            domain=np.where(known, "in", "out"),
        )
        assert found.value[column] == pytest.approx(oracle.point_est["in"], rel=1e-12)
        assert found.se[column] == pytest.approx(oracle.stderror["in"], rel=1e-10)


def test_group_errors_match_samplics():
    strata, weights, levels, groups = sample(seed=5)
    answers = np.where(np.isnan(levels[:, 0]), 3.0, levels[:, 0])
    found = estimation.by_group(estimation.design(weights, strata), answers, groups)
    oracle = TaylorEstimator(PopParam.mean)
    oracle.estimate(y=answers, samp_weight=weights, stratum=np.array(strata), domain=np.array(groups))
    for label in ("young", "old"):
        assert found[label].value[0] == pytest.approx(oracle.point_est[label], rel=1e-12)
        assert found[label].se[0] == pytest.approx(oracle.stderror[label], rel=1e-10)


def test_weighted_means_match_statsmodels():
    _strata, weights, levels, _groups = sample(seed=7)
    found = estimation.scale_figures(estimation.design(weights), levels, 5)
    for column in range(3):
        known = ~np.isnan(levels[:, column])
        oracle = DescrStatsW(levels[known, column], weights[known])
        assert found["mean"].value[column] == pytest.approx(oracle.mean, rel=1e-12)
        top2 = DescrStatsW((levels[known, column] >= 4).astype(float), weights[known])
        assert found["top2"].value[column] == pytest.approx(top2.mean, rel=1e-12)
        assert found["mean"].n[column] == known.sum()


@given(st.integers(2, 11), st.integers(0, 2**31))
def test_figures_of_every_scale_agree_with_each_other(k, seed):
    levels = np.random.default_rng(seed).integers(1, k + 1, 40).astype(float)
    found = estimation.scale_figures(estimation.design(np.ones(40)), levels, k)
    mean, linear = found["mean"], found["linear100"]
    assert float(linear.value[0]) == pytest.approx(100 * (float(mean.value[0]) - 1) / (k - 1))
    assert float(linear.se[0]) == pytest.approx(100 * float(mean.se[0]) / (k - 1))
    for figure in found.values():
        assert figure.lower[0] <= figure.value[0] + 1e-9
        assert figure.upper[0] >= figure.value[0] - 1e-9
    assert found["top_box"].value[0] <= found["top2"].value[0] + 1e-12


def test_equal_weights_give_the_plain_wilson_interval():
    marks = np.array([1.0] * 81 + [0.0] * 182)
    found = estimation.shares(estimation.design(np.ones(263)), marks)
    # The linearised error has n − 1 below the line, so the bounds differ from Wilson's in the fourth place.
    assert float(found.lower[0]) == pytest.approx(0.2553, abs=2e-4)
    assert float(found.upper[0]) == pytest.approx(0.3662, abs=2e-4)
    nobody = estimation.shares(estimation.design(np.ones(20)), np.zeros(20))
    assert (float(nobody.lower[0]), round(float(nobody.upper[0]), 4)) == (0.0, 0.1611)


def test_a_column_without_answers_is_missing_not_zero():
    answers = np.array([[1.0, np.nan], [3.0, np.nan], [5.0, np.nan]])
    found = estimation.means(estimation.design(np.ones(3)), answers)
    assert found.n.tolist() == [3, 0]
    assert np.isnan(found.value[1])
    assert np.isnan(found.se[1])


def test_change_between_waves_adds_the_variances():
    before = estimation.means(estimation.design(np.ones(4)), np.array([1.0, 2, 3, 4]))
    after = estimation.means(estimation.design(np.ones(4)), np.array([2.0, 3, 4, 5]))
    found = estimation.change(before, after)
    assert float(found.value[0]) == 1.0
    assert float(found.se[0]) == pytest.approx(2**0.5 * float(before.se[0]))


@pytest.mark.parametrize(
    ("weights", "strata", "population", "sentence"),
    [
        ([1, 0], None, None, "weight above 0"),
        ([1, 1], ["a"], None, "2 respondents but 1 strata"),
        ([1, 1], ["a", "b"], {"a": 5}, "no population for stratum b"),
        ([1, 1, 1], ["a", "a", "a"], {"a": 2}, "more answers than people"),
    ],
)
def test_an_impossible_design_is_refused(weights, strata, population, sentence):
    with pytest.raises(ScoringError, match=sentence):
        estimation.design(weights, strata, population)


def test_an_answer_off_the_scale_is_refused_with_its_place():
    with pytest.raises(ScoringError, match="answer 6 is not on the scale") as caught:
        estimation.scale_figures(estimation.design(np.ones(2)), np.array([[1.0, 6.0], [2.0, 3.0]]), 5)
    assert (caught.value.row, caught.value.column) == (1, "2")
