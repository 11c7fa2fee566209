"""Places, rank sets and tiers: golden PISA sets, known small cases and what holds for all inputs."""

import csv

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from scoring import rankdraws, ranksets, ranktails
from scoring.ranking import multinomial_rank_sets, rank, rank_sets, round_half_up, tiers
from scoring.types import ScoringError
from tests.services import SHARED_DATA

numbers = st.lists(st.integers(-50, 50).map(lambda v: v / 8), min_size=1, max_size=25)
SCIPY_TIES = {
    "competition": "min",
    "modified": "max",
    "dense": "dense",
    "ordinal": "ordinal",
    "average": "average",
}


@given(numbers, st.sampled_from(sorted(SCIPY_TIES)), st.sampled_from(["high", "low"]))
def test_rank_matches_scipy_for_every_tie_rule(values, ties, best):
    sign = -1 if best == "high" else 1
    expected = stats.rankdata(sign * np.array(values), method=SCIPY_TIES[ties])
    assert rank(values, ties=ties, best=best).tolist() == expected.tolist()


@given(numbers)
def test_flipping_the_direction_mirrors_average_ranks(values):
    forward, backward = rank(values, ties="average"), rank(np.negative(values), ties="average")
    assert (forward + backward).tolist() == [len(values) + 1] * len(values)


def test_rank_leaves_missing_values_unranked():
    assert rank([3, np.nan, 5])[[0, 2]].tolist() == [2, 1]
    assert np.isnan(rank([3, np.nan, 5])[1])


def test_rounding_noise_is_a_tie():
    assert rank([0.1 + 0.2, 0.3, 0.2]).tolist() == [1, 1, 3]
    assert rank([0.1 + 0.2, 0.3, 0.2], ties="ordinal").tolist() == [1, 2, 3]
    assert rank([0.3, 0.1 + 0.2, 0.2], ties="ordinal").tolist() == [1, 2, 3]
    assert rank([1e-17, 0.0, -1e-17, 1.0]).tolist() == [2, 2, 2, 1]


def test_rounding_before_ranking_is_a_choice():
    scores = [0.80049, 0.80051, 0.79951]
    assert rank(scores).tolist() == [2, 1, 3]
    assert rank(scores, decimals=3).tolist() == [2, 1, 2]
    assert round_half_up([0.0005, 2.675, -2.5, 1.005], 3).tolist() == [0.001, 2.675, -2.5, 1.005]
    assert round_half_up([2.675, 1.005, -1.005], 2).tolist() == [2.68, 1.01, -1.01]


def test_rank_within_groups():
    assert rank([1, 2, 3, 4], groups=["a", "b", "a", "b"]).tolist() == [2, 2, 1, 1]


@pytest.mark.parametrize(
    "call",
    [
        lambda: rank([1, 2], ties="olympic"),
        lambda: rank([1, 2], best="tall"),
        lambda: rank([1, 2], groups=["a"]),
        lambda: rank([[1, 2]]),
        lambda: rank_sets([1, 2]),
        lambda: rank_sets([1, 2], [1, -1]),
        lambda: rank_sets([1, 2], [1, np.nan]),
        lambda: rank_sets([1, 2], [1, 1], cov=np.eye(2)),
        lambda: rank_sets([1, 2], cov=[[1, 2], [2, 1]]),
        lambda: rank_sets([1, 2], cov=[[1, 0.2], [0, 1]]),
        lambda: rank_sets([1, 2], [1, 1], coverage=95),
        lambda: rank_sets([1, 2], [1, 1], draws=0),
        lambda: rank_sets([1, 2], [1, 1], best=3),
        lambda: rank_sets([1, np.inf], [1, 1]),
        lambda: multinomial_rank_sets([1, 2.5]),
        lambda: multinomial_rank_sets([1, 2], correction="sidak"),
        lambda: tiers([1], [1], 1, rule="sevenths"),
    ],
)
def test_malformed_questions_are_refused(call):
    with pytest.raises(ScoringError):
        call()


def pisa():
    with (SHARED_DATA / "golden" / "ranksets_pisa2018_math.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    numeric = {name: np.array([float(row[name]) for row in rows]) for name in rows[0] if name[0] in "xsrLU"}
    flags = {name: [row[name] == "True" for row in rows] for name in ("tau5best", "tau5worst")}
    return numeric, flags


@pytest.mark.data
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_rank_sets_equal_csranks_on_pisa(seed):
    columns, flags = pisa()
    x, se = columns["x"], columns["se"]
    sets = rank_sets(x, se, draws=20_000, seed=seed, best=5, worst=5)
    single = rank_sets(x, se, draws=20_000, seed=seed, stepdown=False)
    alone = rank_sets(x, se, draws=20_000, seed=seed, marginal=True)
    for found, name in ((sets, "sim"), (single, "ss"), (alone, "marg")):
        assert found.lower.tolist() == columns[f"L_{name}"].tolist()
        assert found.upper.tolist() == columns[f"U_{name}"].tolist()
    assert sets.rank.tolist() == columns["rank"].tolist()
    assert sets.best.tolist() == flags["tau5best"]
    assert sets.worst.tolist() == flags["tau5worst"]


@pytest.mark.data
@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(
    ("name", "choice"), [("sim", {}), ("ss", {"stepdown": False}), ("marg", {"marginal": True})]
)
def test_a_thousand_draws_move_pisa_sets_by_a_place_in_three_cells_at_most(name, choice, seed):
    columns, _ = pisa()
    sets = rank_sets(columns["x"], columns["se"], draws=1000, seed=seed, **choice)
    moved = np.concatenate([sets.lower - columns[f"L_{name}"], sets.upper - columns[f"U_{name}"]])
    assert np.abs(moved).max() <= 1
    assert np.count_nonzero(moved) <= 3


estimates = st.integers(2, 12).flatmap(
    lambda n: st.tuples(
        st.lists(st.integers(-40, 40).map(lambda v: v / 4), min_size=n, max_size=n),
        st.lists(st.integers(0, 12).map(lambda v: v / 4), min_size=n, max_size=n),
    )
)


@settings(deadline=None)
@given(estimates, st.integers(0, 5))
def test_narrower_procedures_stay_inside_wider_ones(pair, seed):
    x, se = pair
    wide = rank_sets(x, se, draws=200, seed=seed, stepdown=False)
    stepped = rank_sets(x, se, draws=200, seed=seed)
    alone = rank_sets(x, se, draws=200, seed=seed, marginal=True)
    for inner, outer in ((stepped, wide), (alone, stepped)):
        assert np.all(inner.lower >= outer.lower)
        assert np.all(inner.upper <= outer.upper)
    for sets in (wide, stepped, alone):
        assert np.all((sets.lower <= sets.rank) & (sets.rank <= sets.upper))


@settings(deadline=None)
@given(estimates, st.randoms(use_true_random=False))
def test_rank_sets_do_not_depend_on_the_order_of_rows(pair, random):
    x, se = np.array(pair[0]), np.array(pair[1])
    order = list(range(len(x)))
    random.shuffle(order)
    plain, shuffled = rank_sets(x, se, draws=200), rank_sets(x[order], se[order], draws=200)
    assert shuffled.critical == plain.critical
    assert shuffled.lower.tolist() == plain.lower[order].tolist()
    assert shuffled.upper.tolist() == plain.upper[order].tolist()


@pytest.mark.parametrize("spread", [0.0, 1.0, 4.0])
@pytest.mark.parametrize("stepdown", [True, False])
def test_pruning_gives_exactly_what_comparing_every_pair_gives(spread, stepdown):
    generator = np.random.default_rng(11)
    x = np.sort(generator.normal(0, 3, 150))[::-1].copy()
    se = np.exp(generator.normal(0, spread, 150))
    pruned = rank_sets(x, se, draws=700, stepdown=stepdown)
    z = np.concatenate([block for _, block in rankdraws.normal_blocks(150, 700, 0)]) * se
    every = rankdraws.DenseDraws(x, np.hypot(se[:, None], se[None, :]), z, 0.0)
    critical = rankdraws.critical_value(every, 700, 0.95, stepdown=stepdown)
    assert pruned.critical == pytest.approx(critical, rel=1e-12)


@pytest.mark.parametrize("stepdown", [True, False])
def test_drawing_in_the_tail_has_the_limit_of_the_plain_bootstrap(stepdown):
    generator = np.random.default_rng(14)
    x, se = np.sort(generator.normal(0, 3, 20))[::-1].copy(), np.exp(generator.normal(0, 1, 20))
    found = [rank_sets(x, se, draws=1000, seed=seed, stepdown=stepdown).critical for seed in range(20)]
    z = generator.standard_normal((200_000, 20)) * se
    every = rankdraws.DenseDraws(x, np.hypot(se[:, None], se[None, :]), z, 0.0)
    limit = rankdraws.critical_value(every, 200_000, 0.95, stepdown=stepdown)
    assert np.mean(found) == pytest.approx(limit, abs=0.01)
    assert np.std(found) < 0.015


@pytest.mark.parametrize("n", [30, 200])
def test_chunk_size_changes_nothing(n, monkeypatch):
    generator = np.random.default_rng(12)
    x, se = generator.normal(0, 3, n), generator.uniform(0.2, 2, n)
    plain = rank_sets(x, se, draws=500)
    monkeypatch.setattr(rankdraws, "_SLAB", 1000)
    monkeypatch.setattr(ranksets, "_SLAB", 1000)
    monkeypatch.setattr(ranktails, "_SLAB", 1000)
    small = rank_sets(x, se, draws=500)
    assert (plain.critical, plain.lower.tolist()) == (small.critical, small.lower.tolist())


def test_a_diagonal_covariance_equals_standard_errors():
    generator = np.random.default_rng(13)
    x, se = generator.normal(0, 3, 20), generator.uniform(0.2, 2, 20)
    plain, matrix = rank_sets(x, se, draws=4000), rank_sets(x, cov=np.diag(se**2), draws=4000)
    assert matrix.critical == pytest.approx(plain.critical, abs=0.03)
    assert np.abs(matrix.lower - plain.lower).max() <= 1


def test_perfectly_correlated_estimates_keep_their_order():
    sets = rank_sets([1.0, 2.0, 3.0], cov=np.ones((3, 3)))
    assert sets.lower.tolist() == sets.upper.tolist() == [3, 2, 1]


def test_estimates_without_error_are_certain_and_ties_stay_open():
    sets = rank_sets([5, 5, 1], [0, 0, 0])
    assert sets.lower.tolist() == [1, 1, 3]
    assert sets.upper.tolist() == [2, 2, 3]


def test_missing_estimates_are_listed_not_ranked():
    sets = rank_sets([5, np.nan, 1], [0.1, np.nan, 0.1], best=1)
    assert sets.lower[[0, 2]].tolist() == [1, 2]
    assert np.isnan(sets.lower[1])
    assert np.isnan(sets.upper[1])
    assert sets.best.tolist() == [True, False, False]


def test_a_single_unit_is_first_and_last():
    sets = rank_sets([4.0], [1.0])
    assert (sets.lower.tolist(), sets.upper.tolist()) == ([1], [1])


def test_nothing_ranked_gives_no_places():
    assert np.isnan(rank_sets([np.nan], [np.nan]).lower).all()


def test_two_units_have_the_textbook_critical_value():
    sets = rank_sets([0.0, 1.0], [1.0, 1.0], draws=200_000, stepdown=False)
    assert sets.critical == pytest.approx(1.96, abs=0.02)


def brute_multinomial(counts, coverage, correction):
    n = len(counts)
    pairs = [(j, k) for j in range(n) for k in range(n) if j != k]
    found = [(stats.binom.sf(counts[j] - 1, counts[j] + counts[k], 0.5), j, k) for j, k in pairs]
    found.sort()
    better, worse = [0] * n, [0] * n
    for place, (p, j, k) in enumerate(found):
        allowed = {"holm": len(found) - place, "bonferroni": len(found), "none": 1}[correction]
        if p > (1 - coverage) / allowed:
            break
        worse[j] += 1
        better[k] += 1
    return [1 + b for b in better], [n - w for w in worse]


@settings(deadline=None)
@given(st.lists(st.integers(0, 300), min_size=2, max_size=8), st.sampled_from(["holm", "bonferroni", "none"]))
def test_multinomial_rank_sets_match_a_plain_recomputation(counts, correction):
    sets = multinomial_rank_sets(counts, coverage=0.9, correction=correction)
    lower, upper = brute_multinomial(counts, 0.9, correction)
    assert (sets.lower.tolist(), sets.upper.tolist()) == (lower, upper)


def test_tiers_need_certainty():
    lower, upper = [1, 1, 2, 4, 5, np.nan], [2, 4, 5, 6, 6, np.nan]
    assert tiers(lower, upper, 6) == ["top", "middle", "middle", "middle", "bottom", ""]
    assert tiers(lower, upper, 6, rule="halves") == ["top", "middle", "middle", "bottom", "bottom", ""]
    assert tiers([1, 2], [2, 2], 2) == ["middle", "bottom"]


@pytest.mark.parametrize("n", [12, 70])
@pytest.mark.parametrize("stepdown", [True, False])
def test_marginal_sets_with_a_covariance_lie_near_those_of_independent_errors(n, stepdown):
    generator = np.random.default_rng(5)
    x, se = np.sort(generator.normal(50, 10, n))[::-1].copy(), generator.uniform(1, 3, n)
    apart = rank_sets(x, se, marginal=True, stepdown=stepdown, draws=4000)
    joined = rank_sets(x, cov=np.diag(se**2), marginal=True, stepdown=stepdown, draws=4000)
    assert joined.critical is None
    assert np.all((joined.lower <= joined.rank) & (joined.rank <= joined.upper))
    assert np.abs(apart.lower - joined.lower).mean() < 0.2
    assert np.abs(apart.upper - joined.upper).mean() < 0.2
