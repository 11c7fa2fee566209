"""Goalposts, targets, broken lines and tables: hand-computed values and their edges."""

import numpy as np
import pytest

from scoring import scales


def test_goalposts_reproduce_the_hdi_example():
    assert scales.goalposts(np.array([72.5]), 20, 85)[0] == pytest.approx(52.5 / 65)


def test_goalposts_clip_only_when_told():
    x = np.array([-1.0, 0.0, 5.0, 10.0, 12.0])
    assert scales.goalposts(x, 0, 10).tolist() == [0, 0, 0.5, 1, 1]
    assert scales.goalposts(x, 0, 10, clip=False).tolist() == [-0.1, 0, 0.5, 1, 1.2]


def test_goalposts_with_direction_minus_one_count_down():
    points = scales.goalposts(np.array([0.0, 2.5, 10.0]), 0, 10, direction=-1, to=(0, 100))
    assert points.tolist() == [100, 75, 0]


def test_target_line_of_the_hotline_rule():
    rate = np.array([95.0, 90.0, 80.0, 50.0, np.nan])
    points = scales.target_line(rate, target=90, slope=0.5, floor=12.5, cap=25, direction=1)
    assert points[:4].tolist() == [25, 25, 20, 12.5]
    assert np.isnan(points[4])


def test_target_line_is_mirrored_for_direction_minus_one():
    days = np.array([8.0, 10.0, 14.0])
    assert scales.target_line(days, target=10, slope=2, floor=0, cap=10, direction=-1).tolist() == [10, 10, 2]


def test_target_is_met_at_equality_despite_float_noise():
    x = np.array([0.57 * 100, 56.9, 57.1])
    assert scales.target_met(x, 57.0, direction=1, to=(0, 1)).tolist() == [1, 0, 1]
    assert scales.target_met(x, 57.0, direction=-1, to=(0, 1)).tolist() == [1, 1, 0]


def test_broken_line_makes_a_best_band_flat_outside():
    band = ((10.0, 0.0), (20.0, 100.0), (30.0, 100.0), (40.0, 0.0))
    x = np.array([5.0, 15.0, 25.0, 35.0, 50.0])
    assert scales.broken_line(x, band).tolist() == [0, 50, 100, 50, 0]


def test_table_points_take_the_entry_of_the_value():
    keys, points = np.array([3.0, 1.0, 2.0]), np.array([100.0, 0.0, 60.0])
    found = scales.table_points(np.array([1.0, 2.0, 3.0, np.nan]), keys, points)
    assert found[:3].tolist() == [0, 60, 100]
    assert np.isnan(found[3])
    assert scales.table_points(np.array([7.0]), np.array([7.0]), np.array([5.0])).tolist() == [5]
