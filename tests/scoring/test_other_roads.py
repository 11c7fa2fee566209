"""Critical values and rank sets worked out a second way: closed forms, and plain loops over the same draws."""

import numpy as np
import pytest
from scipy import stats

from scoring import rankdraws, ranksets
from scoring.rankexact import exact_critical_value
from scoring.ranking import rank_sets

Z95 = stats.norm.ppf(0.975)


def exact(gap, se, others, coverage=0.95, *, noise=0.0, stepdown=False):
    return exact_critical_value(
        np.array(gap, dtype=float), se, np.array(others, dtype=float), coverage, noise=noise, stepdown=stepdown
    )  # fmt: skip


@pytest.mark.parametrize("coverage", [0.3, 0.5, 0.9, 0.95, 0.99, 0.9999, 0.9999999])
@pytest.mark.parametrize(("se", "other"), [(1.0, 1.0), (0.01, 0.02), (30.0, 0.0), (0.0, 0.3)])
def test_one_difference_has_the_two_sided_normal_quantile(coverage, se, other):
    expected = stats.norm.ppf((1 + coverage) / 2)
    assert exact([0], se, [other], coverage) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("m", [1, 2, 7, 40])
@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e3])
def test_a_unit_known_exactly_has_independent_differences(m, scale):
    expected = stats.norm.ppf((1 + 0.95 ** (1 / m)) / 2)
    found = exact(np.zeros(m), 0.0, scale * np.linspace(0.5, 2, m))
    assert found == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("m", [1, 5, 30])
@pytest.mark.parametrize("other", [0.0, 1e-9, 1e-6])
def test_others_known_exactly_all_differ_by_the_units_own_error(m, other):
    assert exact(np.zeros(m), 2.0, np.full(m, other)) == pytest.approx(Z95, abs=1e-5)


def test_two_equal_neighbours_against_the_bivariate_normal():
    # Differences with two others of the same error correlate by one half.
    c = exact([0, 0], 1.0, [1.0, 1.0])
    cube = stats.multivariate_normal([0, 0], [[1, 0.5], [0.5, 1]])
    inside = cube.cdf([c, c], lower_limit=[-c, -c])
    assert inside == pytest.approx(0.95, abs=1e-6)


def test_a_difference_established_in_one_direction_leaves_the_other():
    one_sided = stats.norm.ppf(0.95)
    assert exact([100], 1.0, [1.0], stepdown=True) == pytest.approx(one_sided, abs=1e-6)
    assert exact([-100], 1.0, [1.0], stepdown=True) == pytest.approx(one_sided, abs=1e-6)
    assert exact([100], 1.0, [1.0]) == pytest.approx(Z95, abs=1e-6)
    assert exact([1], 1.0, [1.0], stepdown=True) == pytest.approx(Z95, abs=1e-6)


def test_noise_keeps_a_difference_at_the_limit_in_question():
    limit = Z95 * np.sqrt(2)
    assert exact([limit + 0.01], 1.0, [1.0], stepdown=True) == pytest.approx(stats.norm.ppf(0.95), abs=1e-6)
    assert exact([limit + 0.01], 1.0, [1.0], noise=0.1, stepdown=True) == pytest.approx(Z95, abs=1e-6)


def test_pairs_without_any_error_do_not_count():
    assert exact([0, 5], 0.0, [0.0, 0.0]) == 0.0
    assert exact([0, 5], 0.0, [1.0, 0.0]) == pytest.approx(Z95, abs=1e-6)


def test_drawn_in_the_tail_two_units_step_down_to_one_side():
    near, far = rank_sets([0.0, 0.5], [1.0, 1.0]), rank_sets([0.0, 100.0], [1.0, 1.0])
    assert near.critical == pytest.approx(Z95, abs=0.01)
    assert far.critical == pytest.approx(stats.norm.ppf(0.95), abs=0.01)
    assert rank_sets([0.0, 100.0], [1.0, 1.0], stepdown=False).critical == pytest.approx(Z95, abs=0.01)
    joined = rank_sets([0.0, 100.0], cov=[[1.0, 0.5], [0.5, 2.0]])
    assert joined.critical == pytest.approx(stats.norm.ppf(0.95), abs=0.01)


@pytest.mark.parametrize("coverage", [0.5, 0.8, 0.99])
def test_drawn_in_the_tail_any_coverage_has_its_quantile(coverage):
    found = rank_sets([0.0, 0.1], [1.0, 3.0], coverage=coverage, draws=4000)
    assert found.critical == pytest.approx(stats.norm.ppf((1 + coverage) / 2), abs=0.01)


def world(n, seed, *, joined):
    """Estimates best first with standard errors, and a covariance in which neighbours lean on each other."""
    generator = np.random.default_rng(seed)
    x = np.sort(generator.normal(0, 3, n))[::-1].copy()
    se = generator.uniform(0.3, 2, n)
    if not joined:
        return x, se, None
    lean = generator.normal(0, 1, (n, 5))
    cov = np.diag(se**2) + lean @ lean.T
    return x, np.sqrt(np.diag(cov)), cov


def spread_of(se, cov):
    """Standard errors of all differences; 0 of a unit with itself."""
    found = np.sqrt(np.maximum(se[:, None] ** 2 + se[None, :] ** 2 - (0 if cov is None else 2 * cov), 0))
    np.fill_diagonal(found, 0)
    return found


def drawn(x, se, cov, draws, seed):
    """Deviations as the documentation states them: blocks of normals, times the errors or the root of cov."""
    u = np.concatenate([block for _rows, block in rankdraws.normal_blocks(len(x), draws, seed)])
    assert u.shape == (draws, len(x))
    if cov is None:
        return u * se
    values, vectors = np.linalg.eigh(cov)
    return u @ (vectors * np.sqrt(values)).T


def plain_critical(family, gap, spread, z, coverage, *, stepdown):
    """The quantile of the largest studentised difference, repeated over the pairs not yet rejected."""
    critical = np.inf
    while True:
        left = [(a, b) for a, b in family if gap[a, b] <= critical * spread[a, b]]
        maxima = np.max([(z[:, a] - z[:, b]) / spread[a, b] for a, b in left], axis=0)
        value = float(np.quantile(maxima, coverage))
        if not stepdown or value >= critical:
            return min(value, critical)
        critical = value


def plain_sets(gap, spread, critical):
    n = len(gap)
    better = [sum(gap[b, a] > critical[a] * spread[a, b] for b in range(n) if b != a) for a in range(n)]
    worse = [sum(gap[a, b] > critical[a] * spread[a, b] for b in range(n) if b != a) for a in range(n)]
    return [1 + count for count in better], [n - count for count in worse]


@pytest.mark.parametrize("joined", [False, True])
@pytest.mark.parametrize("stepdown", [False, True])
@pytest.mark.parametrize("marginal", [False, True])
def test_large_fields_are_what_plain_loops_over_the_same_draws_give(joined, stepdown, marginal):
    n, draws, seed = ranksets.SMALL_FIELD + 4, 150, 3
    x, se, cov = world(n, 8, joined=joined)
    spread, gap = spread_of(se, cov), x[:, None] - x[None, :]
    z = drawn(x, se, cov, draws, seed)
    every = [(a, b) for a in range(n) for b in range(n) if a != b]
    alone = [[pair for pair in every if unit in pair] for unit in range(n)]
    families = alone if marginal else [every]
    found = [plain_critical(one, gap, spread, z, 0.9, stepdown=stepdown) for one in families]
    errors = {"se": se} if cov is None else {"cov": cov}
    sets = rank_sets(x, **errors, coverage=0.9, draws=draws, seed=seed, stepdown=stepdown, marginal=marginal)
    lower, upper = plain_sets(gap, spread, found if marginal else found * n)
    assert (sets.lower.tolist(), sets.upper.tolist()) == (lower, upper)
    assert (sets.draws, sets.seed, sets.coverage) == (draws, seed, 0.9)
    if not marginal:
        assert sets.critical == pytest.approx(found[0], rel=1e-9)


@pytest.mark.parametrize("uneven", [0.1, 0.4, 0.8, 2.0])
@pytest.mark.parametrize("critical", [np.inf, 2.5])
def test_the_largest_pair_of_every_draw_is_found_wherever_it_lies(uneven, critical):
    generator = np.random.default_rng(5)
    x, se = generator.normal(0, 2, 90), generator.lognormal(0, uneven, 90)
    family = rankdraws.Pairs(x, se, 0.0)
    spread, u = spread_of(se, None), drawn(x, se, None, 400, 6)
    with np.errstate(divide="ignore", invalid="ignore"):
        left = (spread > 0) & (x[:, None] - x[None, :] <= critical * spread)
        reach = (u[:, :, None] - u[:, None, :]) / spread
    expected = np.where(left, reach, -np.inf).max(axis=(1, 2))
    found = rankdraws.IndependentDraws(family, 400, 6).maxima(critical, 0)
    assert found.tolist() == pytest.approx(expected.tolist(), rel=1e-12)


@pytest.mark.parametrize("joined", [False, True])
def test_small_fields_hold_the_places_that_follow_from_their_critical_value(joined):
    x, se, cov = world(25, 9, joined=joined)
    spread = spread_of(se, cov)
    sets = rank_sets(x, **({"se": se} if cov is None else {"cov": cov}), best=4, worst=6)
    lower, upper = plain_sets(x[:, None] - x[None, :], spread, [sets.critical] * 25)
    assert (sets.lower.tolist(), sets.upper.tolist()) == (lower, upper)
    assert sets.best.tolist() == [place <= 4 for place in lower]
    assert sets.worst.tolist() == [place > 25 - 6 for place in upper]


@pytest.mark.parametrize("joined", [False, True])
def test_small_fields_have_the_limit_of_the_plain_bootstrap(joined):
    x, se, cov = world(12, 10, joined=joined)
    spread = spread_of(se, cov)
    z = (
        np.random.default_rng(4).standard_normal((60_000, 12))
        @ np.linalg.cholesky(np.diag(se**2) if cov is None else cov).T
    )
    every = [(a, b) for a in range(12) for b in range(12) if a != b]
    gap = x[:, None] - x[None, :]
    errors = {"se": se} if cov is None else {"cov": cov}
    for stepdown in (False, True):
        limit = plain_critical(every, gap, spread, z, 0.95, stepdown=stepdown)
        found = rank_sets(x, **errors, draws=4000, stepdown=stepdown).critical
        assert found == pytest.approx(limit, abs=0.03)


def test_marginal_sets_of_a_small_field_with_a_covariance_follow_each_units_own_pairs():
    x, se, cov = world(10, 12, joined=True)
    spread = spread_of(se, cov)
    gap = x[:, None] - x[None, :]
    z = np.random.default_rng(6).standard_normal((60_000, 10)) @ np.linalg.cholesky(cov).T
    near = []
    for unit in range(10):
        family = [(a, b) for a in range(10) for b in range(10) if a != b and unit in (a, b)]
        near.append(plain_critical(family, gap, spread, z, 0.95, stepdown=False))
    sets = rank_sets(x, cov=cov, marginal=True, stepdown=False, draws=8000)
    # A place may move only where a difference lies within the drawing error of its limit.
    tight = plain_sets(gap, spread, [value + 0.05 for value in near])
    loose = plain_sets(gap, spread, [value - 0.05 for value in near])
    assert all(a <= b <= c for a, b, c in zip(tight[0], sets.lower.tolist(), loose[0], strict=True))
    assert all(a >= b >= c for a, b, c in zip(tight[1], sets.upper.tolist(), loose[1], strict=True))


@pytest.mark.parametrize("n", [6, ranksets.SMALL_FIELD + 6])
def test_units_known_exactly_stand_firm_among_uncertain_ones(n):
    x, se = np.arange(n, 0, -1.0) * 100, np.zeros(n)
    x[1], se[1] = x[0], 1e-3
    for options in ({}, {"marginal": True}, {"stepdown": False}):
        sets = rank_sets(x, se, draws=300, **options)
        assert sets.lower.tolist() == [1, 1, *range(3, n + 1)]
        assert sets.upper.tolist() == [2, 2, *range(3, n + 1)]


@pytest.mark.parametrize("scale", [1e-13, 1e-6, 1e6, 1e13])
def test_another_unit_of_measurement_changes_no_place(scale):
    x, se, _cov = world(14, 15, joined=False)
    plain, scaled = rank_sets(x, se), rank_sets(x * scale, se * scale)
    assert (scaled.lower.tolist(), scaled.upper.tolist()) == (plain.lower.tolist(), plain.upper.tolist())
    assert scaled.critical == pytest.approx(plain.critical, rel=1e-9)
