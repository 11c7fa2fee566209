"""Sobol points against scipy; indices of functions whose answer is known."""

import warnings

import numpy as np
import pytest
from scipy.stats import qmc

from scoring import sobol
from scoring.types import ScoringError


def test_the_sequence_is_that_of_joe_and_kuo():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = qmc.Sobol(21, scramble=False, bits=30).random(300)
    assert (sobol.sequence(300, 21) / 2**30).tolist() == expected.tolist()


@pytest.mark.parametrize("d", [3, 40])
def test_points_fill_every_stratum_once(d):
    found = sobol.points(64, d, seed=3)
    assert found.shape == (64, d)
    assert found.min() > 0
    assert found.max() < 1
    assert np.all(np.sort((found * 64).astype(int), axis=0) == np.arange(64)[:, None])


def ishigami(u):
    x = (2 * u - 1) * np.pi
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def test_ishigami_has_its_known_indices():
    found = sobol.indices(ishigami, 3, n=8192)
    assert found.first == pytest.approx([0.3139, 0.4424, 0.0], abs=0.01)
    assert found.total == pytest.approx([0.5576, 0.4424, 0.2437], abs=0.01)
    assert np.all(found.first_se < 0.03)


def test_an_additive_model_shares_its_variance_without_interaction():
    found = sobol.indices(lambda u: u @ np.array([1.0, 2.0, 0.0]), 3, n=4096)
    assert found.first == pytest.approx([0.2, 0.8, 0.0], abs=0.01)
    assert found.total == pytest.approx([0.2, 0.8, 0.0], abs=0.01)


def test_every_output_has_its_own_indices_and_a_constant_has_none():
    found = sobol.indices(lambda u: np.stack([u[:, 0], u[:, 1], np.ones(len(u))], axis=1), 2, n=1024)
    assert found.first[:, 0] == pytest.approx([1, 0], abs=0.02)
    assert found.first[:, 1] == pytest.approx([0, 1], abs=0.02)
    assert found.total[:, 2].tolist() == [0, 0]


def test_malformed_questions_are_refused():
    for call in (lambda: sobol.indices(ishigami, 0), lambda: sobol.indices(lambda _: np.ones(3), 2)):
        with pytest.raises(ScoringError):
            call()
