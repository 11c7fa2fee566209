"""Means and outranking rules against hand-computed values and an outside package, and absent children."""

import numpy as np
import pymcdm
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.aggregation import METHODS, How, aggregate_array, effective_weights, partials
from scoring.types import Missing, Node

X = np.array([[1.0, 4.0], [4.0, 4.0], [4.0, 16.0]])
W = np.array([[0.5], [0.25], [0.25]])


def score(method, x=X, w=W, **how):
    return aggregate_array(
        np.asarray(x, dtype=float), np.asarray(w, dtype=float), How(method, **how)
    ).tolist()


@pytest.mark.parametrize(
    ("method", "how", "expected"),
    [
        ("amean", {}, [2.5, 7.0]),
        ("sum", {}, [2.5, 7.0]),
        ("gmean", {}, [2.0, 4 * np.sqrt(2)]),
        ("hmean", {}, [1.6, 1 / (0.75 / 4 + 0.25 / 16)]),
        ("genmean", {"p": 2}, [np.sqrt(8.5), np.sqrt(0.75 * 16 + 0.25 * 256)]),
        ("genmean", {"p": 1}, [2.5, 7.0]),
        ("genmean", {"p": 0}, [2.0, 4 * np.sqrt(2)]),
        ("genmean", {"p": -1}, [1.6, 1 / (0.75 / 4 + 0.25 / 16)]),
        ("mpi", {}, [2.5 - 2.25 / 2.5, 7.0 - 27 / 7]),
        ("ampi", {}, [2.5 - 2.25 / 2.5, 7.0 - 27 / 7]),
        ("min", {}, [1.0, 4.0]),
        ("owa", {"positions": np.array([0.0, 0.0, 1.0])}, [1.0, 4.0]),
        ("owa", {"positions": np.array([1.0, 0.0, 0.0])}, [4.0, 16.0]),
        ("owa", {"positions": np.array([0.2, 0.3, 0.5])}, [2.5, 6.4]),
        ("owa", {}, [3.0, 8.0]),
        ("copeland", {}, [-1.0, 1.0]),
    ],
)
def test_rules_give_the_values_computed_by_hand(method, how, expected):
    assert score(method, **how) == pytest.approx(expected)


def test_a_declared_floor_shifts_the_means_that_need_positive_values():
    x, w = [[0.0], [9.0]], [[0.5], [0.5]]
    assert score("gmean", x, w, shift=1.0) == pytest.approx([np.sqrt(10) - 1])
    assert score("hmean", x, w, shift=1.0) == pytest.approx([1 / 0.55 - 1])
    assert score("genmean", x, w, shift=1.0, p=2) == pytest.approx([np.sqrt(50.5) - 1])


def test_topsis_agrees_with_pymcdm():
    x = np.random.default_rng(3).uniform(1, 9, size=(12, 4))
    w = np.array([0.1, 0.4, 0.3, 0.2])
    expected = pymcdm.methods.TOPSIS(pymcdm.normalizations.vector_normalization)(x, w, np.ones(4))
    scaled = (x / np.sqrt((x**2).sum(axis=0))).T
    assert aggregate_array(scaled, w[:, None], How("topsis")) == pytest.approx(expected, abs=1e-12)


def test_topsis_with_costs_moves_the_ideal():
    x = np.array([[1.0, 2.0], [1.0, 2.0]])
    found = score("topsis", x, [[0.5], [0.5]], cost=np.array([False, True]))
    assert found == pytest.approx([0.5, 0.5])
    assert score("topsis", x, [[0.5], [0.5]]) == pytest.approx([0, 1])


def test_copeland_counts_duels_and_forgives_float_noise():
    x = np.array([[0.1 + 0.2, 0.3, 0.1], [5.0, 4.0, 1.0]])
    assert score("copeland", x, [[0.5], [0.5]]) == [2, 0, -2]
    assert score("copeland", x, [[0.9], [0.1]]) == [2, 0, -2]


def test_copeland_compares_what_both_have():
    x = np.array([[1.0, 2.0], [np.nan, 0.0]])
    w = np.array([[1.0, 0.2], [0.0, 0.8]])
    assert score("copeland", x, w) == [-1, 1]


@pytest.mark.parametrize("method", sorted(METHODS))
def test_draws_in_front_give_the_same_as_one_by_one(method):
    x = np.random.default_rng(0).uniform(1, 9, size=(4, 3, 6))
    w = np.array([0.1, 0.2, 0.3, 0.4])
    how = How(method, p=0.5, positions=np.array([0.4, 0.3, 0.2, 0.1]))
    together = aggregate_array(x, w[:, None, None], how)
    for draw in range(3):
        assert together[draw].tolist() == aggregate_array(x[:, draw], w[:, None], how).tolist()


@given(st.lists(st.floats(0.1, 50), min_size=4, max_size=4))
def test_means_are_ordered_and_stay_inside_their_children(values):
    x, w = np.array(values)[:, None], np.full((4, 1), 0.25)
    lowest, harmonic, geometric, plain = (score(m, x, w)[0] for m in ("min", "hmean", "gmean", "amean"))
    slack = 1e-9 * max(values)
    assert lowest <= harmonic + slack <= geometric + 2 * slack <= plain + 3 * slack <= max(values) + 4 * slack


@given(st.floats(0.5, 40))
def test_every_mean_of_equal_children_is_that_value(value):
    for method in ("amean", "gmean", "hmean", "genmean", "mpi", "owa", "min"):
        assert score(method, np.full((3, 1), value), W, p=3.0) == pytest.approx([value])


def weights(w, present, applicable, receives=None, **rule):
    found, enough = effective_weights(
        np.array(w, dtype=float)[:, None],
        np.array(present)[:, None],
        np.array(applicable)[:, None],
        Missing(**rule),
        None if receives is None else np.array(receives),
    )
    return found[:, 0].tolist(), bool(enough[0])


def test_rescale_spreads_the_weight_of_a_missing_child():
    found, enough = weights([0.5, 0.3, 0.2], [1, 1, 0], [1, 1, 1], rule="rescale", availability=0.8)
    assert found == pytest.approx([0.625, 0.375, 0])
    assert enough


def test_availability_passes_at_equality_and_fails_below():
    assert weights([0.5, 0.3, 0.2], [1, 0, 1], [1, 1, 1], rule="rescale", availability=0.7)[1]
    assert not weights([0.5, 0.3, 0.2], [1, 0, 1], [1, 1, 1], rule="rescale", availability=0.71)[1]


def test_not_applicable_leaves_the_denominator_of_the_availability():
    found, enough = weights([0.5, 0.3, 0.2], [1, 1, 0], [1, 1, 0], rule="rescale", availability=1.0)
    assert found == pytest.approx([0.625, 0.375, 0])
    assert enough


def test_refuse_wants_every_applicable_child():
    assert not weights([0.5, 0.5], [1, 0], [1, 1], rule="refuse", availability=0.1)[1]
    assert weights([0.5, 0.5], [1, 0], [1, 0], rule="refuse")[1]
    assert weights([1.0, 0.0], [1, 0], [1, 1], rule="refuse")[1]


def test_redistribute_gives_the_weight_to_the_named_children_only():
    rule = {"rule": "redistribute", "availability": 0.5, "to": ("b",)}
    found, enough = weights([0.5, 0.3, 0.2], [1, 1, 0], [1, 1, 1], [False, True, False], **rule)
    assert found == pytest.approx([0.5, 0.5, 0])
    assert enough
    assert not weights([0.5, 0.3, 0.2], [1, 0, 1], [1, 1, 1], [False, True, False], **rule)[1]


def test_a_node_with_nothing_present_is_missing_under_every_rule():
    assert not weights([0.5, 0.5], [0, 0], [1, 1], rule="rescale", availability=0.0)[1]
    assert not weights([0.5, 0.5], [0, 0], [0, 0], rule="rescale", availability=0.0)[1]


def test_sum_keeps_its_total_when_a_child_is_missing():
    found, _ = weights([10, 30], [1, 0], [1, 1], rule="rescale", availability=0.0)
    assert found == [40, 0]


def test_owa_with_a_child_missing_reads_the_weights_off_the_curve():
    x, w = np.array([[8.0], [2.0], [np.nan]]), np.array([[0.5], [0.5], [0.0]])
    found = score("owa", x, w, positions=np.array([0.6, 0.3, 0.1]))
    assert found == pytest.approx([8 * 0.75 + 2 * 0.25])


@pytest.mark.parametrize("method", ["amean", "gmean", "hmean", "genmean", "mpi", "topsis"])
def test_partials_are_derivatives(method):
    x, how = np.random.default_rng(5).uniform(2, 9, size=(3, 4)), How(method, p=2.0)
    base = aggregate_array(x, W, how)
    slopes = partials(x, np.broadcast_to(W, x.shape), how, base)
    for child in range(3):
        nudged = x.copy()
        nudged[child] += 1e-6
        rise = (aggregate_array(nudged, W, how, field=x) - base) / 1e-6
        assert slopes[child] == pytest.approx(rise, rel=1e-4, abs=1e-5)


def test_how_of_a_node_scales_its_position_weights():
    how = How.of(Node("n", None, aggregate="owa", weights=(1.0, 3.0)))
    assert how.positions.tolist() == [0.25, 0.75]
    assert How.of(Node("n", None, aggregate="genmean", p=2.0, floor=1.0)).shift == 1
