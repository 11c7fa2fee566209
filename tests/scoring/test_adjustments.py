"""Deductions, bonus, veto, full marks, samples and grades, each against a hand-computed case."""

import numpy as np
import pytest

from scoring.adjustments import adjust, grade, quota_cuts, sample_states, share_of_full
from scoring.types import Adjustment, FullMarks, Grades, Samples, ScoringError

SCORE = np.array([90.0, 85.0, 70.0])


def moved(*rules, **columns):
    score, parts = adjust(
        SCORE, rules, {name: np.array(values, dtype=float) for name, values in columns.items()}
    )
    return score.tolist(), {code: points.tolist() for code, points in parts.items()}


def test_deductions_count_events_up_to_their_cap():
    late = Adjustment("late", "deduction", "n", "events", each=2, cap=5)
    score, parts = moved(late, events=[0, 1, 9])
    assert score == [90, 83, 65]
    assert parts == {"late": [0, -2, -5]}


def test_a_bonus_opens_strictly_above_its_mark_after_deductions():
    late = Adjustment("late", "deduction", "n", "events", each=5)
    extra = Adjustment("extra", "bonus", "n", "ideas", each=1, cap=3, opens_above=80)
    score, parts = moved(extra, late, events=[0, 1, 0], ideas=[2, 2, 2])
    assert parts["extra"] == [2, 0, 0]
    assert score == [92, 80, 70]


def test_two_bonuses_open_on_the_same_score():
    one = Adjustment("one", "bonus", "n", "ideas", each=5)
    two = Adjustment("two", "bonus", "n", "ideas", each=1, opens_above=86)
    assert moved(one, two, ideas=[1, 1, 1])[1]["two"] == [1, 0, 0]


def test_a_bonus_does_not_open_on_float_noise():
    noisy = np.array([80.0 + 1e-12])
    rule = Adjustment("b", "bonus", "n", "c", opens_above=80.0)
    assert adjust(noisy, [rule], {"c": np.array([1.0])})[1]["b"].tolist() == [0]


def test_a_veto_sets_the_score_after_everything_else():
    veto = Adjustment("fraud", "veto", "n", "cases", sets_to=0)
    extra = Adjustment("extra", "bonus", "n", "ideas", each=1)
    score, parts = moved(veto, extra, cases=[0, 1, 0], ideas=[1, 1, 1])
    assert score == [91, 0, 71]
    assert parts["fraud"] == [0, -86, 0]


def test_an_unknown_number_of_events_leaves_no_score():
    late = Adjustment("late", "deduction", "n", "events")
    extra = Adjustment("extra", "bonus", "n", "ideas", opens_above=95)
    veto = Adjustment("fraud", "veto", "n", "cases", sets_to=0)
    known = [0, 0, 0]
    for rule, column in ((late, "events"), (extra, "ideas"), (veto, "cases")):
        columns = dict.fromkeys(("events", "ideas", "cases"), known) | {column: [np.nan, 0, 0]}
        score, _ = moved(rule, **columns)
        assert np.isnan(score[0])
        assert score[1:] == [85, 70]


def test_full_marks_compare_shares():
    rule = FullMarks("kind", (("big", 100.0), ("small", 50.0)))
    assert share_of_full(np.array([80.0, 45.0]), rule, {"kind": ("big", "small")}).tolist() == [80, 90]
    assert share_of_full(SCORE, None, {}) is SCORE


def test_sample_states_at_their_limits():
    rule = Samples("n", shown=10, ranked=30)
    sizes = np.array([np.nan, 9, 10, 29, 30, 500])
    states = sample_states(rule, {"n": sizes}, 6)
    assert states == ["no_sample", "not_shown", "too_few", "too_few", None, None]
    assert sample_states(None, {}, 2) == [None, None]


BANDS = Grades("bands", bands=(("A", 90.0), ("B", 80.0), ("C", 60.0)))


def graded(values, rule, **more):
    compared = np.array(values, dtype=float)
    return grade(compared, ~np.isnan(compared), rule, **more)


def test_bands_begin_at_their_mark_and_end_below_the_last():
    assert graded([95, 90, 0.9 * 100, 89.99, 60, 59, np.nan], BANDS) == ["A", "A", "A", "B", "C", None, None]


def test_an_open_last_band_takes_the_rest():
    rule = Grades("bands", bands=(("A", 90.0), ("D", None)))
    assert graded([95, -3], rule) == ["A", "D"]


def test_bands_for_low_is_best():
    rule = Grades("bands", bands=(("A", 2.0), ("B", 5.0)))
    assert graded([1, 2, 5, 6], rule, best="low") == ["A", "A", "B", None]


QUOTA = Grades("quota", shares=(("A", 0.2), ("B", 0.3), ("C", None)))


def test_quota_counts_are_rounded_down_and_the_rest_goes_to_the_last():
    assert quota_cuts(QUOTA, 11) == [2, 5, 11]
    assert quota_cuts(Grades("quota", shares=QUOTA.shares, round="nearest"), 8) == [2, 4, 8]
    assert quota_cuts(Grades("quota", shares=QUOTA.shares, round="up"), 8) == [2, 5, 8]
    halves = Grades("quota", shares=(("A", 0.1), ("B", 0.25), ("C", 0.65)), round="cumulative")
    assert quota_cuts(halves, 7) == [0, 2, 7]


def test_quota_counts_forgive_float_noise():
    rule = Grades("quota", shares=(("A", 0.1), ("B", 0.2), ("C", 0.4), ("D", 0.2), ("E", 0.1)))
    assert quota_cuts(rule, 10) == [1, 3, 7, 9, 10]
    assert quota_cuts(rule, 30) == [3, 9, 21, 27, 30]


def test_a_quota_that_cannot_be_met_is_refused():
    rule = Grades("quota", shares=(("A", 0.5), ("B", 0.5), ("C", 0.0)), round="up")
    with pytest.raises(ScoringError, match="ask for 4 of 3 units"):
        quota_cuts(rule, 3)


def test_a_tie_at_the_cut_takes_the_better_grade():
    values = [10, 9, 9, 8, 7, 6, 5, 4, 3, 2]
    assert graded(values, QUOTA) == ["A", "A", "A", "B", "B", "C", "C", "C", "C", "C"]


def test_the_first_code_asks_for_the_floor():
    rule = Grades("quota", shares=QUOTA.shares, floor=9.5)
    assert graded([10, 9, 8, 7, 6, 5, 4, 3, 2, 1], rule)[:3] == ["A", "B", "B"]


def test_quota_within_groups_and_low_is_best():
    rule = Grades("quota", shares=(("A", 0.5), ("B", None)))
    found = graded([1, 2, 30, 40], rule, groups=["p", "p", "q", "q"])
    assert found == ["B", "A", "B", "A"]
    assert graded([1, 2, 30, 40], rule, best="low") == ["A", "A", "B", "B"]


def test_a_veto_caps_the_grade_and_never_lifts_it():
    found = graded([95, 95, 61, 50], BANDS, caps=[1, None, 1, 2])
    assert found == ["B", "A", "C", None]


def test_without_a_rule_there_are_no_grades():
    assert graded([1, 2], None) == [None, None]
