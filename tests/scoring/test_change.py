"""Explaining a change: parts add up, stand where the change was made, and vanish where nothing changed."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.change import explain_change, shapley
from scoring.recipe import evaluate
from scoring.types import ScoringError
from tests.scoring import build

SCALED = {"method": "minmax"}


def result(values, units=None, **changes):
    changes.setdefault("normalise", SCALED)
    return evaluate(build.table(values, units=units), build.scheme(**changes))


def plain(values, **changes):
    return result(values, normalise={"method": "none"}, **changes)


def test_shapley_splits_a_textbook_game():
    game = {
        frozenset(s): v for s, v in [("", 0), ("a", 100), ("b", 125), ("c", 50), ("ab", 270), ("ac", 375)]
    }
    game |= {frozenset("bc"): 350, frozenset("abc"): 500}
    found = shapley("abc", {k: float(v) for k, v in game.items()})
    assert [round(v, 2) for v in found.values()] == [161.67, 161.67, 176.67]


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10_000))
def test_parts_sum_to_the_score_and_to_the_whole_change_of_place(seed):
    generator = np.random.default_rng(seed)
    first, second = generator.normal(50, 10, (6, 2)), generator.normal(55, 10, (6, 2))
    old = result(first, units=list("abcdef"))
    indicators = [
        {"code": c, "parent": "total", "weight": w, "normalise": SCALED} for c, w in (("a", 3), ("b", 1))
    ]
    new = result(
        second, units=list("bcdefg"), indicators=indicators, aggregate="amean", normalise={"method": "zscore"}
    )
    found = explain_change(old, new)
    assert sorted(found) == list("bcdef")
    for unit, change in found.items():
        before, after = old.units.index(unit), new.units.index(unit)
        assert change.rank == (old.ranks[before], new.ranks[after])
        assert change.score == (old.compared[before], new.compared[after])
        assert sum(change.rank_parts.values()) == pytest.approx(change.rank[1] - change.rank[0], abs=1e-9)
        assert sum(change.score_parts.values()) == pytest.approx(change.score[1] - change.score[0], abs=1e-9)


def test_nothing_changed_has_no_parts():
    one = result([[1, 2], [3, 5], [2, 9]])
    for change in explain_change(one, one).values():
        assert set(change.rank_parts.values()) == {0.0}
        assert set(change.score_parts.values()) == {0.0}


def test_a_rise_by_ones_own_data_is_ones_own():
    old, new = plain([[10, 10], [20, 20], [30, 30]]), plain([[40, 40], [20, 20], [30, 30]])
    found = explain_change(old, new)
    assert found["u0"].rank_parts["own_data"] == -2
    assert found["u0"].rank_parts["others_data"] == 0
    assert found["u1"].rank_parts["others_data"] == 1
    assert found["u1"].score_parts["own_data"] == 0


def test_a_change_of_weights_alone_is_the_weights():
    values = [[90, 10], [20, 80], [50, 50]]
    indicators = [{"code": c, "parent": "total", "weight": w} for c, w in (("a", 1), ("b", 9))]
    old = plain(values)
    new = evaluate(build.table(values), build.scheme(indicators=indicators))
    for change in explain_change(old, new).values():
        assert change.rank_parts["weights"] == change.rank[1] - change.rank[0]
        assert change.score_parts["method"] == change.score_parts["own_data"] == 0


def test_a_change_of_method_alone_is_the_method():
    values = [[90, 10], [20, 80], [51, 48]]
    old, new = (
        plain(values),
        plain(values, aggregate="gmean"),
    )
    for change in explain_change(old, new).values():
        assert change.score_parts["method"] == pytest.approx(change.score[1] - change.score[0])
        assert change.score_parts["weights"] == 0


def test_an_entrant_ahead_pushes_one_down():
    old = plain([[10, 10], [20, 20]])
    new = plain([[10, 10], [20, 20], [15, 15]])
    found = explain_change(old, new)
    assert found["u0"].rank_parts == {"own_data": 0, "others_data": 0, "weights": 0, "method": 0, "units": 1}


def test_a_new_indicator_belongs_to_the_method():
    two = plain([[10, 30], [20, 20]])
    parts = [{"code": c, "parent": "total"} for c in "abc"]
    three = evaluate(build.table([[10, 30, 90], [20, 20, 10]], "abc"), build.scheme(indicators=parts))
    found = explain_change(two, three)
    assert found["u0"].score_parts["method"] == pytest.approx(130 / 3 - 20)
    assert found["u0"].score_parts["own_data"] == 0


def test_states_that_cannot_be_mixed_are_explained_together():
    # The geometric mean of the new scheme cannot take the zero of the old data, so no mixture has a place.
    old = plain([[0.0, 5], [3, 4]])
    new = plain([[2.0, 5], [3, 9]], aggregate="gmean")
    change = explain_change(old, new)["u0"]
    assert set(change.rank_parts) == {"all"}
    assert change.rank_parts["all"] == change.rank[1] - change.rank[0]


def test_a_unit_ranked_only_once_is_refused():
    old, new = result([[1, 2], [3, 5]]), result([[1, 2], [3, 5], [4, 4]])
    with pytest.raises(ScoringError, match="u2 is not ranked in both"):
        explain_change(old, new, ["u2"])
