"""No small count follows from all that is published together: every edition, page, file, language and the API.

The facts are read back from what is served and written; unknown are the counts of each service, month and level.
A count is recovered when whole-number programming leaves it one value.
"""

import itertools
from collections import Counter
from typing import Any

import pytest
from django.test import Client

from tests.evaluation.reports.attack import Attack, Cells, pinned
from tests.evaluation.reports.published import facts_of
from tests.worlds.months import LEVELS, WAYS, City, build

pytestmark = pytest.mark.django_db
STEPS = (0.0, 1.0, 2.0, 3.0, 4.0)
STEP = 25.0
"""Points of one step between levels; statements about averages are written in steps."""
ENDLESS = 1e7


class Union:
    """All facts of all editions of a city as one system."""

    def __init__(self, city: City) -> None:
        self.city = city
        self.attack = Attack()
        self.truth: Counter[tuple[str, ...]] = Counter()
        self.place_of = city.services
        modes = dict(WAYS)
        for (_place, service, month, channel, level), n in city.counts.items():
            self.truth["x", service, str(month), level] += n
            self.truth["way", service, str(month), modes[channel]] += n
        self.targets: dict[str, Cells] = {}

    def cells(self, services: list[str], months: range, levels: tuple[str, ...] = LEVELS) -> Cells:
        return tuple(("x", s, str(m), level) for s in services for m in months for level in levels)

    def add(self, edition: Any, client: Client) -> None:
        """Take in an edition: its facts, and its small counts as targets."""
        facts = facts_of(edition, client)
        code = edition.cycle.code
        months = range(edition.cycle.starts_on.month, edition.cycle.ends_on.month + 1)
        is_share = code.startswith("offices")
        services: dict[str, list[str]] = {row["unit"]: [] for row in edition.pages["ranking"]}
        for service, place in self.place_of.items():
            unit = next((one for one in services if place.startswith(one)), None)
            if unit is not None:
                services[unit].append(service)
        told = [unit for unit in services if ("n", unit) in facts]
        for unit, own in services.items():
            self._unit(facts, unit, self.cells(own, months), is_share=is_share)
            self._ways(facts, unit, own, months)
            self._services(facts, own, months)
            self._aim(f"{code} {unit}", own, months)
        self._ranks(facts, services, months, is_share=is_share)
        every = [service for unit in told for service in services[unit]]
        for level in LEVELS:
            if ("all", int(level)) in facts:
                self._know(self.cells(every, months, (level,)), facts["all", int(level)])
        if ("n-all",) in facts:
            self._know(self.cells(every, months), facts["n-all",])

    def _know(self, cells: Cells, low: float, high: float | None = None, weights: Any = None) -> None:
        parts = {cell: 1.0 if weights is None else weights[LEVELS.index(cell[3])] for cell in cells}
        if parts:
            self.attack.know(parts, low, high)

    def _unit(self, facts: dict[Any, float], unit: str, cells: Cells, *, is_share: bool) -> None:
        n, value = facts.get(("n", unit)), facts.get(("value", unit))
        if n is None:
            true = sum(self.truth[cell] for cell in cells)
            if not true:
                self._know(cells, 0)
                return
            self._know(cells, 1, 9 if true < 10 else ENDLESS)
            assert value is None
            assert ("score", unit) not in facts
            assert ("points", unit) not in facts
            return
        assert value is not None
        self._know(cells, n)
        total = value * n / (1.0 if is_share else STEP)
        self._know(cells, total - 1e-5, total + 1e-5, (0.0, 0.0, 1.0, 1.0, 1.0) if is_share else STEPS)
        if is_share:
            self._know(cells, facts["bad", unit], weights=(1.0, 1.0, 0.0, 0.0, 0.0))
        squares = (0.0, 0.0, 1.0, 1.0, 1.0) if is_share else tuple(step * step for step in STEPS)
        spread = sum(self.truth[cell] * squares[LEVELS.index(cell[3])] for cell in cells)
        slack = 0.1 * spread if ("rough", unit) in facts else 1e-5
        self._know(cells, spread - slack, spread + slack, squares)
        for level in LEVELS:
            if ("level", unit, int(level)) in facts:
                self._know(tuple(c for c in cells if c[3] == level), facts["level", unit, int(level)])

    def _ways(self, facts: dict[Any, float], unit: str, own: list[str], months: range) -> None:
        """Shares of the ways of asking, told in steps of five percent."""
        for service, month in itertools.product(own, months):
            parts = {("way", service, str(month), way): 1.0 for _channel, way in WAYS}
            self.attack.know(parts | dict.fromkeys(self.cells([service], range(month, month + 1)), -1.0), 0.0)
        for _channel, way in WAYS:
            if ("way", unit, way) in facts:
                share = facts["way", unit, way]
                cells = {("way", s, str(m), way): 1.0 for s in own for m in months}
                for edge, low, high in ((share - 0.025, 0.0, ENDLESS), (share + 0.025, -ENDLESS, 0.0)):
                    self.attack.know(cells | dict.fromkeys(self.cells(own, months), -edge), low, high)

    def _services(self, facts: dict[Any, float], own: list[str], months: range) -> None:
        """Bands and whole points; of services kept back the attacker is told which are under ten."""
        for service in own:
            cells = self.cells([service], months)
            if ("service-points", service) in facts:
                told = facts["service-points", service] / STEP
                self._know(cells, facts["service-from", service], facts.get(("service-to", service), ENDLESS))
                self._know(cells, -ENDLESS, 0.0, tuple(step - told - 0.5 / STEP for step in STEPS))
                self._know(cells, 0.0, ENDLESS, tuple(step - told + 0.5 / STEP for step in STEPS))
            elif ("service-hidden", service) not in facts:
                self._know(cells, 0)
            else:
                few = sum(self.truth[cell] for cell in cells) < 10
                self._know(cells, 1, 9 if few else ENDLESS)

    def _ranks(
        self, facts: dict[Any, float], services: dict[str, list[str]], months: range, *, is_share: bool
    ) -> None:
        """A place without a score says that the score lies between those of its neighbours."""
        points = (0.0, 0.0, 4.0, 4.0, 4.0) if is_share else STEPS
        scores = [
            (facts["rank", u], facts["score", u])
            for u in services
            if ("score", u) in facts and ("rank", u) in facts
        ]
        for unit, own in services.items():
            if ("score", unit) in facts or ("rank", unit) not in facts or not own:
                continue
            for rank, score in scores:
                edge = (score - 0.4 * facts["ontime", unit]) / 0.6 / STEP
                weights = tuple(p - edge for p in points)
                above = facts["rank", unit] <= rank
                low, high = (-1e-5, ENDLESS) if above else (-ENDLESS, 1e-5)
                self._know(self.cells(own, months), low, high, weights)

    def _aim(self, name: str, own: list[str], months: range) -> None:
        """Small counts of this edition: of the unit, each service and each way, by level and together."""
        groups = {name: own} | {f"{name} {service}": [service] for service in own}
        for label, services in groups.items():
            self._target(label, self.cells(services, months))
            for level in LEVELS:
                self._target(f"{label} level {level}", self.cells(services, months, (level,)))
            for _channel, way in WAYS:
                cells = tuple(("way", s, str(m), way) for s in services for m in months)
                self._target(f"{label} {way}", cells)

    def _target(self, name: str, cells: Cells) -> None:
        if 0 < sum(self.truth[cell] for cell in cells) < 10:
            self.targets[name] = cells


def recovered(city: City) -> tuple[list[str], int]:
    client, union = Client(), Union(city)
    for edition in city.editions:
        union.add(edition, client)
    for cell in list(union.attack.index):
        union.truth.setdefault(cell, 0)
    found = pinned(
        union.attack, union.truth, union.targets, lambda cell: (union.place_of[cell[1]][:2], cell[2])
    )
    return found, len(union.targets)


def test_nothing_small_follows_from_three_months_their_quarter_and_single_offices() -> None:
    spans = [("q1", 1, 3), ("offices-q1", 1, 3)]
    found, n_small = recovered(build(n_months=3, n_departments=4, seed=1, spans=spans))
    assert n_small > 100
    assert found == []


@pytest.mark.prove
def test_nothing_small_follows_from_twelve_months_quarters_and_the_year() -> None:
    spans = [
        ("q1", 1, 3), ("q2", 4, 6), ("offices-h1", 1, 6), ("h1", 1, 6), ("year", 1, 12), ("h2", 7, 12),
        ("offices-m09", 9, 9),
    ]  # fmt: skip
    found, n_small = recovered(build(n_months=12, n_departments=8, seed=11, spans=spans))
    assert n_small > 1000
    assert found == []
