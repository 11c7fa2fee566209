"""Shrinkage at its edges: nothing to compare, no spread, no errors, and what it refuses."""

import math

import numpy as np
import pytest

from scoring.shrinkage import eb_shrink, reliability, shrink_shares, signal_variance
from scoring.types import ScoringError


def test_one_unit_has_no_signal_and_no_reliability():
    assert signal_variance([3.0], [1.0]) == 0
    assert math.isnan(reliability([3.0], [1.0]))


def test_without_errors_all_that_differs_is_signal():
    assert signal_variance([1.0, 2.0, 3.0], [0.0, 0.0, 0.0]) == pytest.approx(1.0, rel=1e-6)
    assert reliability([1.0, 1.0, 1.0], [0.0, 0.0, 0.0]) == 1


def test_differences_that_chance_alone_makes_are_pulled_together():
    found = eb_shrink([10.0, 10.1, 9.9, 10.0], [4.0, 4.0, 4.0, 4.0])
    assert found.signal_variance == 0
    assert found.kept.tolist() == [0, 0, 0, 0]
    assert eb_shrink([5.0] * 4, [1.0] * 4).values.tolist() == [5, 5, 5, 5]


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: eb_shrink([1, 2, 3], [1, 1, 1]), "at least four units, not 3"),
        (lambda: shrink_shares([3], [2]), "0 ≤ successes ≤ n"),
        (lambda: shrink_shares([0, 0], [0, 0]), "at least one rating"),
        (lambda: signal_variance([1.0, np.nan], [1, 1]), "finite values"),
    ],
)
def test_what_cannot_be_shrunk_is_refused(call, sentence):
    with pytest.raises(ScoringError, match=sentence):
        call()
