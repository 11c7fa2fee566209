"""No small count follows from all that is published together: searched for by integer programming."""

import random

import numpy as np
import pytest

from evaluation.rankings.disclosure import Block, Release, moves, release, rounded_error, squares
from tests.evaluation.reports.attack import Attack

LINEAR = (0.0, 25.0, 50.0, 75.0, 100.0)
BAD = (0.0, 0.0, 1.0, 1.0, 1.0)
LEVELS = ("1", "2", "3", "4", "5")


def block(unit: str, *counts: int) -> Block:
    points = (LINEAR, BAD)
    return Block(unit, counts, points, tuple(squares(np.array(one)) for one in points))


def period(seed: int, n_units: int = 12) -> list[Block]:
    """A month of a city: large and small units, mostly good ratings, a few bad ones."""
    dice = random.Random(seed)
    blocks = []
    for i in range(n_units):
        n = int(10 ** dice.uniform(0.6, 3.4))
        good = dice.uniform(0.75, 0.99)
        weights = [(1 - good) * 0.5, (1 - good) * 0.5, good * 0.2, good * 0.3, good * 0.5]
        picks = dice.choices(range(5), weights, k=n)
        blocks.append(block(f"u{i:02}", *(picks.count(level) for level in range(5))))
    return blocks


def publish(attack: Attack, label: str, blocks: list[Block], allowed: Release) -> None:
    """Every statistic an edition publishes of these answers, as its pages, files and API tell them."""
    for one in blocks:
        if one.n < 10 or one.unit in allowed.withheld:
            continue
        names = [(label, one.unit, level) for level in LEVELS]
        attack.know(dict.fromkeys(names, 1.0), one.n)
        for sums in one.shown_sums:
            attack.know(dict(zip(names, sums, strict=True)), float(np.dot(sums, one.counts)))
        for sums in one.error_sums:
            value = float(np.dot(sums, one.counts))
            if one.unit in allowed.exact_errors:
                attack.know(dict(zip(names, sums, strict=True)), value)
            else:
                attack.know(dict(zip(names, sums, strict=True)), value * 0.9, value * 1.1)
        if one.unit in allowed.shown:
            for name, count in zip(names, one.counts, strict=True):
                attack.know({name: 1.0}, count)
    if allowed.total:
        for level, name in enumerate(LEVELS):
            counted = {(label, one.unit, name): 1.0 for one in blocks if one.unit in allowed.counted}
            attack.know(counted, sum(one.counts[level] for one in blocks if one.unit in allowed.counted))


def recovered(months: list[tuple[str, list[Block]]]) -> tuple[list[tuple[str, str, int]], int, int]:
    """Small counts with one possible value, how many there are, and how many units are told in full or in part."""
    attack = Attack()
    n_told = 0
    for label, blocks in months:
        allowed = release(blocks)
        publish(attack, label, blocks, allowed)
        n_told += len(allowed.counted)
    found, n_small = [], 0
    for label, blocks in months:
        for one in blocks:
            if (label, one.unit, "1") not in attack.index:
                continue
            n_small += len(one.small)
            for level in one.small:
                low, high = attack.range_of((label, one.unit, LEVELS[level]))
                assert low <= one.counts[level] <= high
                if low == high:
                    found.append((label, one.unit, level))
    return found, n_small, n_told


def test_no_small_count_is_recovered_over_three_periods() -> None:
    found, n_small, n_told = recovered([(str(m), period(m)) for m in range(3)])
    assert n_small > 30
    assert n_told > 20
    assert found == []


@pytest.mark.prove
def test_no_small_count_is_recovered_over_twelve_periods() -> None:
    found, n_small, n_told = recovered([(str(m), period(100 + m, 16)) for m in range(12)])
    assert n_small > 200
    assert n_told > 120
    assert found == []


def test_a_unit_whose_own_figures_give_a_small_count_away_is_withheld() -> None:
    """Eleven answers of which one is a step below the best: number and average say which."""
    told = release([block("a", 0, 0, 0, 1, 10), block("b", 20, 15, 30, 44, 80)])
    assert told.withheld == {"a"}
    assert told.counted == {"b"}


def test_the_attack_does_recover_counts_from_careless_publication() -> None:
    """The attack has teeth: hiding only the small cells themselves gives them all away."""
    blocks = [block("a", 3, 12, 40, 60, 90), block("b", 20, 15, 30, 44, 80), block("c", 11, 18, 25, 33, 70)]
    careless = Release(frozenset({"b", "c"}), frozenset("abc"), total=True, exact_errors=frozenset("abc"))
    attack = Attack()
    publish(attack, "m", blocks, careless)
    assert attack.range_of(("m", "a", "1")) == (3, 3)
    guarded = Attack()
    publish(guarded, "m", blocks, release(blocks))
    low, high = guarded.range_of(("m", "a", "1"))
    assert low < 3 < high or low < high


def test_units_under_ten_answers_enter_no_total() -> None:
    blocks = [block("a", 0, 1, 1, 2, 3), block("b", 20, 15, 30, 44, 80)]
    allowed = release(blocks)
    assert allowed.counted == {"b"}
    assert allowed.shown == {"b"}
    assert allowed.total


def test_one_hidden_unit_takes_company_or_the_total_goes() -> None:
    blocks = [block("a", 3, 12, 40, 60, 90), block("b", 20, 15, 30, 44, 80), block("c", 11, 18, 25, 33, 70)]
    allowed = release(blocks)
    assert "a" not in allowed.shown
    assert not allowed.total or len(allowed.shown) < 2


def test_nothing_small_leaves_everything_shown() -> None:
    blocks = [block("a", 30, 12, 40, 60, 90), block("b", 20, 15, 30, 44, 80)]
    assert release(blocks) == Release(
        frozenset("ab"), frozenset("ab"), total=True, exact_errors=frozenset("ab")
    )


def test_zeros_are_shown() -> None:
    assert release([block("a", 0, 0, 40, 60, 90)]).shown == {"a"}


def test_moves_leave_every_sum_as_it_is() -> None:
    sums = ((1.0,) * 5, LINEAR, BAD)
    steps = moves(sums)
    assert len(steps)
    assert np.abs(steps @ np.array(sums).T).max() < 1e-9
    assert (np.abs(steps).sum(axis=1) > 0).all()


@pytest.mark.parametrize(("exact", "rough"), [(1.2345, 1.2), (0.0987, 0.099), (12.5, 12.0), (0.0, 0.0)])
def test_rough_errors_have_two_digits(exact: float, rough: float) -> None:
    assert rounded_error(exact) == pytest.approx(rough)
