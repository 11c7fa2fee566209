"""Figures of services, told coarsely, give no small count away, not even beside the exact figures of their unit."""

import random

import numpy as np
import pytest

from evaluation.rankings.disclosure import Block, release, squares
from evaluation.rankings.frozen_services import Answers, band_of, spread_of, told_together
from tests.evaluation.reports.attack import Attack

LINEAR = np.array([0.0, 25.0, 50.0, 75.0, 100.0])
LEVELS = ("1", "2", "3", "4", "5")


def unit_of_services(dice: random.Random) -> list[Answers]:
    """Large and small services, mostly well rated."""
    found = []
    for service in range(dice.randint(1, 6)):
        n = int(10 ** dice.uniform(0.2, 2.6))
        picks = dice.choices(range(5), [1, 1, 3, 10, 25], k=n)
        found.append(Answers(service, "level5", tuple(picks.count(level) for level in range(5))))
    return found


def attacked(unit: str, answers: list[Answers]) -> Attack:
    """Everything published of one unit and its services, as statements about single counts."""
    attack = Attack()
    whole = np.sum([one.counts for one in answers], axis=0)
    told = told_together(answers)
    if whole.sum() >= 10:
        block = Block(unit, tuple(int(n) for n in whole), (tuple(LINEAR),), (squares(LINEAR),))
        shown = unit in release([block]).shown
        cells = [(one.service, level) for one in answers for level in range(5)]
        attack.know({(unit, str(s), LEVELS[k]): 1.0 for s, k in cells}, float(whole.sum()))
        attack.know({(unit, str(s), LEVELS[k]): LINEAR[k] for s, k in cells}, float(whole @ LINEAR))
        squared = LINEAR**2 / 625
        attack.know({(unit, str(s), LEVELS[k]): squared[k] for s, k in cells}, float(whole @ squared))
        for k in range(5) if shown else ():
            attack.know({(unit, str(one.service), LEVELS[k]): 1.0 for one in answers}, float(whole[k]))
    for one in answers:
        names = [(unit, str(one.service), level) for level in LEVELS]
        if one.service not in told:
            if len(told) == sum(other.n >= 10 for other in answers):
                attack.know(dict.fromkeys(names, 1.0), 0, 9)
            continue
        low, high = band_of(one.n)
        attack.know(dict.fromkeys(names, 1.0), low, 1e6 if high is None else high)
        points = round(float(np.array(one.counts) @ LINEAR) / one.n)
        for side, bound in ((1.0, points + 0.5), (-1.0, 0.5 - points)):
            attack.know({name: side * (LINEAR[k] - side * bound) for k, name in enumerate(names)}, -1e7, 0.0)
    return attack


def recovered(seed: int, n_units: int) -> tuple[int, list[tuple[int, int]]]:
    dice = random.Random(seed)
    n_small, found = 0, []
    for number in range(n_units):
        answers = unit_of_services(dice)
        if sum(one.n for one in answers) < 10 or len(answers) == 1:
            continue
        attack = attacked(f"u{number}", answers)
        for one in answers:
            for level, count in enumerate(one.counts):
                if 0 < count < 10:
                    n_small += 1
                    low, high = attack.range_of((f"u{number}", str(one.service), LEVELS[level]))
                    assert low <= count <= high
                    if low == high:
                        found.append((number, one.service))
    return n_small, found


def test_no_small_count_follows_from_services_and_their_unit() -> None:
    n_small, found = recovered(1, 6)
    assert n_small > 20
    assert found == []


@pytest.mark.prove
def test_no_small_count_follows_over_many_units() -> None:
    n_small, found = recovered(2, 120)
    assert n_small > 500
    assert found == []


def of(service: int, n: int) -> Answers:
    return Answers(service, "level5", (0, 0, 0, 0, n))


def test_a_small_service_that_would_follow_takes_company() -> None:
    assert told_together([of(1, 29), of(2, 9)]) == frozenset()
    assert told_together([of(1, 29), of(2, 200), of(3, 9)]) == {1, 2}
    assert told_together([of(1, 20), of(2, 5)]) == {1}


def test_services_of_ten_or_more_are_told_and_smaller_ones_never() -> None:
    assert told_together([of(1, 10), of(2, 500)]) == {1, 2}
    assert 2 not in told_together([of(1, 60), of(2, 9), of(3, 4)])


@pytest.mark.parametrize(
    ("n", "band"), [(10, (10, 29)), (29, (10, 29)), (30, (30, 99)), (250_000, (100_000, None))]
)
def test_numbers_of_answers_are_told_in_bands(n: int, band: tuple[int, int | None]) -> None:
    assert band_of(n) == band


def test_the_margin_rests_on_public_counts_alone() -> None:
    assert spread_of([]) is None
