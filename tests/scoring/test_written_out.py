"""Weights of what is missing, means, scales and places, each written out by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from scoring.aggregation import How, aggregate_array, effective_weights, partials
from scoring.normalise import check_spread, normalise_array
from scoring.ordering import place_rows, rank
from scoring.types import Missing, Normalise, ScoringError
from tests.scoring.build import NAN

# --- weights of what is missing ---

ROWS = np.array([[0.5], [0.3], [0.2]])


def shares(present, rule, applicable=(True, True, True), receives=None):
    here = np.array(present)[:, None]
    found, enough = effective_weights(
        ROWS, here, np.array(applicable)[:, None], rule, None if receives is None else np.array(receives)
    )
    return found[:, 0].tolist(), bool(enough[0])


def test_what_is_missing_gives_its_weight_away_in_proportion():
    rule = Missing("rescale", 0.5)
    assert shares([True, True, True], rule) == (pytest.approx([0.5, 0.3, 0.2]), True)
    assert shares([True, False, True], rule) == (pytest.approx([5 / 7, 0, 2 / 7]), True)
    assert shares([True, False, False], rule) == (pytest.approx([1, 0, 0]), True)
    assert shares([False, True, True], Missing("rescale", 0.5)) == (pytest.approx([0, 0.6, 0.4]), True)
    assert shares([False, True, True], Missing("rescale", 0.51))[1] is False
    assert shares([False, False, False], rule)[1] is False


def test_what_does_not_apply_leaves_the_denominator_and_what_is_refused_stays_out():
    assert shares([False, True, True], Missing("refuse"), (False, True, True)) == (
        pytest.approx([0, 0.6, 0.4]),
        True,
    )
    assert shares([False, True, True], Missing("refuse"))[1] is False
    assert shares([False, True, True], Missing("refuse", 0.1))[1] is False


def test_redistribution_reaches_the_named_children_that_are_there():
    rule = Missing("redistribute", 0.1, ("b",))
    to_b = [False, True, False]
    assert shares([True, True, False], rule, receives=to_b) == (pytest.approx([0.5, 0.5, 0]), True)
    assert shares([True, False, True], rule, receives=to_b)[1] is False
    assert shares([True, True, True], rule, receives=to_b) == (pytest.approx([0.5, 0.3, 0.2]), True)
    assert shares([True, True, False], Missing("rescale", 0.1), receives=to_b)[0] == pytest.approx(
        [5 / 8, 3 / 8, 0]
    )


# --- means ---

X = np.array([[2.0, 4.0, 9.0], [8.0, 4.0, 1.0]])
W = np.array([[0.25], [0.75]])


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        (How("amean"), 0.25 * 2 + 0.75 * 8),
        (How("gmean"), 2**0.25 * 8**0.75),
        (How("gmean", shift=1.0), 3**0.25 * 9**0.75 - 1),
        (How("hmean"), 1 / (0.25 / 2 + 0.75 / 8)),
        (How("hmean", shift=2.0), 1 / (0.25 / 4 + 0.75 / 10) - 2),
        (How("genmean", p=3.0), (0.25 * 8 + 0.75 * 512) ** (1 / 3)),
        (How("genmean", p=3.0, shift=1.0), (0.25 * 27 + 0.75 * 729) ** (1 / 3) - 1),
        (How("genmean", p=0.0, shift=1.0), 3**0.25 * 9**0.75 - 1),
        (How("mpi"), 6.5 - (0.25 * 4.5**2 + 0.75 * 1.5**2) / 6.5),
        (How("min"), 2),
        (How("owa", positions=np.array([0.9, 0.1])), 0.9 * 8 + 0.1 * 2),
        (How("owa"), 5),
    ],
)
def test_means_written_out(how, expected):
    assert aggregate_array(X, W, how)[0] == pytest.approx(expected)


@pytest.mark.parametrize("method", ["min", "owa", "topsis", "copeland", "amean"])
def test_a_child_of_no_weight_does_not_count_whatever_it_holds(method):
    x = np.array([[2.0, 4.0, 9.0], [NAN, NAN, NAN], [3.0, 3.0, 3.0]])
    w = np.array([[1.0], [0.0], [0.0]])
    alone = aggregate_array(x[:1], w[:1], How(method))
    assert aggregate_array(x, w, How(method)).tolist() == pytest.approx(alone.tolist())


def test_topsis_lies_between_the_ideals():
    assert aggregate_array(
        np.array([[0.0, 3.0, 1.0]]), np.array([[1.0]]), How("topsis")
    ).tolist() == pytest.approx([0, 1, 1 / 3])
    cost = How("topsis", cost=np.array([True]))
    assert aggregate_array(np.array([[0.0, 3.0, 1.0]]), np.array([[1.0]]), cost).tolist() == pytest.approx(
        [1, 0, 2 / 3]
    )
    field = np.array([[-1.0, 7.0]])
    assert aggregate_array(np.array([[1.0]]), np.array([[1.0]]), How("topsis"), field=field).tolist() == [
        0.25
    ]


def test_copeland_counts_a_duel_of_equal_weight_as_none():
    x = np.array([[1.0, 2.0], [2.0, 1.0]])
    assert aggregate_array(x, np.array([[0.5], [0.5]]), How("copeland")).tolist() == [0, 0]
    assert aggregate_array(x, np.array([[0.6], [0.4]]), How("copeland")).tolist() == [-1, 1]


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        (How("amean"), [0.25, 0.75]),
        (How("gmean"), [0.25 * 2**0.25 * 8**0.75 / 2, 0.75 * 2**0.25 * 8**0.75 / 8]),
        (How("gmean", shift=1.0), [0.25 * 3**0.25 * 9**0.75 / 3, 0.75 * 3**0.25 * 9**0.75 / 9]),
        (How("min"), [1, 0]),
        (How("owa", positions=np.array([0.9, 0.1])), [0.1, 0.9]),
    ],
)
def test_slopes_of_means_written_out(how, expected):
    score = aggregate_array(X, W, how)
    assert partials(X, W, how, score)[:, 0].tolist() == pytest.approx(expected, rel=1e-5, abs=1e-9)


def test_slopes_against_a_field_hold_the_others_still():
    x, w = np.array([[1.0, 3.0, 0.0]]), np.array([[1.0]])
    slopes = partials(x, w, How("topsis"), aggregate_array(x, w, How("topsis")))
    assert slopes[0, 0] == pytest.approx(1 / 3, rel=1e-6)


# --- scales ---


def points(values, direction=1, **spec):
    return normalise_array(np.array(values, dtype=float), Normalise(**spec), direction).tolist()


@pytest.mark.parametrize(
    ("spec", "direction", "values", "expected"),
    [
        ({"method": "minmax"}, 1, [2, 4, 6], [0, 50, 100]),
        ({"method": "minmax", "to": (1.0, 3.0)}, -1, [2, 4, 6], [3, 2, 1]),
        ({"method": "goalposts", "lo": 2, "hi": 4}, 1, [1, 3, 9], [0, 0.5, 1]),
        ({"method": "goalposts", "lo": 2, "hi": 4, "clip": False}, 1, [1, 3, 9], [-0.5, 0.5, 3.5]),
        ({"method": "goalposts", "hi": 4}, -1, [1, 4], [0.75, 0]),
        ({"method": "zscore"}, 1, [1, 2, 3], [-1, 0, 1]),
        ({"method": "zscore", "mean": 100.0, "sd": 15.0}, -1, [1, 2, 3], [115, 100, 85]),
        ({"method": "rank"}, -1, [5, 5, 1], [1, 1, 3]),
        ({"method": "borda"}, 1, [5, 5, 1], [1, 1, 0]),
        ({"method": "prank"}, 1, [5, 7, 1], [0.5, 1, 0]),
        ({"method": "prank", "to": (0.0, 10.0)}, -1, [5, 7, 1], [5, 0, 10]),
        ({"method": "dist2targ", "target": 10.0}, 1, [0, 5, 20], [0, 0.5, 1]),
        ({"method": "dist2targ", "target": 10.0, "clip": False, "to": (0.0, 100.0)}, 1, [0, 5, 20], [0, 50, 200]),
        ({"method": "dist2targ", "target": 2.0}, -1, [0, 6, 10], [1, 0.5, 0]),
        ({"method": "dist2max", "to": (0.0, 100.0)}, -1, [0, 6, 10], [100, 40, 0]),
        ({"method": "fracmax"}, 1, [1, 2, 4], [0.25, 0.5, 1]),
        ({"method": "fracmax", "to": (0.0, 100.0)}, -1, [1, 2, 4], [100, 50, 25]),
        ({"method": "vector"}, 1, [3, 4], [0.6, 0.8]),
        ({"method": "piecewise", "points": ((0.0, 0.0), (10.0, 100.0))}, 1, [-1, 5, 11], [0, 50, 100]),
        ({"method": "piecewise", "target": 10.0, "slope": 5.0, "floor": 20.0, "cap": 80.0}, 1,
         [12, 10, 6, -9], [80, 80, 60, 20]),
        ({"method": "piecewise", "target": 10.0, "slope": 5.0, "floor": 20.0, "cap": 80.0}, -1,
         [8, 10, 14, 99], [80, 80, 60, 20]),
        ({"method": "target", "target": 5.0}, 1, [4, 5, 6], [0, 1, 1]),
        ({"method": "target", "target": 5.0, "to": (0.0, 100.0)}, -1, [4, 5, 6], [100, 100, 0]),
        ({"method": "table", "table": ((1.0, 10.0), (2.0, 50.0))}, 1, [1, 2], [10, 50]),
        ({"method": "table", "table": (("low", 10.0), ("high", 50.0))}, 1, [1, 0], [50, 10]),
        ({"method": "none"}, -1, [1, -2], [-1, 2]),
    ],
)  # fmt: skip
def test_points_written_out_and_gaps_left_as_gaps(spec, direction, values, expected):
    assert points(values, direction, **spec) == pytest.approx(expected)
    with_gap = points([*values, NAN], direction, **spec)
    assert with_gap == pytest.approx([*expected, NAN], nan_ok=True)


@pytest.mark.parametrize(
    ("spec", "direction", "values", "groups", "sentence"),
    [
        ({"method": "minmax"}, 1, [3, 3], None, "all values are equal (3), so minmax has no spread"),
        ({"method": "zscore"}, 1, [1, 2, 3, 3], "aabb", "all values are equal in group b (3)"),
        ({"method": "prank"}, 1, [3, NAN], None, "prank needs at least two values"),
        ({"method": "prank"}, 1, [3, 4, 5], "aab", "prank needs at least two values in group b"),
        ({"method": "vector"}, 1, [0, 0], None, "every value is zero; vector cannot scale them"),
        ({"method": "vector"}, 1, [1, 0], "ab", "every value is zero in group b"),
        ({"method": "fracmax"}, 1, [-1, 4], None, "fracmax needs values above zero; see unit u0"),
        ({"method": "fracmax"}, -1, [4, 0], None, "fracmax needs values above zero; see unit u1"),
        ({"method": "fracmax"}, 1, [0, 0], None, "fracmax needs values above zero"),
        ({"method": "dist2targ", "target": 1.0}, 1, [1, 4], None, "the target 1 is no better than the worst value 1"),
        ({"method": "dist2targ", "target": 4.0}, -1, [1, 4], None, "the target 4 is no better than the worst value 4"),
        ({"method": "dist2targ", "target": 3.0}, 1, [1, 2, 4, 5], "aabb", "worst value 4 in group b"),
    ],
)  # fmt: skip
def test_a_column_that_cannot_be_scaled_is_named_with_its_group(spec, direction, values, groups, sentence):
    x = np.array(values, dtype=float)
    units = [f"u{k}" for k in range(len(x))]
    with pytest.raises(ScoringError) as caught:
        check_spread(x, Normalise(**spec), direction, units=units, code="speed", groups=groups)
    assert sentence in caught.value.message
    assert caught.value.column == "speed"


@pytest.mark.parametrize(
    ("spec", "direction", "values", "groups"),
    [
        ({"method": "fracmax"}, 1, [0, 4], None),
        ({"method": "prank"}, 1, [3, 3], None),
        ({"method": "rank"}, 1, [3, 3], None),
        ({"method": "borda"}, 1, [3], None),
        ({"method": "goalposts", "lo": 0.0, "hi": 1.0}, 1, [3, 3], None),
        ({"method": "minmax"}, 1, [1, 2, NAN], "aab"),
        ({"method": "dist2targ", "target": 1.5}, 1, [1, 4], None),
        ({"method": "vector"}, 1, [0, 1], None),
    ],
)
def test_a_column_that_can_be_scaled_passes(spec, direction, values, groups):
    x = np.array(values, dtype=float)
    check_spread(x, Normalise(**spec), direction, units=["u0", "u1", "u2"], code="speed", groups=groups)


# --- places ---

rows = st.lists(st.integers(-6, 6).map(lambda v: v / 7), min_size=1, max_size=9)


@given(rows)
def test_places_of_many_rows_are_the_places_of_each(values):
    one = np.array(values)
    many = np.stack([one, -one, one + 1e-15, one * 1e6])
    expected = [rank(row).tolist() for row in many]
    assert place_rows(many).tolist() == expected
    assert expected[0] == stats.rankdata(-one, method="min").tolist()


def test_a_gap_above_rounding_noise_is_a_place():
    for gap, places in ((1e-9, [2, 1]), (1e-11, [2, 1]), (1e-14, [1, 1])):
        assert rank([1.0, 1.0 + gap]).tolist() == places
        assert place_rows(np.array([[1.0, 1.0 + gap]])).tolist() == [places]
        assert rank([1.0 + gap, 1.0], best="low").tolist() == places
