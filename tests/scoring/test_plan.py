"""A compiled scheme: derived weights, refusals that only the data show, scoring of other values and weights."""

import numpy as np
import pytest

from scoring.plan import compile_plan
from scoring.recipe import evaluate
from scoring.types import ScoringError
from tests.scoring.build import NAN, RESCALE, scheme, scores, table


def weighted(method, **more):
    random = np.random.default_rng(4)
    data = table(random.uniform(1, 9, size=(9, 2)) * [1, 5])
    return evaluate(data, scheme(weights={"total": {"method": method, **more}}))


def test_weights_from_data_and_judgement():
    assert weighted("equal").weights == {"total": {"a": 0.5, "b": 0.5}}
    assert weighted("ahp", matrix=[[1, 3], [None, 1]]).weights["total"]["a"] == pytest.approx(0.75)
    for method in ("critic", "entropy", "std", "pca"):
        assert sum(weighted(method).weights["total"].values()) == pytest.approx(1)
    balanced = weighted("balance", shares=[0.5, 0.5]).weights["total"]
    assert balanced["a"] > balanced["b"]


BAD_AHP = [[1, 9, 1], [1 / 9, 1, 9], [1, 1 / 9, 1]]


def test_contradicting_comparisons_are_refused_unless_allowed():
    indicators = [{"code": code, "parent": "total"} for code in "abc"]
    data = table([[1, 2, 3], [3, 2, 1]], codes="abc")
    rule = {"method": "ahp", "matrix": BAD_AHP}
    with pytest.raises(ScoringError, match="weights, total, ahp: the comparisons contradict each other"):
        evaluate(data, scheme(indicators=indicators, weights={"total": rule}))
    allowed = {**rule, "allow_inconsistent": True}
    result = evaluate(data, scheme(indicators=indicators, weights={"total": allowed}))
    step = next(step for step in result.trail if step.name == "weights")
    assert step.parameters["consistency_ratios"]["total"] > 0.1


def test_weights_that_cannot_be_had_from_the_data_name_node_and_child():
    with pytest.raises(ScoringError, match="weights, total, critic, child b"):
        evaluate(table([[1, 5], [2, 5], [4, 5]]), scheme(weights={"total": {"method": "critic"}}))


# Bad input that only the data show.
@pytest.mark.parametrize(
    ("values", "changes", "sentence"),
    [
        ([[1, 3], [2, 3]], {"normalise": {"method": "minmax"}}, "column b: all values are equal"),
        ([[1, 3]], {"normalise": {"method": "zscore"}}, "column a: all values are equal"),
        (
            [[1, 3], [-2, 3]],
            {"indicators": [{"code": "a", "parent": "total", "transform": "log"}]},
            "unit u1 has -2",
        ),
        ([[1, 1], [1, 1]], {"aggregate": "topsis"}, "all units are equal"),
        ([[1, 1], [2, 2]], {"normalise": {"method": "dist2ref", "reference": "zz"}}, "zz is not in the data"),
        ([[1, 1], [2, NAN]], {"normalise": {"method": "dist2ref", "reference": "u1"}}, "u1 has no value"),
        ([[1, 1], [2, 2]], {"normalise": {"method": "dist2ref", "reference": "u0"}}, "has the worst value"),
        (
            [[1, 1], [2, 7]],
            {"normalise": {"method": "table", "table": [[1, 0], [2, 5]]}},
            "7 of unit u1 is not in",
        ),
    ],
)
def test_data_that_a_method_cannot_take_are_refused(values, changes, sentence):
    with pytest.raises(ScoringError) as caught:
        evaluate(table(values), scheme(**changes))
    assert sentence in str(caught.value)


def test_a_count_without_a_denominator_is_refused():
    indicators = [{"code": "a", "parent": "total", "denominator": "d"}]
    none = table([[3], [1]], codes="a", columns={"d": np.array([0.0, 2.0])})
    with pytest.raises(ScoringError, match="unit u0 has 3 a out of a denominator of zero"):
        evaluate(none, scheme(indicators=indicators))


def test_a_mark_outside_the_treatment_is_refused():
    values = np.exp(np.linspace(0, 9, 40))[:, None]
    scale = {"method": "goalposts", "lo": -9999, "hi": 9000}
    one = scheme(indicators=[{"code": "a", "parent": "total", "normalise": scale}], treat={"method": "log"})
    with pytest.raises(ScoringError, match="lies outside what the treatment log can carry"):
        evaluate(table(values, codes="a"), one)


def test_treatment_and_transform_leave_empty_columns_alone():
    one = scheme(treat={"method": "winsorise_log"}, missing=RESCALE)
    assert scores(evaluate(table([[1, NAN], [2, NAN]]), one)) == [1, 2]


def test_a_plan_scores_other_weights_and_values():
    data = table([[1, 4], [3, 2]])
    plan = compile_plan(scheme(), data)
    assert plan.score().tolist() == [2.5, 2.5]
    assert plan.score(weights={"total": np.array([1.0, 0.0])}).tolist() == [1, 3]
    per_draw = np.array([[1.0, 0.0], [0.0, 1.0]])[:, :, None]
    draws = np.broadcast_to(plan.prepared.values[:, None, :], (2, 2, 2)).copy()
    assert plan.score(draws, {"total": per_draw}).tolist() == [[1, 3], [4, 2]]
    assert plan.global_weights().tolist() == [0.5, 0.5]
    assert compile_plan(scheme(aggregate="gmean"), data).global_weights() is None


def test_a_plan_swaps_the_scale_of_an_indicator():
    from_json = scheme(normalise={"method": "minmax"})
    plan = compile_plan(from_json, table([[1, 4], [3, 2]]))
    ranks = scheme(normalise={"method": "rank"}).indicators[0].normalise
    assert plan.normalise(specs={"a": ranks}).tolist() == [[1, 2], [100, 0]]
    nested = [{"code": "total", "parent": None}, {"code": "n", "parent": "total"}]
    indicators = [{"code": "a", "parent": "n", "weight": 3}, {"code": "b", "parent": "n"}]
    deep = compile_plan(scheme(nodes=nested, indicators=indicators), table([[1, 4], [3, 2]]))
    assert deep.global_weights().tolist() == [0.75, 0.25]
    by_node = compile_plan(
        scheme(nodes=nested, indicators=indicators, rank={"node": "n"}), table([[1, 4], [3, 2]])
    )
    assert by_node.global_weights().tolist() == [0.75, 0.25]
