"""The effect of a measure: known answers, honest silence, and coverage over simulated departments."""

import numpy as np
import pytest

from evaluation.improvement.effect import Sample, difference, t_value


def share(x: int, n: int) -> Sample:
    p = x / n
    return Sample(p, p * (1 - p), n)


@pytest.mark.parametrize(("df", "value"), [(2, 4.302653), (5, 2.570582), (10, 2.228139), (100, 1.983972)])
def test_quantiles_of_student_are_those_of_the_tables(df: int, value: float) -> None:
    assert t_value(0.95, df) == pytest.approx(value, abs=1e-5)


def test_the_change_of_the_peers_is_taken_off() -> None:
    peers = [(share(100, 1000), share(80, 1000)) for _ in range(5)]
    change, lower, upper = difference((share(200, 1000), share(180, 1000)), peers)
    assert change == pytest.approx(0.0, abs=1e-12)
    assert lower < 0 < upper


def test_a_large_effect_is_seen_and_a_small_sample_is_not_certain() -> None:
    peers = [(share(100 + k, 1000), share(101 + k, 1000)) for k in range(6)]
    _change, _lower, upper = difference((share(300, 1000), share(150, 1000)), peers)
    assert upper < 0
    _change, _lower, upper = difference((share(9, 30), share(4, 30)), peers)
    assert upper > 0


def simulate(
    rng: np.random.Generator, *, effect: float, drift: float, n: int, k: int
) -> tuple[float, float, float]:
    """One department and k peers whose true shares drift by themselves."""

    def pair(change: float) -> tuple[Sample, Sample]:
        before = rng.uniform(0.1, 0.3)
        after = min(max(before + rng.normal(0, drift) + change, 0.01), 0.99)
        return share(int(rng.binomial(n, before)), n), share(int(rng.binomial(n, after)), n)

    return difference(pair(effect), [pair(0.0) for _ in range(k)])


@pytest.mark.prove
@pytest.mark.parametrize("drift", [0.0, 0.02, 0.05])
@pytest.mark.parametrize("k", [3, 6, 15])
@pytest.mark.parametrize("n", [40, 400])
def test_intervals_hold_the_true_effect(drift: float, k: int, n: int) -> None:
    rng = np.random.default_rng(20260101)
    runs = 2000
    inside = 0
    for _ in range(runs):
        _change, lower, upper = simulate(rng, effect=-0.05, drift=drift, n=n, k=k)
        inside += lower <= -0.05 <= upper
    assert inside / runs >= 0.93


@pytest.mark.prove
@pytest.mark.parametrize("k", [3, 6, 15])
def test_a_measure_without_effect_is_rarely_called_a_help(k: int) -> None:
    rng = np.random.default_rng(7)
    runs = 2000
    helped = sum(simulate(rng, effect=0.0, drift=0.03, n=200, k=k)[2] < 0 for _ in range(runs))
    assert helped / runs <= 0.05
