"""The whole computation: rules on missing values, ranks, grades, samples, events and the trail."""

import numpy as np
import pytest

from scoring.recipe import evaluate
from scoring.types import ScoringError, Status
from tests.scoring.build import NAN, RESCALE, scheme, scores, table


def test_weights_are_shares_of_siblings_except_under_sum():
    indicators = [
        {"code": "a", "parent": "total", "weight": 3},
        {"code": "b", "parent": "total", "weight": 1},
    ]
    data = table([[10, 20], [20, 60]])
    assert scores(evaluate(data, scheme(indicators=indicators))) == [12.5, 30]
    assert scores(evaluate(data, scheme(indicators=indicators, aggregate="sum"))) == [50, 120]


def test_units_come_out_in_code_point_order():
    result = evaluate(table([[1, 1], [2, 2], [3, 3]], units=["b", "B", "a"]), scheme())
    assert result.units == ("B", "a", "b")
    assert result.ranks.tolist() == [2, 1, 3]


# R2: precision and ties are parameters.
def test_ranks_follow_rounding_ties_and_groups():
    data = table([[0.5001, 0.5], [0.5, 0.5], [0.9, 0.9], [0.1, 0.1]], groups={"g": ("p", "p", "q", "q")})
    assert evaluate(data, scheme()).ranks.tolist() == [2, 3, 1, 4]
    assert evaluate(data, scheme(rank={"decimals": 3})).ranks.tolist() == [2, 2, 1, 4]
    assert evaluate(data, scheme(rank={"decimals": 3, "ties": "average"})).ranks.tolist() == [2.5, 2.5, 1, 4]
    assert evaluate(data, scheme(rank={"within": "g"})).ranks.tolist() == [1, 2, 1, 2]
    assert evaluate(data, scheme(rank={"best": "low"})).ranks.tolist() == [3, 2, 4, 1]


# R3: missing is never zero.
def test_a_missing_value_is_listed_and_not_counted_as_zero():
    result = evaluate(table([[10, 20], [30, NAN], [NAN, NAN]]), scheme())
    assert result.status == (
        Status("ranked"),
        Status("listed", "missing", ("b",)),
        Status("listed", "no_data", ("a", "b")),
    )
    assert np.isnan(result.score[1:]).all()
    assert np.isnan(result.ranks[1:]).all()
    rescaled = evaluate(table([[10, 20], [30, NAN], [NAN, NAN]]), scheme(missing=RESCALE))
    assert scores(rescaled)[:2] == [15, 30]
    assert rescaled.ranks[:2].tolist() == [2, 1]


def test_redistribute_hands_the_weight_to_the_named_child():
    rule = {"rule": "redistribute", "availability": 0.3, "to": ["b"]}
    indicators = [{"code": code, "parent": "total"} for code in "abc"]
    result = evaluate(
        table([[NAN, 6, 3], [6, NAN, 3], [1, 1, 1]], codes="abc"), scheme(indicators=indicators, missing=rule)
    )
    assert result.score[0] == pytest.approx(5)
    assert result.status[1] == Status("listed", "missing", ("b",))


def test_not_applicable_is_rescaled_and_leaves_the_availability():
    nothing = np.array([[False, True], [True, True], [False, False]])
    data = table([[8, NAN], [NAN, NAN], [1, 2]], not_applicable=nothing)
    result = evaluate(data, scheme())
    assert scores(result)[0] == 8
    assert result.status[0].state == "ranked"
    assert result.status[1] == Status("listed", "not_applicable", ())


def test_a_value_marked_not_applicable_is_not_used():
    data = table([[8, 99], [1, 2]], not_applicable=np.array([[False, True], [False, False]]))
    assert scores(evaluate(data, scheme())) == [8, 1.5]


def test_a_whole_branch_not_applicable_leaves_its_parent_complete():
    nodes = [{"code": "total", "parent": None}, {"code": "n", "parent": "total"}]
    indicators = [{"code": "a", "parent": "n"}, {"code": "b", "parent": "total"}]
    nothing = np.array([[True, False], [False, False]])
    data = table([[NAN, 4], [1, 2]], not_applicable=nothing)
    assert scores(evaluate(data, scheme(nodes=nodes, indicators=indicators))) == [4, 1.5]


def test_a_missing_branch_counts_as_one_missing_child():
    nodes = [{"code": "total", "parent": None}, {"code": "n", "parent": "total", "weight": 3}]
    indicators = [{"code": "a", "parent": "n"}, {"code": "b", "parent": "total"}]
    result = evaluate(table([[NAN, 4], [1, 2]]), scheme(nodes=nodes, indicators=indicators, missing=RESCALE))
    assert result.status[0] == Status("listed", "missing", ("a",))


# R5: non-positive values under geometric and harmonic means.
@pytest.mark.parametrize(
    ("rule", "value", "told"),
    [
        ("gmean", 0, "above zero, but a of unit u1 is 0"),
        ("hmean", 0, "above zero, but a of unit u1 is 0"),
        ({"method": "genmean", "p": -1}, 0, "above zero, but a of unit u1 is 0"),
        ("mpi", -1, "zero or more, but a of unit u1 is -1"),
        ("ampi", -1, "zero or more, but a of unit u1 is -1"),
    ],
)
def test_values_a_mean_cannot_take_are_refused(rule, value, told):
    with pytest.raises(ScoringError) as caught:
        evaluate(table([[1, 2], [value, 3]]), scheme(aggregate=rule))
    assert told in caught.value.message
    assert (caught.value.unit, caught.value.column) == ("u1", "a")


def test_a_declared_floor_lets_zero_in_and_keeps_the_scale():
    nodes = [{"code": "total", "parent": None, "aggregate": "gmean", "floor": 1}]
    result = evaluate(table([[5, 5], [0, 8]]), scheme(nodes=nodes))
    assert scores(result) == pytest.approx([5, 2])


def test_a_positive_power_takes_zero():
    nodes = [{"code": "total", "parent": None, "aggregate": "genmean", "p": 2}]
    assert scores(evaluate(table([[3, 4], [0, 0]]), scheme(nodes=nodes))) == pytest.approx([np.sqrt(12.5), 0])


# R6: no float equality in ties and cuts.
def test_float_noise_neither_breaks_a_tie_nor_moves_a_grade():
    bands = {"by": "bands", "bands": [{"code": "A", "from": 0.3}, {"code": "B", "from": 0}]}
    result = evaluate(table([[0.1 + 0.2, 0.1 + 0.2], [0.3, 0.3]]), scheme(grades=bands))
    assert result.ranks.tolist() == [1, 1]
    assert result.grades == ("A", "A")


def test_samples_decide_who_is_shown_ranked_and_graded():
    bands = {"by": "bands", "bands": [{"code": "A", "from": 5}, {"code": "B", "from": 0}]}
    data = table([[9, 9], [8, 8], [7, 7], [6, 6], [5, 5]], columns={"n": np.array([5, 20, 50, 200, NAN])})
    result = evaluate(data, scheme(grades=bands, samples={"column": "n"}))
    assert [one.reason for one in result.status] == ["not_shown", "too_few", None, None, "no_sample"]
    assert result.score.tolist() == pytest.approx([NAN, 8, 7, 6, NAN], nan_ok=True)
    assert result.ranks.tolist() == pytest.approx([NAN, NAN, 1, 2, NAN], nan_ok=True)
    assert result.grades == (None, None, None, "A", None)
    assert np.isnan(result.contributions[[0, 4]]).all()


def test_full_marks_rank_by_share_and_keep_the_points():
    data = table([[80, 80], [45, 45]], groups={"kind": ("big", "small")})
    rule = {"column": "kind", "marks": {"big": 100, "small": 50}}
    result = evaluate(data, scheme(full_marks=rule))
    assert scores(result) == [80, 45]
    assert result.compared.tolist() == [80, 90]
    assert result.ranks.tolist() == [2, 1]


def test_unknown_events_are_listed():
    events = [{"code": "d", "kind": "deduction", "node": "total", "column": "late"}]
    data = table([[1, 2], [3, 4]], columns={"late": np.array([NAN, 1.0])})
    result = evaluate(data, scheme(adjustments=events))
    assert result.status[0] == Status("listed", "missing_event", ("late",))
    assert scores(result)[1] == 2.5


def test_a_veto_caps_the_grade():
    bands = {
        "by": "bands",
        "bands": [{"code": "A", "from": 5}, {"code": "B", "from": 2}, {"code": "C", "from": 0}],
    }
    events = [
        {"code": "v", "kind": "veto", "node": "total", "column": "x", "caps_grade_at": "B"},
        {"code": "w", "kind": "veto", "node": "total", "column": "y", "caps_grade_at": "C"},
    ]
    columns = {"x": np.array([1.0, 0, 1]), "y": np.array([0, 0.0, 1])}
    result = evaluate(
        table([[9, 9], [8, 8], [7, 7]], columns=columns), scheme(grades=bands, adjustments=events)
    )
    assert result.grades == ("B", "A", "C")
    assert scores(result) == [9, 8, 7]


# R9 and R10: denominators and formulas are named, every step has its digests.
def test_the_trail_names_denominator_formula_and_digests():
    indicators = [{"code": "a", "parent": "total", "denominator": "d"}, {"code": "b", "parent": "total"}]
    data = table([[3, 1], [1, 2]], columns={"d": np.array([4.0, 2.0])})
    result = evaluate(
        data,
        scheme(
            indicators=indicators, impute={"method": "mean"}, grades={"by": "bands", "bands": [{"code": "A"}]}
        ),
    )
    names = [step.name for step in result.trail]
    assert names == [
        "read",
        "denominate",
        "impute",
        "normalise",
        "weights",
        "aggregate",
        "round",
        "rank",
        "grade",
    ]
    steps = dict(zip(names, result.trail, strict=True))
    assert steps["denominate"].parameters == {"a": "d"}
    assert steps["aggregate"].parameters == {"node": "total", "formula": "amean@1"}
    assert steps["read"].output_digest == steps["denominate"].input_digest
    assert steps["denominate"].output_digest == steps["impute"].input_digest
    assert all(len(step.input_digest) == len(step.output_digest) == 64 for step in result.trail)
    assert result.stages["denominated"][0].tolist() == [0.75, 0.5]


def test_a_score_that_is_not_finite_is_refused():
    power = {"code": "total", "parent": None, "aggregate": "genmean", "p": 90}
    with pytest.raises(ScoringError, match="node total: the score of unit u1 is not a finite number"):
        evaluate(table([[1, 2], [1e9, 4]]), scheme(nodes=[power]))
    rate = [{"code": "a", "parent": "total", "denominator": "d"}]
    thin = table([[0], [1e99]], codes="a", columns={"d": np.array([1.0, 1e-300])})
    with pytest.raises(ScoringError, match="column a: the value of unit u1 is too large to be scaled"):
        evaluate(thin, scheme(indicators=rate))
