"""The whole computation: rules on missing values, ranks, grades, errors, identities and invariances."""

import json

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scoring.outputs import score_document
from scoring.placing import rank_sets_of, tiers_of
from scoring.plan import compile_plan
from scoring.recipe import evaluate
from scoring.satisfaction import tally
from scoring.types import ScoringError, Status, Table
from tests.scoring.build import document, scheme, table

NAN = np.nan
RESCALE = {"rule": "rescale", "availability": 0.5}


def goalposts(lo, hi):
    return {"method": "goalposts", "lo": lo, "hi": hi}


def scores(result):
    return result.score.tolist()


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
@pytest.mark.parametrize("rule", ["gmean", "hmean", {"method": "genmean", "p": -1}, "mpi"])
def test_values_at_zero_are_refused_where_the_mean_needs_positive_ones(rule):
    with pytest.raises(ScoringError) as caught:
        evaluate(table([[1, 2], [0, 3]]), scheme(aggregate=rule))
    assert "a of unit u1 is 0" in caught.value.message
    assert (caught.value.unit, caught.value.column) == ("u1", "a")


def test_a_declared_floor_lets_zero_in_and_keeps_the_scale():
    nodes = [{"code": "total", "parent": None, "aggregate": "gmean", "floor": 1}]
    result = evaluate(table([[5, 5], [0, 8]]), scheme(nodes=nodes))
    assert scores(result) == pytest.approx([5, 2])


def test_a_positive_power_takes_zero():
    nodes = [{"code": "total", "parent": None, "aggregate": "genmean", "p": 2}]
    assert scores(evaluate(table([[3, 4], [0, 0]]), scheme(nodes=nodes))) == pytest.approx([np.sqrt(12.5), 0])


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


# R6: no float equality in ties and cuts.
def test_float_noise_neither_breaks_a_tie_nor_moves_a_grade():
    bands = {"by": "bands", "bands": [{"code": "A", "from": 0.3}, {"code": "B", "from": 0}]}
    result = evaluate(table([[0.1 + 0.2, 0.1 + 0.2], [0.3, 0.3]]), scheme(grades=bands))
    assert result.ranks.tolist() == [1, 1]
    assert result.grades == ("A", "A")


FULL = {
    "nodes": [
        {"code": "total", "parent": None, "aggregate": "gmean"},
        {"code": "n", "parent": "total", "weight": 2, "aggregate": "amean"},
        {"code": "m", "parent": "n", "aggregate": "mpi"},
    ],
    "indicators": [
        {"code": "a", "parent": "n", "normalise": {"method": "minmax", "to": [1, 100]}},
        {"code": "b", "parent": "m", "direction": -1, "normalise": {"method": "minmax", "to": [1, 100]}},
        {"code": "c", "parent": "m", "normalise": {"method": "zscore", "mean": 100, "sd": 10}},
        {
            "code": "d",
            "parent": "total",
            "normalise": {"method": "goalposts", "lo": -99, "hi": 20, "to": [1, 50]},
        },
    ],
    "missing": {"rule": "rescale", "availability": 0.3},
    "adjustments": [
        {"code": "late", "kind": "deduction", "node": "n", "column": "events", "each": 0.5, "cap": 3},
        {"code": "extra", "kind": "bonus", "node": "total", "column": "events", "each": 1, "opens_above": 20},
        {"code": "fraud", "kind": "veto", "node": "total", "column": "cases", "sets_to": 7},
    ],
    "grades": {"by": "quota", "shares": [{"code": "A", "share": 0.3}, {"code": "B"}]},
}


def world(n=14, seed=0):
    random = np.random.default_rng(seed)
    values = random.uniform(1, 15, size=(n, 4))
    values[random.uniform(size=values.shape) < 0.15] = NAN
    return Table(
        units=tuple(f"u{i:02}" for i in range(n)),
        codes=tuple("abcd"),
        values=values,
        se=np.full(values.shape, 0.3),
        columns={"events": random.integers(0, 9, n) * 1.0, "cases": (np.arange(n) == 3) * 1.0},
    )


# R8: byte-identical whatever the order of rows.
def test_row_order_changes_no_byte_of_the_output():
    sound, data = scheme(**FULL), world()
    first = json.dumps(score_document(evaluate(data, sound), document(**FULL)))
    for seed in range(3):
        order = np.random.default_rng(seed).permutation(len(data.units))
        mixed = Table(
            units=tuple(data.units[i] for i in order),
            codes=data.codes,
            values=data.values[order],
            se=data.se[order],
            columns={name: column[order] for name, column in data.columns.items()},
        )
        assert json.dumps(score_document(evaluate(mixed, sound), document(**FULL))) == first


def test_column_order_of_the_table_does_not_matter():
    sound, data = scheme(**FULL), world()
    turned = Table(data.units, data.codes[::-1], data.values[:, ::-1], data.se[:, ::-1], columns=data.columns)
    assert evaluate(turned, sound).score.tolist() == pytest.approx(
        evaluate(data, sound).score.tolist(), nan_ok=True, abs=0
    )


def test_contributions_with_adjustments_sum_to_the_score():
    result = evaluate(world(), scheme(**FULL))
    assert result.contribution_codes == ("a", "b", "c", "d", "extra", "fraud", "late", "baseline")
    there = ~np.isnan(result.score)
    assert there.sum() > 10
    assert result.contributions[there].sum(axis=1) == pytest.approx(result.score[there], abs=1e-9)
    assert np.isnan(result.contributions[~there]).all()
    assert result.score[3] == 7


AGGREGATES = ["amean", "sum", "gmean", "hmean", "mpi", "min", "copeland", "topsis", "owa", "genmean"]


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=40)
@given(st.data())
def test_contributions_sum_to_the_score_for_every_tree(data):
    rules = [data.draw(st.sampled_from(AGGREGATES)) for _ in range(3)]
    nodes = [
        {"code": "r", "parent": None, "aggregate": rules[0]},
        {"code": "n", "parent": "r", "aggregate": rules[1]},
        {"code": "m", "parent": "r", "aggregate": rules[2]},
    ]
    for node, k in zip(nodes, (3, 2, 3), strict=True):
        node.update({"owa": {"weights": [3, 2, 1][:k]}, "genmean": {"p": 0.5}}.get(node["aggregate"], {}))
        node["floor"] = 200
    if {"mpi"} & {rules[0]}:
        nodes[0]["aggregate"] = "amean"
    parents = ["r", "n", "n", "m", "m", "m"]
    indicators = [
        {"code": f"i{k}", "parent": parent, "weight": k + 1, "normalise": {"method": "minmax", "to": [1, 10]}}
        for k, parent in enumerate(parents)
    ]
    values = np.random.default_rng(data.draw(st.integers(0, 99))).uniform(0, 1, size=(6, 6))
    values[0, data.draw(st.integers(0, 5))] = NAN
    sound = scheme(nodes=nodes, indicators=indicators, missing={"rule": "rescale", "availability": 0.2})
    result = evaluate(table(values, codes=[f"i{k}" for k in range(6)]), sound)
    there = ~np.isnan(result.score)
    scale = np.abs(result.score[there]).max() + 1
    assert result.contributions[there].sum(axis=1) == pytest.approx(result.score[there], abs=1e-9 * scale)


@given(st.lists(st.tuples(st.integers(0, 80), st.integers(0, 80)), min_size=3, max_size=12, unique=True))
def test_flipping_every_direction_mirrors_the_ranks(rows):
    values = np.array(rows, dtype=float)
    if (np.ptp(values, axis=0) == 0).any():
        return
    scale = {"method": "minmax"}
    up = scheme(normalise=scale, rank={"ties": "average"})
    down = scheme(
        indicators=[{"code": c, "parent": "total", "direction": -1, "normalise": scale} for c in "ab"],
        rank={"ties": "average"},
    )
    total = evaluate(table(values), up).ranks + evaluate(table(values), down).ranks
    assert total.tolist() == [len(rows) + 1] * len(rows)


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


def test_a_mark_outside_the_treatment_is_refused():
    values = np.exp(np.linspace(0, 9, 40))[:, None]
    scale = {"method": "goalposts", "lo": -9999, "hi": 9000}
    one = scheme(indicators=[{"code": "a", "parent": "total", "normalise": scale}], treat={"method": "log"})
    with pytest.raises(ScoringError, match="lies outside what the treatment log can carry"):
        evaluate(table(values, codes="a"), one)


def test_treatment_and_transform_leave_empty_columns_alone():
    one = scheme(treat={"method": "winsorise_log"}, missing=RESCALE)
    assert scores(evaluate(table([[1, NAN], [2, NAN]]), one)) == [1, 2]


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


def test_ranking_a_branch_explains_that_branch():
    nodes = [{"code": "total", "parent": None}, {"code": "n", "parent": "total", "aggregate": "gmean"}]
    indicators = [
        {"code": "a", "parent": "n"},
        {"code": "b", "parent": "n"},
        {"code": "c", "parent": "total"},
    ]
    data = table([[1, 4, 7], [3, 2, 8]], codes="abc")
    result = evaluate(data, scheme(nodes=nodes, indicators=indicators, rank={"node": "n"}))
    assert result.score == pytest.approx([2, np.sqrt(6)])
    assert result.contributions.sum(axis=1) == pytest.approx(result.score)
    assert (result.contributions[:, 2] == 0).all()


def test_a_score_that_is_not_finite_is_refused():
    with pytest.raises(ScoringError, match="node total: the score of unit u1 is not a finite number"):
        evaluate(table([[1, 2], [1e308, 1e308]]), scheme(aggregate="sum"))
    with pytest.raises(ScoringError, match="column a: the value of unit u1 is too large to be scaled"):
        evaluate(table([[-1e308, 2], [1e308, 1]]), scheme(normalise={"method": "minmax"}))
