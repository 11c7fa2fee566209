"""Sampling errors on their way from ratings to scores, rank sets and tiers."""

import numpy as np
import pytest

from scoring.placing import rank_sets_of, tiers_of
from scoring.plan import compile_plan
from scoring.recipe import evaluate
from scoring.satisfaction import tally
from tests.scoring.build import NAN, goalposts, scheme, table


# R1: errors of smoothed tallies, carried to the score.
def test_three_perfect_ratings_are_not_certain_to_rank_first():
    counts = np.array(
        [[0, 0, 0, 0, 3], [20, 30, 60, 120, 170], [10, 20, 50, 150, 200], [40, 60, 80, 100, 90]]
    )
    found = tally(counts)
    one = scheme(indicators=[{"code": "a", "parent": "total"}])
    data = table(found.linear100[:, None], codes="a", se=found.se[:, None])
    result = evaluate(data, one)
    assert result.ranks[0] == 1
    assert result.se[0] > 0
    assert rank_sets_of(result).upper[0] > 1


def test_errors_travel_through_denominator_transform_scale_and_mean():
    indicators = [
        {
            "code": "a",
            "parent": "total",
            "weight": 1,
            "denominator": "d",
            "normalise": {"method": "goalposts", "lo": 0, "hi": 10},
        },
        {
            "code": "b",
            "parent": "total",
            "weight": 3,
            "transform": "log",
            "normalise": {"method": "goalposts", "lo": 1, "hi": 100},
        },
    ]
    se = np.array([[2.0, 0.5], [NAN, 0.5]])
    data = table([[10, 20], [4, 50]], se=se, columns={"d": np.array([4.0, 2.0])})
    result = evaluate(data, scheme(indicators=indicators))
    first = 0.25 * (2 / 4) / 10
    second = 0.75 * (0.5 / 20) / np.log(100)
    assert result.se[0] == pytest.approx(np.hypot(first, second))
    assert result.se[1] == pytest.approx(0.75 * (0.5 / 50) / np.log(100))


@pytest.mark.parametrize("rule", ["gmean", "hmean", "mpi", {"method": "genmean", "p": 3}])
def test_errors_through_curved_means_match_simulation(rule):
    random = np.random.default_rng(0)
    se = np.full((3, 2), 0.05)
    data = table([[5, 9], [4, 4], [7, 3]], se=se)
    sound = scheme(aggregate=rule)
    result = evaluate(data, sound)
    plan = compile_plan(sound, data)
    draws = plan.prepared.values[:, None, :] + random.normal(0, 0.05, size=(2, 20000, 3))
    assert plan.score(draws).std(axis=0) == pytest.approx(result.se, rel=0.03)


def test_errors_have_no_way_through_steps():
    data = table([[5, 9], [4, 4]], se=np.full((2, 2), 0.5))
    assert evaluate(data, scheme(normalise={"method": "rank"})).se is None
    assert evaluate(data, scheme(aggregate="copeland")).se is None
    assert evaluate(table([[5, 9], [4, 4]]), scheme()).se is None
    some = table([[5, 9], [4, 4]], se=np.array([[NAN, 0.5], [NAN, 0.5]]))
    indicators = [
        {"code": "a", "parent": "total", "normalise": {"method": "rank"}},
        {"code": "b", "parent": "total"},
    ]
    assert evaluate(some, scheme(indicators=indicators)).se.tolist() == [0.25, 0.25]


def test_a_score_set_by_a_veto_has_no_error_and_the_others_keep_theirs():
    data = table([[5, 9], [4, 4]], se=np.full((2, 2), 0.5), columns={"cases": np.array([1.0, 0.0])})
    veto = {"code": "v", "kind": "veto", "node": "total", "column": "cases"}
    own = pytest.approx(np.hypot(0.25, 0.25))
    result = evaluate(data, scheme(adjustments=[veto | {"sets_to": 3}]))
    assert result.score.tolist() == [3, 4]
    assert result.se.tolist() == [0, own]
    grades = {"by": "bands", "bands": [{"code": "A", "from": 5}, {"code": "B"}]}
    capped = evaluate(data, scheme(adjustments=[veto | {"caps_grade_at": "B"}], grades=grades))
    assert capped.grades == ("B", "B")
    assert capped.se.tolist() == [own, own]


def test_the_treatment_carries_marks_and_errors_along():
    values = np.exp(np.linspace(0, 9, 40))[:, None]
    top = values[-1, 0]
    scale = goalposts(1, top)
    one = scheme(indicators=[{"code": "a", "parent": "total", "normalise": scale}], treat={"method": "log"})
    result = evaluate(table(values, codes="a", se=values * 0.01), one)
    assert result.score[0] == pytest.approx(0, abs=1e-12)
    assert result.score[-1] == pytest.approx(1)
    assert (np.diff(result.score) > 0).all()
    shift = 0.01 * (top - 1)
    width = np.log(top - 1 + shift) - np.log(shift)
    expected = 0.01 * values[20, 0] / (values[20, 0] - 1 + shift) / width
    assert result.se[20] == pytest.approx(expected, rel=1e-4)


def test_rank_sets_and_tiers_follow_groups():
    data = table(
        [[1, 1], [5, 5], [9, 9], [3, 3], [4, 4]],
        se=np.full((5, 2), 0.1),
        groups={"g": ("p", "p", "p", "q", "r")},
    )
    result = evaluate(data, scheme(rank={"within": "g"}))
    sets = rank_sets_of(result)
    assert sets.lower.tolist() == [3, 2, 1, 1, 1]
    assert sets.upper.tolist() == [3, 2, 1, 1, 1]
    assert sets.critical is None
    assert tiers_of(result, sets) == ["bottom", "middle", "top", "top", "top"]
    assert rank_sets_of(evaluate(table([[1, 2], [3, 4]]), scheme())) is None


def test_rank_sets_know_that_low_may_be_best_and_marks_differ():
    se = np.full((3, 2), 0.1)
    data = table([[1, 1], [5, 5], [9, 9]], se=se, groups={"k": ("x", "x", "y")})
    assert rank_sets_of(evaluate(data, scheme(rank={"best": "low"}))).lower.tolist() == [1, 2, 3]
    marks = {"column": "k", "marks": {"x": 10, "y": 200}}
    assert rank_sets_of(evaluate(data, scheme(full_marks=marks))).lower.tolist() == [2, 1, 3]
