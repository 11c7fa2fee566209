"""Small figures written out by hand: what each default, bound and refusal of the core says."""

import numpy as np
import pytest

from scoring import intervals
from scoring.intervals import bootstrap, finite_population, mean_and_se, percentile_interval, pooled_shares
from scoring.ranking import multinomial_rank_sets, rank_sets
from scoring.recipe import evaluate
from scoring.satisfaction import FORMULAS, acsi, median, rate, rating_rates, tally, top_levels
from scoring.types import ScoringError
from tests.scoring.build import NAN, scheme, table


def test_units_with_too_small_a_sample_show_nothing_and_the_others_everything():
    data = table(
        [[9, 9], [8, 6]],
        columns={"n": np.array([5.0, 200.0])},
        se=np.array([[1.0, 1.0], [3.0, 4.0]]),
    )
    result = evaluate(data, scheme(samples={"column": "n"}))
    assert result.se.dtype == np.float64
    assert result.se.tolist() == pytest.approx([NAN, 2.5], nan_ok=True)
    assert result.compared.tolist() == pytest.approx([NAN, 7], nan_ok=True)
    assert result.contributions.tolist() == [[pytest.approx(NAN, nan_ok=True)] * 2, [4, 3]]
    assert all(np.isnan(values[0]) for values in result.scores.values())
    without = evaluate(
        table([[9, 9], [8, 6]], columns={"n": np.array([5.0, 200.0])}), scheme(samples={"column": "n"})
    )
    assert without.se is None


def test_a_rate_carries_its_wilson_interval():
    found = rate("good", 81, 263)
    assert (found.code, found.numerator, found.denominator) == ("good", 81, 263)
    assert found.value == pytest.approx(0.30798, abs=1e-5)
    assert (found.lower, found.upper) == (pytest.approx(0.2553, abs=5e-5), pytest.approx(0.3662, abs=5e-5))
    narrow = rate("good", 81, 263, 0.5)
    assert found.lower < narrow.lower < found.value < narrow.upper < found.upper
    nothing = rate("good", 0, 0)
    assert np.isnan([nothing.value, nothing.lower, nothing.upper]).all()


def test_rating_rates_count_the_levels_they_name():
    found = rating_rates([1, 2, 4, 8, 16], 62, {"rectify": (3, 4)})
    parts = {code: (one.numerator, one.denominator) for code, one in found.items()}
    assert parts == {"active": (31, 62), "good": (28, 31), "top2": (24, 31), "rectify": (3, 4)}
    assert {code: one.code for code, one in found.items()} == {code: code for code in parts}


@pytest.mark.parametrize(
    ("code", "n_levels", "points"),
    [
        ("linear100", 3, [0, 50, 100]),
        ("gd", 5, [0, 30, 60, 80, 100]),
        ("uk", 5, [0, 25, 50, 75, 100]),
        ("nps", 11, [-100] * 7 + [0, 0, 100, 100]),
        ("ces", 7, [0, 0, 0, 0, 100, 100, 100]),
        ("top_box", 4, [0, 0, 0, 100]),
        ("top2", 5, [0, 0, 0, 100, 100]),
        ("top2", 3, [0, 0, 100]),
        ("net", 5, [-100, -100, 0, 100, 100]),
        ("net", 3, [-100, 0, 100]),
        ("good_rate", 5, [0, 0, 100, 100, 100]),
    ],
)
def test_a_formula_gives_each_level_its_points(code, n_levels, points):
    one_each = np.eye(n_levels)
    figures, errors = FORMULAS[code](one_each)
    assert figures.tolist() == points
    assert FORMULAS[code].points(n_levels).tolist() == points
    assert np.all(errors > 0)


def test_every_formula_is_known_by_its_code():
    assert {code: one.code for code, one in FORMULAS.items()} == {code: code for code in FORMULAS}
    assert all(one.version and one.source for one in FORMULAS.values())


def test_a_tally_of_a_full_count_has_no_error_and_keeps_those_who_do_not_know():
    found = tally([[1, 2, 3, 4, 5]], [7], population=[15])
    assert (found.n.tolist(), found.dk.tolist(), found.se.tolist()) == ([15], [7], [0])
    assert found.top_box.tolist() == pytest.approx([1 / 3])
    assert found.net.tolist() == pytest.approx([9 / 15 - 3 / 15])
    with pytest.raises(ScoringError, match="Don't-know needs one count"):
        tally([[1, 2]], [1, 1])
    with pytest.raises(ScoringError, match="Don't-know needs one count"):
        tally([[1, 2]], [-1])


def test_a_bad_count_is_named_by_its_row():
    with pytest.raises(ScoringError) as caught:
        tally([[1, 2], [0, 0], [3, NAN]])
    assert caught.value.row == 3
    with pytest.raises(ScoringError) as caught:
        tally([[1, 2], [-1, 0]])
    assert caught.value.row == 2


def test_the_finite_population_takes_its_factor_off():
    assert finite_population([5, 10, 0], [10, 10, 1]).tolist() == pytest.approx([np.sqrt(5 / 9), 0, 1])
    assert finite_population(1, 1).tolist() == 0
    with pytest.raises(ScoringError, match="larger than its population"):
        finite_population([5, 11], [10, 10])


@pytest.mark.parametrize("n_rows", [1, 15, 16, 17, 40])
def test_pooled_shares_are_the_shares_of_all_ratings_with_one_more_spread_evenly(n_rows):
    counts = np.random.default_rng(n_rows).integers(0, 9, (n_rows, 5)).astype(float)
    expected = (counts.sum(axis=0) + 0.2) / (counts.sum() + 1)
    assert pooled_shares(counts).tolist() == pytest.approx(expected.tolist())


def test_rows_taken_together_change_no_bit(monkeypatch):
    counts = np.random.default_rng(3).integers(0, 30, (23, 5)).astype(float)
    whole = mean_and_se(counts, [0, 25, 50, 75, 100])
    monkeypatch.setattr(intervals, "ROWS_AT_ONCE", 4)
    parts = mean_and_se(counts, [0, 25, 50, 75, 100])
    assert [one.tolist() for one in whole] == [one.tolist() for one in parts]


def test_a_bootstrap_draws_rows_with_replacement_from_its_seed():
    rows = np.array([3.0, 1.0, 2.0, 8.0])
    generator = np.random.default_rng(5)
    expected = [np.sort(rows)[generator.integers(0, 4, 4)].mean() for _ in range(6)]
    assert bootstrap(np.mean, rows, draws=6, seed=5).tolist() == expected
    assert bootstrap(np.mean, rows).shape == (1000,)
    assert bootstrap(np.mean, rows).tolist() == bootstrap(np.mean, rows, draws=1000, seed=0).tolist()
    assert bootstrap(lambda part: part.mean(axis=0), [[1, 10], [1, 10]], draws=1).tolist() == [[1, 10]]
    for bad in ({"rows": [], "draws": 5}, {"rows": [1.0], "draws": 0}, {"rows": 1.0}):
        with pytest.raises(ScoringError, match="at least one row and one draw"):
            bootstrap(np.mean, **bad)


def test_a_percentile_interval_leaves_equal_tails():
    replicates = np.arange(101.0)
    assert [float(end) for end in percentile_interval(replicates)] == pytest.approx([2.5, 97.5])
    assert [float(end) for end in percentile_interval(replicates, 0.8)] == pytest.approx([10, 90])
    with pytest.raises(ScoringError):
        percentile_interval(replicates, 95)


def test_counts_of_choices_are_judged_at_95_percent_by_holm_unless_told_otherwise():
    counts = [60, 40, 39, 12]
    plain, told = (
        multinomial_rank_sets(counts),
        multinomial_rank_sets(counts, coverage=0.95, correction="holm"),
    )
    assert (plain.lower.tolist(), plain.upper.tolist()) == (told.lower.tolist(), told.upper.tolist())
    assert (plain.coverage, plain.critical) == (0.95, None)


def test_two_levels_count_as_the_top_however_long_the_scale():
    assert [top_levels(k) for k in (2, 3, 4, 5, 6, 7, 11)] == [1, 1, 2, 2, 2, 2, 2]


@pytest.mark.parametrize("weights", [[1.0, 1.0], [1.0, -1.0, 2.0], [0.0, 0.0, 0.0]])
def test_acsi_wants_one_weight_a_question_none_negative_and_not_all_zero(weights):
    with pytest.raises(ScoringError, match="needs 3 weights of at least 0, not all 0"):
        acsi([[5, 6, 7]], weights)


@pytest.mark.parametrize("options", [{}, {"stepdown": False}])
def test_without_any_error_the_critical_value_is_zero(options):
    assert rank_sets([3.0, 2.0, 1.0], [0, 0, 0], **options).critical == 0.0
    assert rank_sets(np.arange(70.0), np.zeros(70), **options).critical == 0.0


def test_the_two_best_and_the_two_worst_of_certain_places():
    sets = rank_sets([5.0, 4.0, 3.0, 2.0, 1.0], [0] * 5, best=2, worst=2)
    assert sets.best.tolist() == [True, True, False, False, False]
    assert sets.worst.tolist() == [False, False, False, True, True]


def test_the_trail_names_the_scale_of_each_indicator():
    steps = {step.name: step.parameters for step in evaluate(table([[1, 2], [3, 4]]), scheme()).trail}
    assert steps["normalise"] == {"methods": {"a": "none", "b": "none"}}


def test_the_median_lies_halfway_where_half_the_ratings_lie_on_either_side():
    assert median([[2, 0, 2], [0, 3, 0], [1, 1, 2], [0, 0, 0]]).tolist() == pytest.approx(
        [2, 2, 2.5, NAN], nan_ok=True
    )


def test_a_cap_at_the_best_grade_takes_nothing_away():
    data = table([[9, 9], [9, 9]], columns={"cases": np.array([1.0, 0.0])})
    grades = {"by": "bands", "bands": [{"code": "A", "from": 5}, {"code": "B"}]}
    veto = {"code": "v", "kind": "veto", "node": "total", "column": "cases", "caps_grade_at": "A"}
    assert evaluate(data, scheme(adjustments=[veto], grades=grades)).grades == ("A", "A")


def test_refusals_name_the_unit_and_the_number():
    with pytest.raises(ScoringError, match="between 1 and 1, not at 2"):
        rank_sets([1.0], [0.1], best=2)
    with pytest.raises(ScoringError, match="counts of five levels"):
        rating_rates([1, 2, 3], 10)
    with pytest.raises(ScoringError) as told:
        evaluate(table([[4, 1], [-1, 1]]), scheme(normalise={"method": "fracmax"}))
    assert (told.value.column, told.value.unit) == ("a", "u1")


def test_a_duel_of_equal_weights_is_a_draw_whatever_floats_say():
    weights = {"a": 0.1, "b": 0.2, "c": 0.3}
    parts = [{"code": code, "parent": "total", "weight": weight} for code, weight in weights.items()]
    data = table([[9, 9, 1], [1, 1, 9]], codes="abc")
    assert evaluate(data, scheme(indicators=parts, aggregate="copeland")).score.tolist() == [0, 0]


def test_beside_a_curved_mean_a_plain_part_still_starts_from_zero():
    nodes = [
        {"code": "total", "parent": None, "aggregate": "amean"},
        {"code": "g", "parent": "total", "aggregate": "gmean"},
    ]
    parts = [{"code": "a", "parent": "total"}, {"code": "b", "parent": "g"}, {"code": "c", "parent": "g"}]
    result = evaluate(table([[6, 4, 9], [2, 6, 1]], codes="abc"), scheme(nodes=nodes, indicators=parts))
    told = dict(zip(result.contribution_codes, result.contributions.T.tolist(), strict=True))
    assert told["a"] == pytest.approx([3, 1])
    assert told["baseline"] == pytest.approx([0.5 * 5, 0.5 * 5])


def test_only_the_end_that_is_asked_for_is_flagged():
    x, se = [3.0, 2.0, 1.0], [0.1, 0.1, 0.1]
    last = rank_sets(x, se, worst=1)
    assert last.best is None
    assert last.worst.tolist() == [False, False, True]
    first = rank_sets(x, se, best=1)
    assert first.worst is None
    assert first.best.tolist() == [True, False, False]
