"""Draws through every scale: on a straight line the simulated error is the one of the delta method."""

import numpy as np
import pytest

from scoring.recipe import evaluate
from scoring.uncertainty import simulate
from tests.scoring.build import scheme, table

ONLY_SAMPLING = {"weights": 0.0, "sampling": True}
VALUES = [[30, 40], [50, 60], [45, 35]]
ERRORS = np.array([[1.0, 2.0], [0.5, 1.0], [0.0, 3.0]])


@pytest.mark.parametrize("aggregate", ["amean", "gmean"])
@pytest.mark.parametrize(
    "spec",
    [
        {"method": "goalposts", "lo": 0, "hi": 40, "clip": False, "to": [0, 100]},
        {"method": "goalposts", "lo": 0, "hi": 100, "to": [0, 100]},
        {"method": "piecewise", "points": [[0, 10], [100, 90]]},
        {"method": "dist2targ", "target": 90, "clip": False, "to": [50, 100]},
        {"method": "none"},
    ],
)
def test_on_straight_lines_the_draws_have_the_delta_error(aggregate, spec):
    asked = scheme(normalise=spec, aggregate=aggregate, uncertainty=ONLY_SAMPLING)
    data = table(VALUES, se=ERRORS)
    drawn = simulate(data, asked, draws=4000, seed=1)
    assert drawn.se.tolist() == pytest.approx(evaluate(data, asked).se.tolist(), rel=0.06)


def test_rounding_before_ranking_holds_in_the_draws_too():
    asked = scheme(rank={"decimals": 0}, uncertainty=ONLY_SAMPLING)
    still = simulate(
        table([[1.2, 1.2], [1.4, 1.4], [9, 9]], se=np.full((3, 2), 1e-6)), asked, draws=50, seed=0
    )
    assert still.rank_lower.tolist() == [2, 2, 1]
    assert still.rank_upper.tolist() == [2, 2, 1]


def test_what_does_not_apply_keeps_its_weight_with_the_rest_in_every_draw():
    nothing = np.array([[False, True], [False, False], [False, False]])
    data = table([[8, np.nan], [1, 3], [2, 2]], not_applicable=nothing)
    drawn = simulate(data, scheme(uncertainty={"weights": 0.5}), draws=200, seed=0)
    assert drawn.se[0] == pytest.approx(0, abs=1e-12)
    assert drawn.se[1] > 0
    assert drawn.se[2] == pytest.approx(0, abs=1e-12)


def test_without_relative_scales_another_scale_changes_nothing():
    spec = {"method": "goalposts", "lo": 0, "hi": 100}
    rule = {"weights": 0.2, "normalise": ["minmax", "zscore"]}
    drawn = simulate(table(VALUES), scheme(normalise=spec, uncertainty=rule), draws=50, seed=0)
    plain = simulate(table(VALUES), scheme(normalise=spec, uncertainty={"weights": 0.2}), draws=50, seed=0)
    assert drawn.se.tolist() == plain.se.tolist()
