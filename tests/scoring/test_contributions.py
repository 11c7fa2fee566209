"""Parts add up to the score under every rule, and agree with the definitions computed the long way."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.aggregation import METHODS, How, aggregate_array
from scoring.contributions import _duels, log_mean, shapley, split


def parts(method, x, b, w, **how):
    rule = How(method, **how)
    w = np.broadcast_to(np.asarray(w, dtype=float)[:, None], x.shape)
    score, base = aggregate_array(x, w, rule, field=x), aggregate_array(b, w, rule, field=x)
    points, slope = split(x, b, w, rule, score=score, base=base)
    return points, slope, score, base


def world(k, n=5, seed=0):
    random = np.random.default_rng(seed)
    w = random.uniform(0.5, 2, size=k)
    return random.uniform(1, 9, size=(k, n)), random.uniform(1, 9, size=(k, n)), w / w.sum()


@pytest.mark.parametrize("method", sorted(METHODS))
@pytest.mark.parametrize("k", [2, 5])
def test_parts_sum_to_the_score_less_the_baseline(method, k):
    x, b, w = world(k)
    points, slope, score, base = parts(method, x, b, w, p=0.5)
    assert points.sum(axis=0) == pytest.approx(score - base, abs=1e-9)
    assert slope * (x - b) == pytest.approx(points, abs=1e-9)


def test_parts_of_a_weighted_mean_are_weight_times_points():
    x = np.array([[10.0], [40.0]])
    points, _, _, _ = parts("amean", x, np.zeros_like(x), [0.25, 0.75])
    assert points[:, 0].tolist() == [2.5, 30]


def test_parts_of_a_geometric_mean_are_log_mean_shares():
    x, b = np.array([[8.0], [2.0]]), np.array([[2.0], [2.0]])
    points, _, _, _ = parts("gmean", x, b, [0.5, 0.5])
    assert points[:, 0] == pytest.approx([2.0, 0.0])


def test_shapley_is_the_average_over_all_orders():
    x, b, w = world(4)
    how = How("mpi")
    weights = np.broadcast_to(w[:, None], x.shape)
    long_way = np.zeros_like(x)
    orders = list(permutations(range(4)))
    for order in orders:
        at = b.copy()
        before = aggregate_array(at, weights, how)
        for child in order:
            at[child] = x[child]
            after = aggregate_array(at, weights, how)
            long_way[child] += (after - before) / len(orders)
            before = after
    assert shapley(x, b, weights, how) == pytest.approx(long_way, abs=1e-12)


def test_duels_of_mixtures_are_those_counted_one_by_one():
    x, b, w = world(5, n=40)
    x[2, 3], x[1, :4], b[4] = np.nan, x[1, 4:8], x[4, 0]
    weights = np.broadcast_to(w[:, None], x.shape).copy()
    weights[2, 3] = 0.0
    values = _duels(x, b, weights, x)
    for subset in (0, 1, 6, 19, 31):
        inside = np.array([bool(subset >> child & 1) for child in range(5)])[:, None]
        mixed = np.where(inside, x, b)
        assert values[subset].tolist() == aggregate_array(mixed, weights, How("copeland"), field=x).tolist()


def test_above_twelve_children_seeded_orders_still_add_up_and_repeat():
    x, b, w = world(14)
    how, weights = How("hmean"), np.broadcast_to(w[:, None], x.shape)
    found = shapley(x, b, weights, how)
    gain = aggregate_array(x, weights, how) - aggregate_array(b, weights, how)
    assert found.sum(axis=0) == pytest.approx(gain, abs=1e-9)
    assert found.tolist() == shapley(x, b, weights, how).tolist()


def test_chunks_of_units_do_not_change_the_parts():
    x, b, w = world(3, n=2100)
    weights = np.broadcast_to(w[:, None], x.shape)
    whole = shapley(x, b, weights, How("topsis"))
    few = np.r_[0:5, 2095:2100]
    field = How("topsis")
    again = np.stack([shapley(x, b, weights, field)[:, i] for i in few], axis=1)
    assert whole[:, few].tolist() == again.tolist()
    score = aggregate_array(x, weights, field)
    base = aggregate_array(b, weights, field, field=x)
    assert whole.sum(axis=0) == pytest.approx(score - base, abs=1e-9)


def test_an_absent_child_has_no_part():
    x = np.array([[2.0], [np.nan], [8.0]])
    b, w = np.full_like(x, 4.0), np.array([0.5, 0.0, 0.5])
    for method in ("amean", "gmean", "hmean", "min"):
        points, slope, score, base = parts(method, x, b, w)
        assert points[1, 0] == 0
        assert slope[1, 0] == 0
        assert points.sum() == pytest.approx((score - base)[0], abs=1e-12)


@given(st.floats(1e-3, 1e3), st.floats(1e-3, 1e3))
def test_log_mean_lies_between_its_ends(a, b):
    mean = float(log_mean(np.array([a]), np.array([b]))[0])
    assert min(a, b) * (1 - 1e-9) <= mean <= max(a, b) * (1 + 1e-9)


def test_log_mean_of_equals_is_the_value():
    assert log_mean(np.array([3.0]), np.array([3.0]))[0] == 3
