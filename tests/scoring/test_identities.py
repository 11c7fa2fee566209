"""What must hold for every scheme and every order: sums of parts, mirrored ranks, equal bytes."""

import json

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scoring.outputs import score_document
from scoring.recipe import evaluate
from scoring.types import Table
from tests.scoring.build import NAN, document, scheme, table

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
