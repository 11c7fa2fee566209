"""Drivers: Shapley shares against pingouin, Johnson weights by construction, intervals that hold."""

import numpy as np
import pandas as pd
import pingouin
import pytest

from scoring import drivers
from scoring.types import ScoringError


def answers(n=300, k=4, seed=1):
    generator = np.random.default_rng(seed)
    common = generator.normal(size=(n, 1))
    x = 0.6 * common + generator.normal(size=(n, k))
    return x, x @ np.linspace(1, 0, k) + generator.normal(size=n)


def test_shapley_shares_match_pingouin():
    x, y = answers()
    found = drivers.drivers(x, y, list("abcd"), draws=20)
    oracle = pingouin.linear_regression(pd.DataFrame(x, columns=list("abcd")), y, relimp=True)
    expected = oracle["relimp"].to_numpy()[1:]
    assert found.method == "lmg"
    assert found.r_squared == pytest.approx(oracle["r2"].iloc[0], rel=1e-6)
    assert found.importance == pytest.approx(expected / expected.sum(), rel=1e-6)


def test_shares_sum_to_r_squared_for_both_methods():
    x, y = answers(k=6)
    matrix = np.corrcoef(np.column_stack([x, y]), rowvar=False)[None]
    lmg, johnson = drivers.lmg(matrix)[0], drivers.johnson(matrix)[0]
    residual = (
        y
        - np.column_stack([np.ones(len(y)), x]) @ np.linalg.lstsq(np.column_stack([np.ones(len(y)), x]), y)[0]
    )
    expected = 1 - residual.var() / y.var()
    assert lmg.sum() == pytest.approx(expected)
    assert johnson.sum() == pytest.approx(expected)
    assert johnson == pytest.approx(lmg, abs=0.03)


def test_uncorrelated_drivers_get_their_squared_correlation():
    matrix = np.eye(4)
    matrix[3, :3] = matrix[:3, 3] = [0.5, 0.3, 0.1]
    for shares in (drivers.lmg(matrix[None])[0], drivers.johnson(matrix[None])[0]):
        assert shares == pytest.approx([0.25, 0.09, 0.01], abs=1e-8)


def test_drivers_that_repeat_each_other_share_equally():
    x, y = answers(k=2)
    found = drivers.drivers(np.column_stack([x, x[:, 0]]), y, list("abc"), draws=10)
    assert found.importance[0] == pytest.approx(found.importance[2], rel=1e-4)


def test_more_than_ten_drivers_use_johnson_weights():
    x, y = answers(k=12)
    found = drivers.drivers(x, y, [f"d{i}" for i in range(12)], draws=50)
    assert found.method == "johnson"
    assert found.importance.argmax() < 3
    assert found.importance.sum() == pytest.approx(1)


def test_intervals_cover_the_estimate_and_do_not_depend_on_row_order():
    x, y = answers()
    first = drivers.drivers(x, y, list("abcd"), draws=200, seed=3)
    second = drivers.drivers(x[::-1], y[::-1], list("abcd"), draws=200, seed=3)
    assert np.all((first.lower <= first.importance) & (first.importance <= first.upper))
    assert first.lower.tobytes() == second.lower.tobytes()
    assert first.caption == "association"


def test_rows_with_gaps_are_left_out():
    x, y = answers()
    x[0, 0] = np.nan
    assert drivers.drivers(x, y, list("abcd"), draws=5).n == 299


def test_importance_and_performance_make_quadrants():
    found = drivers.Drivers(
        names=tuple("abcd"),
        importance=np.array([0.5, 0.3, 0.15, 0.05]),
        lower=np.array([0.4, 0.2, 0.1, 0.0]),
        upper=np.array([0.6, 0.4, 0.2, 0.1]),
        performance=np.array([60.0, 80, 82, 62]),
        performance_se=np.ones(4),
        r_squared=0.5,
        n=100,
        method="lmg",
        draws=1,
        seed=0,
    )
    places = drivers.importance_performance(found)
    assert [q.place for q in places] == ["priority", "strength", "maintain", "later"]
    assert [q.certain for q in places] == [True, False, True, True]


@pytest.mark.parametrize(
    "call",
    [
        lambda: drivers.drivers([[1, 2]], [1], ["a", "b"]),
        lambda: drivers.drivers([[1], [2]], [1, 2], ["a", "b"]),
        lambda: drivers.drivers([[1]] * 9, list(range(9)), ["a"]),
        lambda: drivers.drivers([[i] for i in range(9)], [1] * 9, ["a"]),
    ],
)
def test_malformed_questions_are_refused(call):
    with pytest.raises(ScoringError):
        call()
