"""Details that a result depends on: parameters of the trail, offsets of scales, limits, the sentences of refusals."""

import numpy as np
import pytest

from scoring import intervals
from scoring.adjustments import grade
from scoring.normalise import normalise_array
from scoring.ordering import rank
from scoring.ranksets import rank_sets
from scoring.recipe import evaluate
from scoring.rules import Grades, Normalise
from scoring.satisfaction import acsi, rate, rating_rates, tally
from scoring.types import ScoringError, Status
from tests.scoring.build import NAN, RESCALE, scheme, table


def test_the_trail_names_methods_rules_and_grades():
    bands = {"by": "bands", "bands": [{"code": "good", "from": 50}, {"code": "poor"}]}
    veto = {"code": "v", "kind": "veto", "node": "total", "column": "events", "sets_to": 0}
    data = table([[10, 20], [90, 80]], columns={"events": np.array([0.0, 1.0])})
    rules = {"weights": {"total": {"method": "equal"}}, "adjustments": [veto], "grades": bands}
    steps = {step.name: step for step in evaluate(data, scheme(**rules)).trail}
    assert set(steps["weights"].parameters) == {"methods", "consistency_ratios", "weights"}
    assert steps["adjust"].parameters == {"node": "total", "rules": {"v": "veto"}}
    other = {**rules, "grades": {**bands, "bands": [{"code": "good", "from": 5}, {"code": "poor"}]}}
    again = {step.name: step for step in evaluate(data, scheme(**other)).trail}
    assert steps["grade"].output_digest != again["grade"].output_digest
    assert steps["rank"].output_digest == again["rank"].output_digest


@pytest.mark.parametrize("method", ["minmax", "prank", "goalposts"])
def test_a_scale_may_begin_anywhere(method):
    spec = Normalise(method, lo=0.0 if method == "goalposts" else None, hi=10.0, to=(20.0, 60.0))
    assert normalise_array(np.array([[0.0, 5.0, 10.0]]), spec, 1)[0].tolist() == [20, 40, 60]


def test_a_unit_to_which_nothing_applies_is_listed_as_such():
    nothing = np.array([[False, False], [True, True]])
    result = evaluate(table([[1, 2], [NAN, NAN]], not_applicable=nothing), scheme(missing=RESCALE))
    assert result.status[1] == Status("listed", "not_applicable")


def test_the_error_of_a_share_of_full_marks_is_a_share_too():
    marks = {"column": "g", "marks": {"small": 50, "large": 100}}
    data = table([[20, 20], [20, 20]], se=np.full((2, 2), 2.0), groups={"g": ("small", "large")})
    error = evaluate(data, scheme(full_marks=marks)).se
    assert error is not None
    assert error[0] == pytest.approx(2 * error[1])


def test_quotas_are_filled_within_each_group():
    shares = [{"code": "A", "share": 0.5}, {"code": "B", "share": 0.5}]
    data = table([[4, 4], [3, 3], [2, 2], [1, 1]], groups={"g": ("p", "p", "q", "q")})
    quota = {"by": "quota", "within": "g", "shares": shares}
    assert evaluate(data, scheme(grades=quota)).grades == ("A", "B", "A", "B")


def test_grades_take_high_scores_for_the_best_unless_told_otherwise():
    rule = Grades("bands", bands=(("A", 50.0), ("B", None)))
    assert grade(np.array([60.0, 40.0]), np.array([True, True]), rule) == ["A", "B"]


def test_weights_of_zero_are_allowed_in_acsi_and_the_scale_begins_at_one():
    assert acsi([[10.0, 1.0]], [1.0, 0.0]).tolist() == [100.0]
    assert acsi([[1.0]]).tolist() == [0.0]
    with pytest.raises(ScoringError, match="outside its scale from 1 to 10"):
        acsi([[0.9]])


def test_rates_carry_their_code_and_an_empty_denominator_gives_none():
    found = rating_rates([1, 0, 0, 2, 3], 10)
    assert {code: one.code for code, one in found.items()} == {
        "active": "active",
        "good": "good",
        "top2": "top2",
    }
    assert found["top2"].numerator == 5
    assert np.isnan(rate("x", 0, 0).value)


def test_a_prior_given_is_the_prior_used():
    table_of = np.array([[0.0, 4.0], [20.0, 20.0]])
    plain = intervals.smoothed_se(table_of, [0, 100])
    other = intervals.smoothed_se(table_of, [0, 100], prior=[0.9, 0.1])
    assert other[0] > plain[0]


def test_counts_of_whole_numbers_are_taken_as_they_are():
    found = tally([[1, 2, 3], [0, 0, 4]], [1, 2])
    assert found.dk.tolist() == [1, 2]
    assert found.dk.dtype == np.float64
    assert rank([3, 1, 2]).tolist() == [1, 3, 2]


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: rank([1.0], best="middle"), "best value is high or low, not middle"),
        (lambda: rank([1.0], ties="dice"), "A tie rule is one of competition"),
        (lambda: rank([[1.0]]), "one column of values"),
        (lambda: rank([1.0, 2.0], groups=["a"]), "2 values but 1 group labels"),
        (lambda: rank_sets([1, 2], [1, 1], coverage=1.0), "strictly between 0 and 1, not at 1.0"),
        (lambda: rank_sets([1, 2], [1, 1], draws=0), "At least one draw"),
        (lambda: rank_sets([1, 2], [1, 1], best=3), "between 1 and 2, not at 3"),
        (lambda: rank_sets([1, 2]), "either standard errors or a covariance"),
        (lambda: rank_sets([1, 2], [1, 1, 1]), "2 estimates but 3 standard errors"),
        (lambda: rank_sets([1, np.inf], [1, 1]), "infinite"),
        (lambda: rank_sets([1, 2], [1, -1]), "Estimate 2 has no usable standard error"),
        (lambda: rank_sets([1, 2], cov=[[1, 0.5], [0, 1]]), "not symmetric"),
    ],
)
def test_refusals_name_what_is_wrong(call, sentence):
    with pytest.raises(ScoringError, match=sentence):
        call()


def test_one_draw_is_a_draw():
    assert rank_sets([1.0, 9.0], [0.1, 0.1], draws=1).lower.tolist() == [2, 1]


@pytest.mark.parametrize("n", [3, 90])
def test_without_any_error_every_place_is_certain(n):
    x = np.arange(n) * 1e-6
    sets = rank_sets(x, np.zeros(n), draws=20)
    assert sets.lower.tolist() == sets.upper.tolist() == sets.rank.tolist()
