"""Gaps deep in the tree: unknown events, nodes that do not count, samples too small, labels without a mean."""

import json

import numpy as np
import pytest

from scoring.aggregation import How, aggregate_array
from scoring.contributions import split
from scoring.recipe import evaluate
from scoring.types import Status
from tests.scoring import build

NAN = float("nan")
TREE = [
    {"code": "total", "parent": None},
    {"code": "left", "parent": "total", "aggregate": "gmean"},
    {"code": "right", "parent": "total"},
]
LEAVES = [
    {"code": code, "parent": parent}
    for code, parent in (("a", "left"), ("b", "left"), ("c", "right"), ("d", "right"))
]
LATE = [{"code": "fine", "kind": "deduction", "node": "left", "column": "late"}]


def deep(values, *, rules=None, **more):
    return evaluate(
        build.table(values, "abcd", **more),
        build.scheme(nodes=TREE, indicators=LEAVES, **(rules or {})),
    )


@pytest.mark.parametrize("missing", [None, {"rule": "rescale", "availability": 0.1}])
def test_a_blank_event_below_the_ranked_node_is_never_left_out(missing):
    columns = {"late": np.array([NAN, 1.0])}
    found = deep(
        [[1, 4, 2, 2], [4, 4, 2, 2]], rules={"adjustments": LATE, "missing": missing}, columns=columns
    )
    assert found.status[0] == Status("listed", "missing_event", ("late",))
    assert np.isnan(found.score[0])
    assert found.scores["right"].tolist() == [2, 2]
    assert found.score[1] == pytest.approx(2.5)


def test_a_gap_is_told_before_a_blank_event():
    columns = {"late": np.array([NAN, 1.0])}
    found = deep([[1, 4, NAN, 2], [4, 4, 2, 2]], rules={"adjustments": LATE}, columns=columns)
    assert found.status[0] == Status("listed", "missing", ("c",))


def test_a_blank_event_of_a_node_that_is_ranked_itself():
    rules = {"adjustments": LATE, "rank": {"node": "left"}}
    found = deep([[1, 4, NAN, 2], [4, 4, 2, 2]], rules=rules, columns={"late": np.array([NAN, 0])})
    assert found.status[0] == Status("listed", "missing_event", ("late",))


def test_only_gaps_under_the_ranked_node_are_named():
    found = deep([[NAN, 4, NAN, 2], [4, 4, 2, 2]], rules={"rank": {"node": "left"}})
    assert found.status[0] == Status("listed", "missing", ("a",))


def test_a_node_without_a_score_brings_no_points_and_no_error():
    # The third of the weight under `left` that is there is too little for it, half the weight is enough for `total`.
    leaves = [{**LEAVES[0], "weight": 0.5}, *LEAVES[1:]]
    found = evaluate(
        build.table([[1, NAN, 2, 6], [4, 9, 2, 2], [9, 4, 3, 1]], "abcd", se=np.full((3, 4), 0.1)),
        build.scheme(nodes=TREE, indicators=leaves, missing={"rule": "rescale", "availability": 0.5}),
    )
    assert np.isnan(found.scores["left"][0])
    assert found.score[0] == 4
    assert found.contributions[0, found.contribution_codes.index("a")] == 0
    assert found.contributions.sum(axis=1) == pytest.approx(found.score)
    assert found.se is not None
    assert found.se[0] == pytest.approx(0.1 / np.sqrt(2))


def test_the_baseline_of_an_absent_child_does_not_count():
    # It lies below zero, where a square root has no value; the child has no weight.
    x, base, w = np.array([[NAN], [4.0], [9]]), np.array([[-1.0], [2], [3]]), np.array([[0.0], [0.5], [0.5]])
    how = How("genmean", p=0.5)
    score = aggregate_array(x, w, how)
    start = aggregate_array(np.where(np.isnan(x), NAN, base), w, how)
    with np.errstate(invalid="ignore"):
        parts, slopes = split(x, base, w, how, score=score, base=start)
    assert parts[0] == slopes[0] == 0
    assert parts.sum() == pytest.approx((score - start)[0])


def test_a_blank_event_of_a_node_that_carries_no_weight_does_not_matter():
    tree = [TREE[0], {**TREE[1], "weight": 0}, TREE[2]]
    rules = {"adjustments": LATE, "missing": {"rule": "rescale", "availability": 0.5}}
    found = evaluate(
        build.table([[1, 4, 2, 2], [4, 4, 3, 3]], "abcd", columns={"late": np.array([NAN, 1.0])}),
        build.scheme(nodes=tree, indicators=LEAVES, **rules),
    )
    assert found.ranks.tolist() == [2, 1]
    assert found.contributions.sum(axis=1) == pytest.approx(found.score)


def test_nothing_is_given_out_below_the_sample_that_is_shown_even_where_a_value_is_missing():
    rules = {"samples": {"column": "n"}}
    found = deep([[1, 4, NAN, 2], [4, 4, 2, 2]], rules=rules, columns={"n": np.array([4.0, 500])})
    assert found.status[0] == Status("listed", "missing", ("c",))
    assert np.isnan(found.scores["left"][0])
    assert found.scores["left"][1] == pytest.approx(4)


def test_a_unit_left_with_branches_of_no_weight_is_not_applicable():
    tree = [TREE[0], {**TREE[1], "weight": 0}, TREE[2]]
    nothing = np.array([[False, False, True, True], [False] * 4])
    found = evaluate(
        build.table([[1, 4, NAN, NAN], [4, 4, 2, 2]], "abcd", not_applicable=nothing),
        build.scheme(nodes=tree, indicators=LEAVES),
    )
    assert found.status[0] == Status("listed", "not_applicable", ("c", "d"))
    assert found.status[1] == Status("ranked")


def test_the_penalty_for_imbalance_is_taken_of_values_above_the_floor():
    x = np.array([[-2.0], [6.0]])
    half = np.full((2, 1), 0.5)
    # 10 above: 8 and 16, mean 12, S² 16.
    assert aggregate_array(x, half, How("mpi", shift=10.0))[0] == pytest.approx(12 - 16 / 12 - 10)
    assert aggregate_array(np.array([[0.0, 0], [0, 8]]), half, How("ampi")).tolist() == [0, 0]


def test_marks_of_a_table_are_carried_along_a_transform():
    rule = {"method": "table", "table": {"1": 5, "10": 6, "100": 9}}
    parts = [{"code": "a", "parent": "total", "transform": "log10", "normalise": rule}]
    found = evaluate(build.table([[1], [100], [10]], "a"), build.scheme(indicators=parts))
    assert found.score.tolist() == [5, 9, 6]


@pytest.mark.parametrize("rule", [{"treat": {"method": "winsorise"}}, {"impute": {"method": "median"}}])
def test_labels_have_no_outliers_and_no_mean(rule):
    table = {"method": "table", "table": {"low": 0, "middle": 50, "high": 100}}
    parts = [{"code": "a", "parent": "total", "normalise": table}, {"code": "b", "parent": "total"}]
    values = [[0, 10 + i] for i in range(9)] + [[2, 11], [NAN, 12]]
    missing = {"rule": "rescale", "availability": 0.5}
    found = evaluate(build.table(values), build.scheme(indicators=parts, missing=missing, **rule))
    assert found.score[9] == pytest.approx((100 + 11) / 2)
    assert found.score[10] == 12


def test_a_unit_to_which_nothing_applies_is_listed_from_a_file(tmp_path, capsys):
    scheme, data = tmp_path / "s.json", tmp_path / "d.csv"
    scheme.write_text(json.dumps(build.document()))
    data.write_text("unit,a,b,se:a,n:a\nx,n/a,n/a,n/a,N/A\ny,2,3,0.1,9\nz,3,4,0.1,9\n")
    _, found, _ = build.run(capsys, "score", scheme, data)
    assert found["status"][0] == {"state": "listed", "reason": "not_applicable", "codes": []}
    assert found["ranks"] == [None, 2, 1]
    data.write_text("unit,a,b,se:a\nx,1,2,n/a\ny,2,3,0.1\n")
    assert "row 2, column se:a: 'n/a' is not a number" in build.refused(capsys, "score", scheme, data)
    data.write_text("unit,a,b\nx,n/a,\ny,2,3\nz,2,4\n")
    assert "row 2: unit x has no value" in build.refused(capsys, "score", scheme, data)


@pytest.mark.parametrize(("mark", "told"), [(";", "';'"), ("\t", "'\\t'")])
def test_other_separators_are_named(mark, told, tmp_path, capsys):
    scheme, data = tmp_path / "s.json", tmp_path / "d.csv"
    scheme.write_text(json.dumps(build.document()))
    data.write_text(f"unit{mark}a{mark}b\nx{mark}1{mark}2\n")
    sentence = build.refused(capsys, "score", scheme, data)
    assert sentence == f"{data}, row 1: cells should be separated by commas, not by {told}"


def test_a_number_of_thousands_of_digits_is_refused(tmp_path, capsys):
    scheme = tmp_path / "s.json"
    scheme.write_text('{"scheme": 1' + "0" * 5000 + "}")
    assert "too many digits" in build.refused(capsys, "score", scheme, scheme)
