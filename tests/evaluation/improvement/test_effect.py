"""The effect of a measure: known answers, honest silence, coverage and false help over simulated departments."""

import datetime as dt

import numpy as np
import pytest

from evaluation.improvement.baselines import after_of, baselines, mirrored, noticed_of
from evaluation.improvement.effect import difference, judge, t_value
from evaluation.improvement.enums import EffectVerdict
from evaluation.improvement.models import Measure
from evaluation.improvement.observed import Sample


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


FIRST = dt.date(2024, 1, 1)
DAYS = 900
OPENED = 480
MONTH = 30


def chosen_measure(opened_from: str, in_force_after: int) -> Measure:
    day = FIRST + dt.timedelta(days=OPENED)
    return Measure(
        organisation_id=0, opened_from=opened_from, metric="bad_share",
        created_at=dt.datetime(day.year, day.month, day.day, 4, tzinfo=dt.UTC),
        starts_on=day + dt.timedelta(days=in_force_after),
    )  # fmt: skip


def test_the_baseline_of_a_chosen_measure_mirrors_after_around_the_figures_that_led_to_it() -> None:
    measure = chosen_measure("indicator", 60)
    today = FIRST + dt.timedelta(days=DAYS - 1)
    assert measure.starts_on is not None
    after, noticed = after_of(measure.starts_on, today), noticed_of(measure)
    before = mirrored(noticed, after)
    assert before[1] - before[0] == after[1] - after[0]
    assert noticed[0] - before[1] == after[0] - noticed[1]
    kinds = [baseline.kind for baseline in baselines(measure, today)]
    assert kinds == ["symmetric", "after_opening", "regression"]
    assert [baseline.kind for baseline in baselines(chosen_measure("other", 60), today)] == [""]
    measure.noticed_from = noticed[0] - dt.timedelta(days=100)
    assert mirrored(noticed_of(measure), after)[1] == before[1] - dt.timedelta(days=100)


def departments(rng: np.random.Generator, k: int, memory: float, drift: float) -> np.ndarray:
    """True daily shares of bad ratings [k + 1, days]: own level, common trend, own waves with some memory."""
    blocks = DAYS // MONTH
    waves = np.empty((k + 1, blocks))
    waves[:, 0] = rng.normal(0, drift, k + 1)
    for at in range(1, blocks):
        shock = rng.normal(0, drift * np.sqrt(1 - memory**2), k + 1)
        waves[:, at] = memory * waves[:, at - 1] + shock
    common = np.cumsum(rng.normal(0, 0.01, blocks))
    levels = rng.uniform(0.1, 0.3, (k + 1, 1))
    return np.repeat(np.clip(levels + waves + common, 0.01, 0.99), MONTH, axis=1)


def estimate(
    rng: np.random.Generator, *, k: int, memory: float, effect: float, opened_from: str, take: str = ""
) -> tuple[EffectVerdict, float, float]:
    """One simulated world: the worst department of the last half-year opens a measure two months later in force."""
    n_a_day, today = 2, FIRST + dt.timedelta(days=DAYS - 1)
    shares = departments(rng, k, memory, 0.04)
    bad = rng.binomial(n_a_day, shares)
    measure = chosen_measure(opened_from, 60)
    assert measure.starts_on is not None

    def cut(days: tuple[dt.date, dt.date]) -> slice:
        return slice((days[0] - FIRST).days, (days[1] - FIRST).days + 1)

    own = int(np.argmax(bad[:, cut(noticed_of(measure))].sum(axis=1))) if opened_from != "other" else 0
    after = after_of(measure.starts_on, today)
    held = np.clip(shares[own, cut(after)] + effect, 0.002, 0.99)
    bad[own, cut(after)] = rng.binomial(n_a_day, held)
    order = [own, *(i for i in range(k + 1) if i != own)]
    found = {baseline.kind: baseline.days for baseline in baselines(measure, today)}
    kind = take or next(iter(found))

    def samples(days: tuple[dt.date, dt.date]) -> dict[int, Sample]:
        part = bad[order, cut(days)]
        return {i: share(int(part[i].sum()), n_a_day * part.shape[1]) for i in range(k + 1)}

    told = judge(measure, (samples(found[kind]), (kind,)), samples(after), range(1, k + 1))
    assert told.lower is not None
    assert told.upper is not None
    return told.verdict, told.lower, told.upper


WORLDS = [(k, memory) for k in (3, 6, 15) for memory in (0.0, 0.5, 0.9)]


@pytest.mark.prove
@pytest.mark.parametrize("opened_from", ["indicator", "other"])
@pytest.mark.parametrize(("k", "memory"), WORLDS)
def test_of_measures_without_effect_few_are_called_a_help_even_if_opened_because_figures_were_low(
    k: int, memory: float, opened_from: str
) -> None:
    rng, runs = np.random.default_rng(11), 1500
    told = [estimate(rng, k=k, memory=memory, effect=0.0, opened_from=opened_from) for _ in range(runs)]
    assert sum(verdict == EffectVerdict.HELPED for verdict, _low, _high in told) / runs <= 0.05
    assert sum(low <= 0 <= high for _verdict, low, high in told) / runs >= 0.93


@pytest.mark.prove
@pytest.mark.parametrize(("k", "memory"), WORLDS)
def test_intervals_hold_the_effect_of_measures_opened_because_figures_were_low(k: int, memory: float) -> None:
    rng, runs = np.random.default_rng(12), 1500
    told = [estimate(rng, k=k, memory=memory, effect=-0.06, opened_from="indicator") for _ in range(runs)]
    assert sum(low <= -0.06 <= high for _verdict, low, high in told) / runs >= 0.93


@pytest.mark.prove
def test_without_the_mirrored_baseline_chance_would_look_like_help() -> None:
    rng, runs = np.random.default_rng(13), 1500
    told = [
        estimate(rng, k=15, memory=0.5, effect=0.0, opened_from="indicator", take="regression")
        for _ in range(runs)
    ]
    assert sum(high < 0 for _verdict, _low, high in told) / runs > 0.05
    assert not any(verdict == EffectVerdict.HELPED for verdict, _low, _high in told)
