"""Explaining scores, asking what if, and the way to the next place."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from scoring import explain
from scoring.plan import compile_plan
from scoring.recipe import evaluate
from scoring.types import ScoringError
from tests.scoring import build

NODES = [
    {"code": "total", "parent": None, "aggregate": "gmean"},
    {"code": "side", "parent": "total", "aggregate": "mpi"},
    {"code": "low", "parent": "side", "aggregate": "amean"},
]


def deep(values, root="gmean"):
    parents = ["total", "side", "low", "low"]
    parts = [
        {"code": c, "parent": p, "weight": i + 1}
        for i, (c, p) in enumerate(zip("abcd", parents, strict=True))
    ]
    nodes = [{**NODES[0], "aggregate": root}, *NODES[1:]]
    return compile_plan(build.scheme(nodes=nodes, indicators=parts), build.table(values, "abcd"))


def flat(values, units=None, se=None, **changes):
    return compile_plan(build.scheme(**changes), build.table(values, units=units, se=se))


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 1000), st.sampled_from(["amean", "gmean", "hmean", "min"]))
def test_contributions_sum_to_the_score_at_every_node(seed, root):
    plan = deep(np.random.default_rng(seed).uniform(40, 95, (6, 4)), root)
    for unit in plan.table.units:
        found = explain.explain(plan, unit)
        assert set(found.nodes) == {"total", "side", "low"}
        for code, node in found.nodes.items():
            total = node.baseline + sum(node.children.values()) + sum(node.adjustments.values())
            assert total == pytest.approx(node.score, abs=1e-9)
            assert node.score == plan.combined[code].score[plan.table.units.index(unit)]


def test_explanations_count_adjustments():
    deduction = {
        "code": "late",
        "kind": "deduction",
        "node": "total",
        "column": "delays",
        "each": 2,
        "cap": 5,
    }
    table = build.table([[80, 60], [50, 50]], columns={"delays": np.array([2.0, 9.0])})
    plan = compile_plan(build.scheme(adjustments=[deduction]), table)
    node = explain.explain(plan, "u1").nodes["total"]
    assert node.adjustments == {"late": -5.0}
    assert node.score == 45


def test_what_if_equals_a_new_evaluation_of_everything():
    values = np.random.default_rng(1).uniform(0, 100, (20, 2))
    plan = flat(values, normalise={"method": "minmax"})
    third, fifth = plan.table.units[3], plan.table.units[5]
    found = explain.what_if(plan, {(third, "a"): 140.0, (fifth, "b"): np.nan})
    values = plan.table.values.copy()
    values[3, 0], values[5, 1] = 140.0, np.nan
    expected = evaluate(build.table(values, units=plan.table.units), plan.scheme)
    np.testing.assert_array_equal(found.score_after, expected.compared)
    np.testing.assert_array_equal(found.rank_after, expected.ranks)
    assert found.rank_before.tolist() == evaluate(plan.table, plan.scheme).ranks.tolist()
    assert np.isnan(found.rank_after[5])


def test_what_if_changes_event_columns_too():
    deduction = {"code": "late", "kind": "deduction", "node": "total", "column": "delays", "each": 2}
    table = build.table([[80, 60], [69, 69]], columns={"delays": np.array([2.0, 0.0])})
    plan = compile_plan(build.scheme(adjustments=[deduction]), table)
    assert explain.what_if(plan, {("u0", "delays"): 0.0}).rank_after.tolist() == [1, 2]


def test_the_next_place_takes_the_least_change():
    plan = flat([[50, 50], [60, 54], [90, 90]], normalise={"method": "none"})
    found = explain.next_rank(plan, "u0", limits={"a": 100, "b": 100})
    assert (found.rank, found.target, found.reached) == (3, 2, 2)
    assert found.alone["a"].change == pytest.approx(14, abs=1e-6)
    assert found.cost == pytest.approx(14, abs=1e-6)
    assert explain.what_if(plan, {("u0", "a"): 50 + found.alone["a"].change}).rank_after[0] == 2
    assert explain.what_if(plan, {("u0", "a"): 50 + found.alone["a"].change - 1e-4}).rank_after[0] == 3


def test_prices_and_limits_decide_which_indicators_move():
    plan = flat([[50, 50], [60, 54], [90, 90]], normalise={"method": "none"})
    found = explain.next_rank(plan, "u0", costs={"a": 3, "b": 1}, limits={"a": 100, "b": 58})
    assert found.alone["b"] is None
    assert [m.code for m in found.moves] == ["b", "a"]
    assert [m.change for m in found.moves] == pytest.approx([8, 6], abs=1e-6)
    assert found.cost == pytest.approx(26, abs=1e-5)


def test_costs_directed_downwards_move_downwards():
    parts = [
        {
            "code": "a",
            "parent": "total",
            "direction": -1,
            "normalise": {"method": "goalposts", "lo": 0, "hi": 100},
        },
        {"code": "b", "parent": "total", "normalise": {"method": "goalposts", "lo": 0, "hi": 100}},
    ]
    plan = flat([[80, 50], [60, 50]], indicators=parts)
    found = explain.next_rank(plan, "u0", costs={"a": 1})
    assert found.moves[0].change == pytest.approx(-20, abs=1e-6)


def test_a_place_out_of_reach_is_said_to_be():
    plan = flat([[50, 50], [90, 90]], normalise={"method": "none"})
    found = explain.next_rank(plan, "u0", limits={"a": 60, "b": 60})
    assert (found.reached, found.moves, found.cost) == (None, (), None)
    assert found.alone == {"a": None, "b": None}


def test_moving_the_reference_set_is_taken_into_account():
    values = [[10, 30], [20, 20], [30, 10], [12, 31]]
    plan = flat(values, normalise={"method": "minmax"})
    found = explain.next_rank(plan, "u0", 1, limits={"a": 60, "b": 60})
    edits = {("u0", m.code): plan.table.values[0, "ab".index(m.code)] + m.change for m in found.moves}
    assert explain.what_if(plan, edits).rank_after[0] == found.reached <= found.target


def test_errors_give_the_chance_that_a_gain_is_real():
    se = np.full((3, 2), 4.0)
    plan = flat([[50, 50], [60, 54], [90, 90]], se=se, normalise={"method": "none"})
    least = explain.next_rank(plan, "u0", limits={"a": 100, "b": 100})
    error = 4 / 2**0.5
    assert least.chance_place == pytest.approx(0.5, abs=1e-6)
    assert least.chance_gain == pytest.approx(stats.norm.cdf(7 / (error * 2**0.5)), abs=1e-6)
    sure = explain.next_rank(plan, "u0", limits={"a": 100, "b": 100}, certainty=0.9)
    assert sure.chance_place == pytest.approx(0.9, abs=1e-6)
    assert sure.cost > least.cost


def test_responses_needed_follow_the_square_root_law():
    assert explain.responses_needed(100, 2.0, 1.0) == 1537
    assert explain.responses_needed(100, 2.0, 1.0, population=2000) == 870
    assert explain.responses_needed(100, 2.0, 0.001, population=2000) == 2000
    assert explain.responses_needed(100, 0.0, 1.0) == 1


@pytest.mark.parametrize(
    "call",
    [
        lambda p: explain.explain(p, "nobody"),
        lambda p: explain.what_if(p, {("u0", "z"): 1.0}),
        lambda p: explain.next_rank(p, "u2"),
        lambda p: explain.next_rank(p, "u0", 9),
        lambda p: explain.next_rank(p, "u0", costs={"z": 1}),
        lambda p: explain.next_rank(p, "u0", costs={"a": -1}),
        lambda p: explain.next_rank(p, "u0", certainty=1.0),
        lambda _: explain.responses_needed(0, 1, 1),
    ],
)
def test_malformed_questions_are_refused(call):
    with pytest.raises(ScoringError):
        call(flat([[50, 50], [60, 54], [90, 90]], normalise={"method": "none"}))
