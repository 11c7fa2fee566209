"""Sampled surveys: known answers, other packages as oracles, refusals."""

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ipfn import ipfn

from scoring import sampling
from scoring.types import ScoringError

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # the archived package says so when it is imported
    from samplics import TaylorEstimator
    from samplics.utils.types import PopParam

weights = st.lists(st.floats(0.1, 50), min_size=2, max_size=40)


def test_outcome_rates_give_the_worked_example():
    found = sampling.outcome_rates(
        interviews=300, partial=20, refused=150, non_contact=400, other=10, unknown=120, eligible_share=0.7
    )
    rates = [found.rr1, found.rr2, found.rr3, found.rr4, found.rr5, found.rr6]
    assert [round(rate, 4) for rate in rates] == [0.3, 0.32, 0.3112, 0.332, 0.3409, 0.3636]
    assert (found.cooperation, found.refusal, found.contact) == (300 / 480, 0.15, 0.48)


@given(weights)
def test_weighting_never_makes_answers_worth_more(values):
    assert sampling.deff(values) >= 1 - 1e-12
    assert sampling.n_eff(values) <= len(values) + 1e-9
    assert sampling.deff([3.0] * len(values)) == pytest.approx(1)


def people(n=400):
    generator = np.random.default_rng(8)
    age = generator.choice(["18-34", "35-59", "60+"], n, p=[0.5, 0.35, 0.15])
    place = generator.choice(["city", "county"], n, p=[0.7, 0.3])
    return age, place, 60 + 20 * (age == "60+") + 5 * generator.normal(size=n)


MARGINS = {"18-34": 300.0, "35-59": 400.0, "60+": 300.0}, {"city": 550.0, "county": 450.0}


@pytest.mark.filterwarnings("ignore:The inplace keyword")  # inside ipfn
def test_raking_meets_every_margin_and_matches_ipfn():
    age, place, _ = people()
    found = sampling.rake(np.ones(400), {"age": (age, MARGINS[0]), "place": (place, MARGINS[1])})
    frame = pd.DataFrame({"age": age, "place": place, "weight": 1.0})
    targets = [pd.Series(MARGINS[0]).rename_axis("age"), pd.Series(MARGINS[1]).rename_axis("place")]
    fitted = ipfn.ipfn(
        frame, targets, [["age"], ["place"]], "weight", convergence_rate=1e-12, rate_tolerance=0
    )
    oracle = fitted.iteration()["weight"].to_numpy()
    assert found.weights == pytest.approx(oracle, rel=1e-5)
    for labels, target in ((age, MARGINS[0]), (place, MARGINS[1])):
        assert {k: found.weights[labels == k].sum() for k in target} == pytest.approx(target)
    assert found.deff == pytest.approx(sampling.deff(found.weights))


def test_trimmed_raking_stays_within_its_bounds():
    age, place, _ = people()
    margins = {"age": (age, MARGINS[0]), "place": (place, MARGINS[1])}
    free = sampling.rake(np.ones(400), margins)
    found = sampling.rake(np.ones(400), margins, trim=(0.3, free.weights.max() / free.weights.mean() * 0.97))
    assert found.weights.max() < free.weights.max()
    assert {k: found.weights[age == k].sum() for k in MARGINS[0]} == pytest.approx(MARGINS[0], rel=1e-6)


def test_raking_refuses_what_cannot_be_met():
    age, place, _ = people()
    with pytest.raises(ScoringError, match="Nobody answered in age 100"):
        sampling.rake(np.ones(400), {"age": (age, MARGINS[0] | {"100+": 3.0})})
    with pytest.raises(ScoringError, match="no target for place county"):
        sampling.rake(np.ones(400), {"place": (place, {"city": 1.0})})
    with pytest.raises(ScoringError, match="within the bounds"):
        sampling.rake(np.ones(400), {"age": (age, MARGINS[0])}, trim=(0.9, 1.1), rounds=50)
    corner = ["a", "a", "b", "b"], {"a": 1.0, "b": 1.0}
    with pytest.raises(ScoringError, match="No weights meet all margins"):
        sampling.rake(np.ones(4), {"x": corner, "y": (corner[0], {"a": 1.0, "b": 3.0})}, rounds=50)


def test_post_stratification_meets_its_cells():
    age, _, _ = people()
    found = sampling.post_stratify(np.ones(400), age, MARGINS[0])
    assert {k: found[age == k].sum() for k in MARGINS[0]} == pytest.approx(MARGINS[0])


def test_weighted_mean_matches_samplics():
    age, _, y = people()
    w = sampling.post_stratify(np.ones(400), age, MARGINS[0])
    found = sampling.weighted_mean(y, w)
    oracle = TaylorEstimator(PopParam.mean)
    oracle.estimate(y=y, samp_weight=w)
    assert found.value == pytest.approx(oracle.point_est)
    assert found.se == pytest.approx(oracle.stderror)
    plain, weighted = sampling.side_by_side(y, w)
    assert plain.value == pytest.approx(y.mean())
    assert weighted == found


def test_stratified_mean_matches_samplics_with_finite_strata():
    age, _, y = people()
    population = {"18-34": 900, "35-59": 1200, "60+": 150}
    found = sampling.stratified_mean(y, age, population)
    w = sampling.design_weights(age, population)
    fpc = {k: np.sqrt(1 - np.sum(age == k) / population[k]) for k in population}
    oracle = TaylorEstimator(PopParam.mean)
    oracle.estimate(y=y, samp_weight=w, stratum=age, fpc={k: v**2 for k, v in fpc.items()})
    assert found.value == pytest.approx(oracle.point_est)
    by_hand = sum(
        (population[k] / 2250) ** 2 * fpc[k] ** 2 * y[age == k].var(ddof=1) / np.sum(age == k)
        for k in population
    )
    assert found.se == pytest.approx(by_hand**0.5)


def test_a_person_counts_once():
    assert sampling.per_person(["a", "b", "a", "a"]).tolist() == pytest.approx([1 / 3, 1, 1 / 3, 1 / 3])


def test_case_mix_moves_values_to_the_reference_mix():
    moved = sampling.case_mix([80, 70], [[0.8], [0.2]], [0.5], [10])
    assert moved.tolist() == pytest.approx([77, 73])


@pytest.mark.parametrize(
    "call",
    [
        lambda: sampling.deff([]),
        lambda: sampling.deff([1, -1]),
        lambda: sampling.rake([1.0], {}),
        lambda: sampling.post_stratify([1, 1], ["a"], {"a": 1}),
        lambda: sampling.post_stratify([1, 0], ["a", "b"], {"a": 1, "b": 1}),
        lambda: sampling.design_weights(["a", "a"], {"a": 1}),
        lambda: sampling.stratified_mean([1, 2, 3], ["a", "a", "b"], {"a": 9, "b": 9}),
        lambda: sampling.outcome_rates(interviews=-1),
        lambda: sampling.outcome_rates(interviews=0, unknown=5),
        lambda: sampling.case_mix([1], [[1, 2]], [1], [1]),
        lambda: sampling.weighted_mean([1, np.nan], [1, 1]),
    ],
)
def test_malformed_questions_are_refused(call):
    with pytest.raises(ScoringError):
        call()
