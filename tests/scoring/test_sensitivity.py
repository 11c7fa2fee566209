"""What a ranking hangs on: indices, swaps by weights checked by making the swap, dominance by sampling."""

import numpy as np
import pytest

from scoring import sensitivity as sense
from scoring.plan import compile_plan
from scoring.recipe import standard_error, standing
from scoring.types import ScoringError
from tests.scoring import build

WEIGHTS = [0.5, 0.2, 0.2, 0.1]


def plan(n=12, seed=2, *, se=2.0, uncertainty=None, values=None, **changes):
    generator = np.random.default_rng(seed)
    values = generator.normal(60, 10, (n, 4)) if values is None else values
    parts = [{"code": c, "parent": "total", "weight": w} for c, w in zip("abcd", WEIGHTS, strict=True)]
    doubt = uncertainty or {"weights": 0.25, "normalise": [], "sampling": True}
    scheme = build.scheme(**{"indicators": parts, "uncertainty": doubt} | changes)
    return compile_plan(scheme, build.table(values, "abcd", se=np.full(values.shape, se)))


def test_sensitivity_shares_the_variance_of_places_between_doubts():
    found = sense.sensitivity(plan(), n=512)
    assert found.inputs == ("weights total", "sampling")
    assert found.first.shape == (2, 12)
    assert found.shift_first.sum() <= 1.1
    assert np.all(found.total >= found.first - 0.25)
    assert found.shift_total[1] > found.shift_total[0]


def test_sensitivity_follows_the_larger_doubt():
    exact = sense.sensitivity(plan(se=0.05), n=512)
    noisy = sense.sensitivity(plan(se=8.0), n=512)
    assert exact.shift_total[0] > 0.9 > 0.5 > exact.shift_total[1]
    assert noisy.shift_total[1] > 0.9
    again = sense.sensitivity(plan(se=8.0), n=512)
    assert again.total.tobytes() == noisy.total.tobytes()


def test_sensitivity_knows_scales_and_refuses_certainty():
    doubt = {"weights": 0.0, "normalise": ["minmax", "rank"], "sampling": False}
    scale = [{"code": c, "parent": "total", "normalise": {"method": "minmax"}} for c in "abcd"]
    found = sense.sensitivity(plan(uncertainty=doubt, indicators=scale), n=64)
    assert found.inputs == ("normalise",)
    assert found.shift_total[0] == pytest.approx(1, abs=0.3)
    with pytest.raises(ScoringError, match="nothing is uncertain"):
        sense.sensitivity(plan(uncertainty={"weights": 0, "normalise": [], "sampling": False}))


def test_the_smallest_move_of_weights_closes_the_gap():
    made = plan()
    points, w = made.normalised, np.array(WEIGHTS)
    for flip in sense.flips(made):
        i, j = (made.table.units.index(u) for u in (flip.ahead, flip.behind))
        d = points[:, i] - points[:, j]
        moved = w - flip.gap * (d - d.mean()) / np.sum((d - d.mean()) ** 2)
        assert moved @ d == pytest.approx(0, abs=1e-9)
        assert moved.sum() == pytest.approx(1)
        assert np.linalg.norm(moved - w) == pytest.approx(flip.distance)
        if flip.code is not None:
            k = "abcd".index(flip.code)
            single = w * (1 - flip.weight_then) / (1 - w[k])
            single[k] = flip.weight_then
            assert single @ d == pytest.approx(0, abs=1e-9)
            assert flip.weight_now == pytest.approx(w[k])


def test_flips_go_down_the_ranking():
    made = plan()
    ranks = dict(zip(made.table.units, standing(made)[2].tolist(), strict=True))
    found = sense.flips(made)
    assert [(ranks[f.ahead], ranks[f.behind]) for f in found] == [(i, i + 1) for i in range(1, 12)]


def test_dominance_holds_for_every_weight_drawn_and_for_no_more():
    made = plan()
    found = sense.dominance(made, 0.25)
    generator = np.random.default_rng(0)
    corners = generator.choice([0.75, 1.25], (4000, 4)) * np.array(WEIGHTS)
    scores = (corners / corners.sum(axis=1, keepdims=True)) @ made.normalised
    always = np.all(scores[:, :, None] > scores[:, None, :], axis=0)
    assert np.array_equal(found.before, always)
    places = (-scores).argsort(axis=1).argsort(axis=1) + 1
    assert np.all(found.lower <= places.min(axis=0))
    assert np.all(found.upper >= places.max(axis=0))


def test_without_spread_dominance_is_the_ranking():
    made = plan()
    found = sense.dominance(made, 0.0)
    assert found.lower.tolist() == found.upper.tolist() == standing(made)[2].tolist()


def test_reliability_warns_below_one_half():
    assert not sense.reliability_of(plan(se=1.0)).warn
    assert sense.reliability_of(plan(se=40.0)).warn
    assert sense.reliability_of(plan(se=0.0)) is None


def test_the_self_test_finds_the_promise_kept():
    made = plan(n=15, se=6.0)
    found = sense.self_test(standing(made)[0], standard_error(made), rounds=100)
    assert found.kept
    assert found.coverage >= 0.93
    lying = sense.self_test(standing(made)[0], standard_error(made), rounds=60, coverage=0.2)
    assert lying.coverage < 1


@pytest.mark.parametrize(
    "call",
    [
        lambda: sense.dominance(plan(), 1.0),
        lambda: sense.flips(plan(aggregate="gmean")),
        lambda: sense.dominance(plan(aggregate="gmean")),
        lambda: sense.self_test(np.ones(2), np.ones(2), rounds=0),
    ],
)
def test_malformed_questions_are_refused(call):
    with pytest.raises(ScoringError):
        call()
