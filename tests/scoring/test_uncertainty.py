"""Simulations: what must not change them, what they must agree with, and what stops them."""

import numpy as np
import pytest

from scoring import draws, uncertainty
from scoring.ordering import place_rows, rank
from scoring.recipe import evaluate
from scoring.types import ScoringError
from tests.scoring import build

UNCERTAIN = {"weights": 0.25, "normalise": [], "sampling": True}


def world(n=30, seed=1, *, holes=False, **changes):
    generator = np.random.default_rng(seed)
    values = generator.normal(70, 8, (n, 4))
    if holes:
        values[generator.random(values.shape) < 0.1] = np.nan
    nodes = [
        {"code": "total", "parent": None, "aggregate": changes.pop("aggregate", "amean")},
        {"code": "side", "parent": "total", "aggregate": "amean", "weight": 2},
    ]
    method = changes.pop("normalise", {"method": "minmax"})
    indicators = [
        {"code": code, "parent": parent, "normalise": dict(method)}
        for code, parent in zip("abcd", ["total", "total", "side", "side"], strict=True)
    ]
    missing = {"rule": "rescale", "availability": 0.5} if holes else {"rule": "refuse", "availability": 1.0}
    scheme = build.scheme(
        **{"nodes": nodes, "indicators": indicators, "uncertainty": UNCERTAIN, "missing": missing} | changes
    )
    units = [f"u{i:03d}" for i in range(n)]
    return build.table(
        values, "abcd", units, se=np.where(np.isnan(values), np.nan, 2.0) * [1, 1, 0, 1]
    ), scheme


def same(first, second):
    assert first.places.tobytes() == second.places.tobytes()
    assert first.se.tobytes() == second.se.tobytes()
    assert first.mean_rank.tobytes() == second.mean_rank.tobytes()


def test_place_rows_equal_ranks_of_each_row():
    generator = np.random.default_rng(4)
    scores = generator.integers(0, 9, (50, 12)) / 7
    assert place_rows(scores).tolist() == [rank(row).tolist() for row in scores]
    assert place_rows(generator.normal(size=(20, 5))).min() == 1


@pytest.mark.parametrize("aggregate", ["amean", "gmean"])
def test_chunks_threads_and_row_order_change_nothing(aggregate, monkeypatch):
    table, scheme = world(normalise={"method": "goalposts", "lo": 0, "hi": 200}, aggregate=aggregate)
    first = uncertainty.simulate(table, scheme, draws=100, seed=5)
    same(first, uncertainty.simulate(table, scheme, draws=100, seed=5, chunk=1))
    monkeypatch.setattr(uncertainty, "THREADS", 1)
    same(first, uncertainty.simulate(table, scheme, draws=100, seed=5, chunk=3))
    order = np.random.default_rng(0).permutation(30)
    shuffled = build.table(table.values[order], "abcd", [table.units[i] for i in order], se=table.se[order])
    same(first, uncertainty.simulate(shuffled, scheme, draws=100, seed=5))
    assert uncertainty.simulate(table, scheme, draws=100, seed=6).places.tobytes() != first.places.tobytes()


def test_fewer_draws_are_the_first_of_more():
    table, scheme = world()
    long, short = (uncertainty.simulate(table, scheme, draws=n) for n in (100, 37))
    assert short.places.tobytes() == long.places[:37].tobytes()


def test_sampling_alone_agrees_with_the_analytic_error():
    table, scheme = world()
    found = uncertainty.simulate(table, scheme, draws=4000, sources=("sampling",))
    assert found.sources == ("sampling",)
    assert found.se == pytest.approx(evaluate(table, scheme).se, rel=0.06)


def test_frequencies_sum_to_one_and_carry_their_monte_carlo_error():
    table, scheme = world()
    found = uncertainty.simulate(table, scheme, draws=500)
    assert found.frequencies.sum(axis=1) == pytest.approx(np.ones(30))
    assert found.frequencies.sum() == pytest.approx(30)
    assert found.mean_rank == pytest.approx(found.places.mean(axis=0))
    assert found.mc_se == pytest.approx(found.places.std(axis=0) / 500**0.5)
    inside = (found.places >= found.rank_lower) & (found.places <= found.rank_upper)
    assert inside.mean(axis=0).min() >= 0.95
    top, error = found.top(3)
    assert top.sum() == pytest.approx(3)
    assert top == pytest.approx(found.frequencies[:, :3].sum(axis=1))
    assert error.max() <= 0.5 / 500**0.5
    first, second = found.beats("u001", "u002")[0], found.beats("u002", "u001")[0]
    assert first + second == pytest.approx(1)


@pytest.mark.parametrize(
    "normalise", [{"method": "minmax"}, {"method": "goalposts", "lo": 55, "hi": 85}, {"method": "none"}]
)
@pytest.mark.parametrize("holes", [False, True])
def test_drawing_errors_by_unit_agrees_with_drawing_them_by_cell(normalise, holes, monkeypatch):
    table, scheme = world(normalise=normalise, holes=holes)
    short = uncertainty.simulate(table, scheme, draws=6000)
    monkeypatch.setattr(draws, "_weighted_means_only", lambda _: False)
    full = uncertainty.simulate(table, scheme, draws=6000)
    ranked = short.ranked
    assert short.se[ranked] == pytest.approx(full.se[ranked], rel=0.06)
    assert np.nanmax(np.abs(short.mean_rank - full.mean_rank) / np.hypot(short.mc_se, full.mc_se)) < 4.5
    assert short.mean[ranked] == pytest.approx(full.mean[ranked], abs=5 * short.se[ranked].max() / 6000**0.5)


def test_moved_weights_do_not_change_who_has_enough_data():
    table, scheme = world(holes=True, missing={"rule": "rescale", "availability": 0.7})
    found = uncertainty.simulate(table, scheme, draws=200)
    result = evaluate(table, scheme)
    assert found.ranked.tolist() == (~np.isnan(result.ranks)).tolist()
    assert np.isnan(found.mean_rank[~found.ranked]).all()
    assert np.all(found.places[:, ~found.ranked] == 0)


def test_without_anything_uncertain_every_draw_is_the_ranking():
    table, scheme = world(uncertainty={"weights": 0.0, "normalise": [], "sampling": False})
    found = uncertainty.simulate(table, scheme, draws=10)
    assert found.sources == ()
    assert np.all(found.places == evaluate(table, scheme).ranks)
    assert found.se == pytest.approx(np.zeros(30), abs=1e-9)


def test_weights_alone_move_only_units_whose_indicators_differ():
    table, scheme = world(normalise={"method": "none"})
    flat = build.table(np.repeat(np.arange(30.0)[:, None], 4, axis=1), "abcd", list(table.units))
    found = uncertainty.simulate(flat, scheme, draws=100)
    assert found.sources == ("weights",)
    assert found.se == pytest.approx(np.zeros(30), abs=1e-9)
    assert np.all(found.rank_lower == found.rank_upper)


def test_other_scales_keep_the_range_of_the_score():
    table, scheme = world(
        uncertainty={"weights": 0.0, "normalise": ["minmax", "zscore", "rank"], "sampling": False}
    )
    found = uncertainty.simulate(table, scheme, draws=400)
    result = evaluate(table, scheme)
    assert found.sources == ("normalise",)
    assert found.mean.mean() == pytest.approx(result.score.mean(), rel=0.02)
    assert found.se.max() > 0


def test_ranks_within_groups_and_for_low_scores():
    table, scheme = world(rank={"node": "total", "within": "kind", "best": "low"})
    grouped = build.table(
        table.values, "abcd", list(table.units), se=table.se, groups={"kind": tuple("xy" * 15)}
    )
    found = uncertainty.simulate(grouped, scheme, draws=300)
    assert found.frequencies.shape == (30, 15)
    assert np.corrcoef(found.mean_rank, evaluate(grouped, scheme).ranks)[0, 1] > 0.9


def test_a_failed_draw_is_an_error_with_its_cause():
    table, scheme = world(aggregate="gmean", normalise={"method": "none"})
    table.values[3, 0] = 2.0
    with pytest.raises(
        ScoringError, match=r"a draw in block \d+ .seed 0.*failed: node total: gmean .* a of unit u003"
    ):
        uncertainty.simulate(table, scheme, draws=300)


@pytest.mark.parametrize(
    "call",
    [
        lambda t, s: uncertainty.simulate(t, s, draws=0),
        lambda t, s: uncertainty.simulate(t, s, coverage=1.0),
        lambda t, s: uncertainty.simulate(t, s, sources=("weather",)),
        lambda t, s: uncertainty.simulate(t, s, draws=5).beats("u001", "nobody"),
    ],
)
def test_malformed_questions_are_refused(call):
    with pytest.raises(ScoringError):
        call(*world())
