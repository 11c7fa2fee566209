"""Every key of a scheme is read, and every fault is refused in a sentence that names its place."""

import json

import pytest

from scoring.schemes import scheme_from_json
from scoring.types import Grades, Missing, Normalise, ScoringError, Treat, Weights
from tests.paths import EXAMPLES
from tests.scoring.build import document, scheme


def refused(found):
    with pytest.raises(ScoringError) as caught:
        scheme_from_json(found)
    text = str(caught.value)
    assert "\n" not in text
    return text


def test_defaults_are_those_of_the_format():
    found = scheme()
    assert [i.weight for i in found.indicators] == [1, 1]
    assert [i.direction for i in found.indicators] == [1, 1]
    assert found.indicators[0].normalise == Normalise("none")
    assert found.missing == Missing("refuse", 1.0)
    assert found.treat == Treat("none", 2.0, 3.5, 5)
    assert found.rank.node == "total"
    assert (found.rank.ties, found.rank.best, found.rank.decimals) == ("competition", "high", None)
    assert (found.unit, found.tiers, found.grades, found.samples) == ("unit", "thirds", None, None)


def test_the_tree_lists_children_and_goes_bottom_up():
    found = scheme(
        nodes=[{"code": "r", "parent": None}, {"code": "n", "parent": "r"}],
        indicators=[{"code": "a", "parent": "n"}, {"code": "b", "parent": "r"}],
    )
    assert found.root == "r"
    assert dict(found.children) == {"r": ("n", "b"), "n": ("a",)}
    assert [node.code for node in found.bottom_up] == ["n", "r"]


def test_a_deep_tree_is_no_trouble():
    nodes = [{"code": "n0", "parent": None}] + [
        {"code": f"n{i}", "parent": f"n{i - 1}"} for i in range(1, 1500)
    ]
    found = scheme(nodes=nodes, indicators=[{"code": "a", "parent": "n1499"}])
    assert found.bottom_up[0].code == "n1499"


def test_an_aggregate_may_carry_its_parameters_as_an_object():
    nodes = [{"code": "total", "parent": None, "aggregate": {"method": "genmean", "p": 2}}]
    assert scheme(nodes=nodes).nodes[0].p == 2
    flat = [{"code": "total", "parent": None, "aggregate": "owa", "weights": [1, 3]}]
    assert scheme(nodes=flat).nodes[0].weights == (1, 3)


def test_every_part_of_a_full_scheme_is_read():
    found = scheme(
        impute={"method": "group_mean", "group": "region"},
        treat={"method": "winsorise", "skew": 1, "kurt": 2, "max": 3},
        missing={"rule": "redistribute", "availability": 0.5, "to": ["b"]},
        weights={"total": {"method": "ahp", "matrix": [[1, None], [0.5, 1]]}},
        rank={"ties": "dense", "decimals": 2, "within": "region", "best": "low"},
        grades={
            "by": "quota",
            "shares": [{"code": "A", "share": 0.2}, {"code": "B"}],
            "floor": 80,
            "within": "region",
        },
        adjustments=[
            {"code": "d", "kind": "deduction", "node": "total", "column": "x", "each": 2, "cap": 10},
            {"code": "v", "kind": "veto", "node": "total", "column": "y", "caps_grade_at": "B"},
        ],
        samples={"column": "n"},
        tiers={"rule": "quarters"},
        full_marks={"column": "kind", "marks": {"big": 100, "small": 90}},
        uncertainty={"weights": 0.1, "normalise": ["zscore"], "sampling": False},
    )
    assert found.impute.group == "region"
    assert found.treat == Treat("winsorise", 1, 2, 3)
    assert found.missing == Missing("redistribute", 0.5, ("b",))
    assert found.weights == (("total", Weights("ahp", ((1, None), (0.5, 1)))),)
    assert found.grades == Grades("quota", shares=(("A", 0.2), ("B", None)), within="region", floor=80)
    assert found.adjustments[0].cap == 10
    assert (found.samples.shown, found.samples.ranked, found.samples.graded) == (10, 30, 100)
    assert found.full_marks.marks == (("big", 100), ("small", 90))
    assert found.uncertainty.normalise == ("zscore",)


def test_shares_may_name_the_children():
    rule = {"total": {"method": "balance", "shares": {"b": 0.7, "a": 0.3}}}
    assert scheme(weights=rule).weights[0][1].shares == (0.3, 0.7)
    rule["total"]["shares"]["z"] = 1
    assert "weights, total, shares: has the unknown key 'z'" in refused(document(weights=rule))


def test_tables_take_labels_numbers_and_pairs():
    def table(value):
        return scheme(normalise={"method": "table", **value}).indicators[0].normalise.table

    assert table({"table": {"yes": 100, "no": 0}}) == (("yes", 100), ("no", 0))
    assert table({"table": {"1": 0, "2": 50}}) == ((1, 0), (2, 50))
    assert table({"points": [[1, 0], [2, 50]]}) == ((1, 0), (2, 50))


def test_bands_are_sorted_best_first():
    bands = [{"code": "C", "from": 60}, {"code": "A", "from": 90}, {"code": "D"}]
    assert scheme(grades={"by": "bands", "bands": bands}).grades.codes == ("A", "C", "D")
    low = scheme(grades={"by": "bands", "bands": bands[:2]}, rank={"best": "low"})
    assert low.grades.codes == ("C", "A")


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.json")), ids=lambda path: path.stem)
def test_every_example_is_sound_and_named_in_three_languages(path):
    found = json.loads(path.read_text(encoding="utf-8"))
    assert set(found["name"]) == {"en", "zh-hans", "zh-hant"}
    assert scheme_from_json(found).source


NODE = {"code": "total", "parent": None}
A, B = {"code": "a", "parent": "total"}, {"code": "b", "parent": "total"}
MANUAL = {"total": {"method": "ahp", "matrix": [[1, 2], [0.5, 1]]}}
BAD = [
    ({"scheme": 2}, "scheme should be one of 1, not 2"),
    ({"scheme": True}, "scheme should be one of 1"),
    ({"code": ""}, "code should be a text"),
    ({"code": None}, "code is missing"),
    ({"nodes": {}}, "nodes should be a list"),
    ({"nodes": [3]}, "node 1: should be an object"),
    ({"surprise": 1}, "unknown key 'surprise'"),
    ({"nodes": [{**NODE, "agregate": "amean"}]}, "node total: has the unknown key 'agregate'"),
    ({"nodes": [{**NODE, "aggregate": "mean"}]}, "aggregate should be one of amean"),
    ({"nodes": [{**NODE, "aggregate": {"method": "amean", "q": 1}}]}, "unknown key 'q'"),
    ({"nodes": [{**NODE, "aggregate": "genmean"}]}, "genmean needs its power p"),
    ({"nodes": [{**NODE, "aggregate": "owa"}]}, "owa needs 2 weights"),
    ({"nodes": [{**NODE, "aggregate": "owa", "weights": [0, 0]}]}, "owa weights should be zero or more"),
    ({"nodes": [{**NODE, "floor": -1}]}, "floor should be 0 or more"),
    ({"nodes": []}, "a: parent total is not a node"),
    ({"nodes": [NODE, {"code": "other", "parent": None}]}, "not 2 (total, other)"),
    ({"nodes": [NODE, {"code": "empty", "parent": "total"}]}, "node empty has no children"),
    ({"nodes": [NODE, {"code": "x", "parent": "nowhere"}]}, "x: parent nowhere is not a node"),
    (
        {"nodes": [NODE, {"code": "x", "parent": "y"}, {"code": "y", "parent": "x"}]},
        "nodes x, y form a cycle",
    ),
    ({"indicators": []}, "no indicators"),
    ({"indicators": [A, A]}, "the code a is used twice"),
    ({"indicators": [A, {"code": "total", "parent": "total"}]}, "the code total is used twice"),
    ({"indicators": [{"code": "baseline", "parent": "total"}]}, "baseline is kept"),
    ({"indicators": [A, {"code": "b", "parent": "a"}]}, "b: parent a is not a node"),
    ({"indicators": [A, {**B, "weight": -1}]}, "indicator b: weight should be 0 or more, not -1"),
    ({"indicators": [A, {**B, "weight": "much"}]}, "indicator b: weight should be a number, not 'much'"),
    ({"indicators": [A, {**B, "weight": True}]}, "weight should be a number, not True"),
    ({"indicators": [A, {**B, "weight": float("nan")}]}, "weight should be a finite number"),
    ({"indicators": [A, {**B, "weight": 10**400}]}, "weight should be a finite number"),
    (
        {"indicators": [{**A, "weight": 0}, {**B, "weight": 0}]},
        "node total: the weights of its children sum to zero",
    ),
    ({"indicators": [A, {**B, "direction": 0}]}, "direction should be one of 1, -1, not 0"),
    ({"indicators": [A, {**B, "transform": "exp"}]}, "transform should be one of log"),
    ({"normalise": {"method": "magic"}}, "method should be one of none"),
    ({"normalise": {"method": "goalposts", "lo": 1}}, "hi is missing"),
    ({"normalise": {"method": "goalposts", "lo": 1, "hi": 1}}, "goalposts need lo below hi"),
    ({"normalise": {"method": "goalposts", "lo": 0, "hi": 1, "clip": 1}}, "clip should be true or false"),
    ({"normalise": {"method": "minmax", "to": [100, 0]}}, "to should be [lowest, highest]"),
    ({"normalise": {"method": "minmax", "to": [1]}}, "to should be [lowest, highest]"),
    ({"normalise": {"method": "minmax", "lo": 1}}, "unknown key 'lo'"),
    ({"normalise": {"method": "zscore", "sd": -1}}, "sd should be 0 or more"),
    ({"normalise": {"method": "dist2targ"}}, "target is missing"),
    ({"normalise": {"method": "dist2ref", "reference": "x", "within": "g"}}, "cannot be taken within groups"),
    (
        {"normalise": {"method": "piecewise", "target": 1, "slope": 1, "floor": 9, "cap": 1}},
        "floor at or below",
    ),
    ({"normalise": {"method": "piecewise", "points": [[1, 1]]}}, "two or more pairs with rising raw values"),
    ({"normalise": {"method": "piecewise", "points": [[2, 1], [1, 1]]}}, "rising raw values"),
    ({"normalise": {"method": "piecewise", "points": [[2, 1], [1]]}}, "pair 2 should be [raw value, points]"),
    ({"normalise": {"method": "table"}}, "table is missing"),
    ({"normalise": {"method": "table", "table": 3}}, "should map values to points"),
    ({"normalise": {"method": "table", "table": [[1]]}}, "should hold [value, points]"),
    ({"normalise": {"method": "table", "table": [[1, 2], ["x", 3]]}}, "all numbers or all labels"),
    ({"normalise": {"method": "table", "table": [[1, 2], [1, 3]]}}, "different values"),
    (
        {"indicators": [A, {**B, "direction": -1, "normalise": {"method": "vector"}}]},
        "understood by topsis alone",
    ),
    (
        {
            "indicators": [
                A,
                {**B, "transform": "log", "normalise": {"method": "goalposts", "lo": 0, "hi": 9}},
            ]
        },
        "indicator b: lo 0 has no log",
    ),
    ({"rank": {"node": "nowhere"}}, "rank: node nowhere is not a node"),
    ({"rank": {"decimals": 1.5}}, "decimals should be a whole number"),
    ({"rank": {"decimals": 10**50}}, "from 0 to 12, not 1000000"),
    ({"rank": {"decimals": 13}}, "from 0 to 12, not 13"),
    ({"rank": {"ties": "fair"}}, "ties should be one of competition"),
    ({"missing": {"availability": 1.1}}, "availability is a share between 0 and 1"),
    ({"missing": {"rule": "redistribute"}}, "missing: to is missing"),
    ({"missing": {"rule": "redistribute", "to": []}}, "redistribute needs the codes"),
    ({"missing": {"rule": "redistribute", "to": ["z"]}}, "unknown code z"),
    ({"missing": {"rule": "redistribute", "to": [1]}}, "to should be a list of texts"),
    ({"impute": {"method": "group_mean"}}, "group is missing"),
    ({"treat": {"method": "log", "max": -1}}, "max should be a whole number"),
    ({"weights": {"nowhere": {"method": "equal"}}}, "weights: nowhere is not a node"),
    ({"weights": {"total": None}}, "total is missing"),
    ({"weights": {"total": {"method": "ahp", "matrix": [[1]]}}}, "the matrix should be 2 × 2"),
    ({"weights": {"total": {"method": "ahp", "matrix": [1, 2]}}}, "row 1 is 1"),
    ({"weights": {"total": {"method": "ahp", "matrix": [[1, "x"], [1, 1]]}}}, "row 1 should be a number"),
    ({"weights": {"total": {"method": "balance", "shares": [1]}}}, "shares should hold 2 numbers"),
    ({"weights": {"total": {"method": "balance", "shares": [0, 0]}}}, "not sum to zero"),
    ({"grades": {"by": "luck"}}, "by should be one of bands, quota"),
    ({"grades": {"by": "bands", "bands": []}}, "there are no codes"),
    (
        {"grades": {"by": "bands", "bands": [{"code": "A", "from": 1}, {"code": "A", "from": 2}]}},
        "A is used twice",
    ),
    (
        {"grades": {"by": "bands", "bands": [{"code": "A", "from": 1}, {"code": "B", "from": 1}]}},
        "two bands begin",
    ),
    (
        {"grades": {"by": "quota", "shares": [{"code": "A", "share": 0.7}, {"code": "B", "share": 0.7}]}},
        "sum to 1.4",
    ),
    (
        {"grades": {"by": "quota", "shares": [{"code": "A", "share": 0.1}, {"code": "B", "share": 0.1}]}},
        "less than all",
    ),
    (
        {"grades": {"by": "quota", "shares": [{"code": "A"}, {"code": "B", "share": 0.1}]}},
        "only the last share",
    ),
    (
        {"grades": {"by": "quota", "shares": [{"code": "A", "share": -0.1}, {"code": "B"}]}},
        "share should be 0 or more",
    ),
    ({"grades": {"by": "quota", "shares": [{"code": "A"}], "floor": 3}}, "needs a second code"),
    (
        {"adjustments": [{"code": "d", "kind": "fine", "node": "total", "column": "x"}]},
        "kind should be one of",
    ),
    ({"adjustments": [{"code": "d", "kind": "bonus", "node": "z", "column": "x"}]}, "node z is not a node"),
    (
        {"adjustments": [{"code": "a", "kind": "bonus", "node": "total", "column": "x"}]},
        "the code a is used twice",
    ),
    (
        {"adjustments": [{"code": "d", "kind": "veto", "node": "total", "column": "x"}]},
        "either sets_to or",
    ),
    (
        {
            "adjustments": [
                {"code": "d", "kind": "veto", "node": "total", "column": "x", "caps_grade_at": "Z"}
            ]
        },
        "unknown grade Z",
    ),
    (
        {
            "adjustments": [
                {"code": "d", "kind": "deduction", "node": "total", "column": "x", "opens_above": 1}
            ]
        },
        "unknown key 'opens_above'",
    ),
    ({"samples": {"shown": 3}}, "column is missing"),
    ({"full_marks": {"column": "k", "marks": {"big": 0}}}, "big should be above zero"),
    ({"uncertainty": {"normalise": ["magic"]}}, "unknown method magic"),
    ({"tiers": {"rule": "sevenths"}}, "rule should be one of thirds"),
]


@pytest.mark.parametrize(("changes", "sentence"), BAD, ids=[sentence for _, sentence in BAD])
def test_a_fault_is_refused_naming_its_place(changes, sentence):
    assert sentence in refused(document(**changes))


def test_a_document_that_is_no_object_is_refused():
    assert "should be an object" in refused([1, 2])
