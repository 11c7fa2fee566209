"""All normalisations against hand-computed values, their invariances and their refusals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.normalise import METHODS, check_spread, normalise_array
from scoring.slopes import SLOPES, slope_array
from scoring.types import Normalise, ScoringError

X = np.array([2.0, 8.0, 4.0, 4.0])
columns = st.lists(st.integers(-400, 400).map(lambda v: v / 8), min_size=3, max_size=20).filter(
    lambda values: len(set(values)) > 1
)


def points(spec, x=X, direction=1, **more):
    return normalise_array(np.asarray(x, dtype=float), spec, direction, **more).tolist()


@pytest.mark.parametrize(
    ("spec", "direction", "expected"),
    [
        (Normalise("none"), 1, [2, 8, 4, 4]),
        (Normalise("none"), -1, [-2, -8, -4, -4]),
        (Normalise("minmax"), 1, [0, 100, 100 / 3, 100 / 3]),
        (Normalise("minmax", to=(1, 7)), -1, [7, 1, 5, 5]),
        (Normalise("goalposts", lo=0, hi=10), 1, [0.2, 0.8, 0.4, 0.4]),
        (Normalise("rank"), 1, [1, 4, 2, 2]),
        (Normalise("rank"), -1, [4, 1, 2, 2]),
        (Normalise("borda"), 1, [0, 3, 1, 1]),
        (Normalise("prank"), 1, [0, 1, 1 / 3, 1 / 3]),
        (Normalise("dist2max"), 1, [0, 1, 1 / 3, 1 / 3]),
        (Normalise("dist2targ", target=6), 1, [0, 1, 0.5, 0.5]),
        (Normalise("dist2targ", target=6, clip=False), 1, [0, 1.5, 0.5, 0.5]),
        (Normalise("dist2targ", target=3), -1, [1, 0, 0.8, 0.8]),
        (Normalise("fracmax"), 1, [0.25, 1, 0.5, 0.5]),
        (Normalise("fracmax"), -1, [1, 0.25, 0.5, 0.5]),
        (Normalise("vector"), 1, [0.2, 0.8, 0.4, 0.4]),
        (Normalise("vector"), -1, [0.2, 0.8, 0.4, 0.4]),
        (Normalise("piecewise", target=4, slope=10, floor=0, cap=25), 1, [5, 25, 25, 25]),
        (Normalise("piecewise", points=((0, 0), (4, 10), (8, 11))), 1, [5, 11, 10, 10]),
        (Normalise("target", target=4), 1, [0, 1, 1, 1]),
        (Normalise("target", target=4, to=(0, 10)), -1, [10, 0, 10, 10]),
        (Normalise("table", table=((2, 1), (4, 5), (8, 9))), 1, [1, 9, 5, 5]),
    ],
)
def test_normalise_gives_the_points_computed_by_hand(spec, direction, expected):
    assert points(spec, direction=direction) == pytest.approx(expected, abs=1e-12)


def test_dist2ref_measures_from_the_reference_unit():
    assert points(Normalise("dist2ref", reference="c"), reference=2) == pytest.approx([0, 1, 1, 1])
    loose = Normalise("dist2ref", reference="c", clip=False)
    assert points(loose, reference=2) == pytest.approx([0, 3, 1, 1])


def test_zscore_has_the_mean_and_sample_deviation_asked_for():
    found = np.array(points(Normalise("zscore", mean=100, sd=10)))
    assert found.mean() == pytest.approx(100)
    assert found.std(ddof=1) == pytest.approx(10)


def test_missing_values_stay_missing_and_out_of_the_reference_set():
    for method in ("minmax", "zscore", "rank", "prank", "borda", "dist2max", "fracmax", "vector"):
        with_gap = points(Normalise(method), [2.0, np.nan, 8.0, 4.0])
        assert np.isnan(with_gap[1])
        assert with_gap[:1] + with_gap[2:] == pytest.approx(points(Normalise(method), [2.0, 8.0, 4.0]))


def test_within_takes_each_group_as_its_own_reference_set():
    groups = np.array([0, 1, 0, 1])
    found = points(Normalise("minmax", within="g"), [1.0, 10.0, 3.0, 30.0], groups=groups)
    assert found == [0, 0, 100, 100]
    absolute = points(Normalise("goalposts", lo=0, hi=10, within="g"), groups=groups)
    assert absolute == pytest.approx([0.2, 0.8, 0.4, 0.4])


@pytest.mark.parametrize(
    "method", sorted(set(METHODS) - {"dist2targ", "dist2ref", "goalposts", "piecewise", "target", "table"})
)
def test_draws_in_front_give_the_same_as_one_by_one(method):
    draws = np.random.default_rng(0).uniform(1, 9, size=(5, 3, 7))
    spec = Normalise(method)
    together = normalise_array(draws, spec, -1)
    for i in range(5):
        for j in range(3):
            assert together[i, j].tolist() == normalise_array(draws[i, j], spec, -1).tolist()


@given(columns, st.sampled_from(["minmax", "zscore"]), st.floats(0.1, 50), st.floats(-100, 100))
def test_minmax_and_zscore_do_not_see_an_affine_change_of_unit(values, method, scale, shift):
    before = points(Normalise(method), values)
    after = points(Normalise(method), np.array(values) * scale + shift)
    assert after == pytest.approx(before, abs=1e-6)


@given(columns, st.sampled_from(["minmax", "prank", "dist2max"]))
def test_flipping_the_direction_of_values_and_indicator_changes_nothing(values, method):
    spec = Normalise(method)
    assert points(spec, np.negative(values), -1) == pytest.approx(points(spec, values), abs=1e-9)


SMOOTH = [
    Normalise("none"),
    Normalise("minmax"),
    Normalise("zscore", sd=3),
    Normalise("goalposts", lo=0, hi=10, to=(0, 50)),
    Normalise("goalposts", lo=3, hi=5),
    Normalise("dist2targ", target=6),
    Normalise("dist2max"),
    Normalise("fracmax"),
    Normalise("vector"),
    Normalise("piecewise", points=((0, 0), (3, 10), (9, 11))),
    Normalise("piecewise", target=5, slope=2, floor=0, cap=9),
]


@pytest.mark.parametrize("spec", SMOOTH, ids=lambda spec: spec.method)
@pytest.mark.parametrize("direction", [1, -1])
def test_slopes_follow_small_changes_of_one_unit_between_the_extremes(spec, direction):
    x = np.array([1.0, 9.0, 4.0, 7.0])
    slopes = slope_array(x, spec, direction)
    nudged = x.copy()
    nudged[2] += 1e-7
    rise = (normalise_array(nudged, spec, direction) - normalise_array(x, spec, direction))[2] / 1e-7
    if spec.method in (
        "zscore",
        "vector",
    ):  # the unit itself moves the reference set, which slopes hold still
        assert np.sign(slopes[2]) == (np.sign(rise) or 1)
    else:
        assert slopes[2] == pytest.approx(rise, rel=1e-5, abs=1e-6)


def test_slope_of_dist2ref_is_flat_above_the_reference_when_clipped():
    x = np.array([0.0, 10.0, 5.0])
    spec = Normalise("dist2ref", reference="c")
    assert slope_array(x, spec, reference=2).tolist() == pytest.approx([0.2, 0.0, 0.2])


def test_steps_have_no_slope():
    assert slope_array(X, Normalise("rank")) is None
    assert set(METHODS) - set(SLOPES) == {"rank", "prank", "borda", "target", "table"}


def refuse(spec, x, direction=1, groups=None):
    units = [f"u{i}" for i in range(len(x))]
    with pytest.raises(ScoringError) as caught:
        check_spread(np.array(x), spec, direction, units=units, code="kpi", groups=groups)
    assert caught.value.column == "kpi"
    return caught.value.message


@pytest.mark.parametrize("method", ["minmax", "zscore", "dist2max"])
def test_a_column_without_spread_is_refused(method):
    assert "all values are equal (3)" in refuse(Normalise(method), [3.0, 3.0, 3.0])


def test_a_group_without_spread_is_refused_by_name():
    assert "in group q" in refuse(
        Normalise("minmax", within="g"), [1.0, 2.0, 3.0, 3.0], groups=["p", "p", "q", "q"]
    )


def test_other_columns_a_method_cannot_scale_are_refused():
    assert "at least two values" in refuse(Normalise("prank"), [3.0, np.nan])
    assert "every value is zero" in refuse(Normalise("vector"), [0.0, 0.0])
    assert "above zero; see unit u0" in refuse(Normalise("fracmax"), [-1.0, 2.0])
    assert "above zero" in refuse(Normalise("fracmax"), [0.0, 2.0], direction=-1)
    assert "no better than the worst value 2" in refuse(Normalise("dist2targ", target=2.0), [2.0, 5.0])
    assert "no better" in refuse(Normalise("dist2targ", target=9.0), [2.0, 5.0], direction=-1)


def test_empty_columns_and_absolute_scales_pass():
    check_spread(np.full(2, np.nan), Normalise("minmax"), 1, units=["a", "b"], code="kpi")
    check_spread(np.full(2, 3.0), Normalise("goalposts", lo=0, hi=5), 1, units=["a", "b"], code="kpi")
    check_spread(np.full(2, 3.0), Normalise("rank"), 1, units=["a", "b"], code="kpi")
    check_spread(np.full(2, 3.0), Normalise("prank"), 1, units=["a", "b"], code="kpi")
    check_spread(np.array([2.0, 5.0]), Normalise("dist2targ", target=4.0), 1, units=["a", "b"], code="kpi")
