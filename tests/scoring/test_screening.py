"""Screening rules: recall on planted tricks and at most one false flag in a hundred on honest data."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from scoring import screening
from scoring.types import ScoringError

P_LEVELS = [0.02, 0.03, 0.1, 0.25, 0.6]


def test_a_script_stuffing_a_window_is_a_burst():
    found = screening.bursts([2, 40, 0], [3.0, 3.0, 0.0])
    assert [s.flagged for s in found] == [False, True, False]
    assert found[1].p == pytest.approx(stats.poisson.sf(39, 3), rel=1e-9)


def test_honest_windows_hardly_ever_burst():
    generator = np.random.default_rng(1)
    expected = generator.uniform(0.1, 20, 20_000)
    flagged = [s.flagged for s in screening.bursts(generator.poisson(expected), expected)]
    assert np.mean(flagged) <= 0.001


def test_an_unbroken_run_of_top_levels_is_found():
    assert screening.longest_run([5, 5, 3, 5, 5, 5], 5) == 3
    assert screening.unbroken_run(60, 60, 0.6).flagged
    assert not screening.unbroken_run(10, 300, 0.6).flagged
    assert not screening.unbroken_run(60, 60, 0.99).flagged
    assert screening.unbroken_run(0, 9, 0.6).p == 1


def test_honest_series_hardly_ever_run_too_long():
    generator = np.random.default_rng(2)
    flags = []
    for _ in range(2000):
        n = int(generator.integers(20, 400))
        levels = generator.choice(5, n, p=P_LEVELS) + 1
        flags.append(screening.unbroken_run(screening.longest_run(levels.tolist(), 5), n, 0.6).flagged)
    assert np.mean(flags) <= 0.01


def city(generator, coerced=()):
    """Counter and remote ratings of 100 units over six service × month strata, some coerced at the counter."""
    tables = []
    for unit in range(100):
        share = generator.uniform(0.7, 0.95, (6, 1))
        arms = np.concatenate([share + (0.15 if unit in coerced else 0), share], axis=1).clip(0, 0.995)
        n = generator.integers(10, 60, (6, 2))
        top = generator.binomial(n, arms)
        tables.append(np.stack([top, n - top], axis=2))
    return tables


def test_coerced_windows_are_found_and_honest_ones_left_alone():
    generator = np.random.default_rng(3)
    found = screening.counter_gaps(city(generator, coerced=range(10)))
    assert sum(s.flagged for s in found[:10]) >= 8
    assert sum(s.flagged for s in found[10:]) <= 1
    honest = [s.flagged for _ in range(8) for s in screening.counter_gaps(city(generator))]
    assert np.mean(honest) <= 0.01


def test_a_worse_counter_is_no_coercion_and_a_small_arm_is_not_tested():
    worse = np.array([[[30, 70], [90, 10]]])
    small = np.array([[[20, 0], [10, 90]]])
    found = screening.counter_gaps([worse, small, worse[:, ::-1]])
    assert [s.flagged for s in found] == [False, False, True]
    assert found[1].q is None


def test_cherry_picked_invitations_are_found():
    picked, fair = [[[190, 10], [40, 60]]], [[[190, 10], [95, 5]]]
    found = screening.selective_invitations([picked, fair, picked], [230, 285, 299], [300, 300, 300])
    assert [s.flagged for s in found] == [True, False, False]
    with pytest.raises(ScoringError):
        screening.selective_invitations([picked], [301], [300])


def test_ratings_lost_after_a_bad_first_tap():
    assert screening.loss_after_bad_tap(40, 100, 20, 400).flagged
    assert not screening.loss_after_bad_tap(5, 100, 20, 400).flagged
    assert not screening.loss_after_bad_tap(0, 0, 20, 400).flagged


def test_quick_ratings_are_compared_with_peers():
    found = screening.excess_share("quick", [45, 12, 0], [100, 100, 0], 0.1)
    assert [s.flagged for s in found] == [True, False, False]
    generator = np.random.default_rng(5)
    n = generator.integers(20, 300, 5000)
    honest = screening.excess_share("quick", generator.binomial(n, 0.1), n, 0.1)
    assert np.mean([s.flagged for s in honest]) <= 0.001


def test_a_jump_of_the_distribution_is_found_and_drift_is_not():
    past = np.array([20, 30, 100, 250, 600])
    assert screening.shift([0, 0, 0, 5, 195], past).flagged
    assert not screening.shift([4, 6, 20, 50, 120], past).flagged
    generator = np.random.default_rng(6)
    honest = [
        screening.shift(generator.multinomial(200, P_LEVELS), generator.multinomial(900, P_LEVELS))
        for _ in range(2000)
    ]
    assert np.mean([s.flagged for s in honest]) <= 0.01


def test_straight_lines_and_speed_need_five_items():
    answers = [[5, 5, 5, 5, 5], [5, 4, 5, 5, 5], [5, np.nan, 5, 5, 5]]
    assert screening.straight_lines(answers).tolist() == [True, False, False]
    assert screening.speeders([60, 55, 70, 6, 40], 5).tolist() == [False, False, False, True, False]
    for call in (lambda: screening.straight_lines([[5, 5]]), lambda: screening.speeders([3], 4)):
        with pytest.raises(ScoringError, match="five or more items"):
            call()


def test_like_comments_on_one_unit_within_a_month_are_paired():
    texts = [
        "办事大厅工作人员服务态度非常好，效率很高！",
        "办事大厅工作人员服务态度非常好,效率很高",
        "办事大厅工作人员服务态度非常好,效率很高",
        "办事大厅工作人员服务态度非常好,效率很高",
        "很好",
        "很好",
        "ＴＨＥ clerk was very helpful today",
        "the clerk was very helpful today!",
    ]
    units = ["a", "a", "b", "a", "a", "a", "c", "c"]
    found = screening.duplicates(texts, units, [1, 20, 20, 90, 1, 1, 5, 6])
    assert [(i, j) for i, j, _ in found] == [(0, 1), (6, 7)]
    assert [s for *_, s in found] == [1.0, 1.0]


@given(st.lists(st.text(alphabet="abc", min_size=8, max_size=14), min_size=2, max_size=12))
def test_looking_up_rare_grams_misses_no_pair(texts):
    found = {(i, j) for i, j, _ in screening.duplicates(texts, ["u"] * len(texts), [0] * len(texts))}
    sets = [screening.grams(text) for text in texts]
    expected = set()
    for j in range(len(sets)):
        for i in range(j):
            if sets[i] and sets[j] and len(sets[i] & sets[j]) / len(sets[i] | sets[j]) >= 0.8:
                expected.add((i, j))
    assert found == expected


def test_reused_devices_leave_out_the_halls():
    keys = ["k1"] * 9 + ["d"] * 4 + ["e"]
    assert screening.reused(keys, 3, frozenset({"k1"})) == {"d": 4}


def test_a_call_back_audit_moves_the_score_by_what_it_found():
    recorded, repeated = [5, 5, 5, 4, 5, 5, 3, 5, 5, 5], [3, 4, 5, 4, 2, 5, 3, 4, 3, 5]
    found = screening.call_back_audit(recorded, repeated, 5, 92.5)
    assert found.shift_points == pytest.approx(100 * 0.9 / 4)
    assert found.adjusted_score == pytest.approx(92.5 - 22.5)
    assert found.better_recorded.p == pytest.approx(0.0625)
    assert found.agreement.value < 0.5


@pytest.mark.parametrize(
    "call",
    [
        lambda: screening.bursts([1], [-1]),
        lambda: screening.bursts([1, 2], [1]),
        lambda: screening.unbroken_run(5, 3, 0.5),
        lambda: screening.duplicates(["a"], [], []),
        lambda: screening.call_back_audit([], [], 5, 50),
    ],
)
def test_malformed_questions_are_refused(call):
    with pytest.raises(ScoringError):
        call()
