"""How a benchmark says what it measured: `@figure(...)` over a function that returns the measured number."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

FIGURES: list["Figure"] = []


@dataclass(frozen=True)
class Measured:
    """One number and what else is worth knowing about the run."""

    value: float
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Figure:
    """A figure of the bars: `must` is the bound, `stretch` the aim; lower is better unless `higher`."""

    name: str
    unit: str
    must: float
    stretch: float
    measure: Callable[[], Measured]
    higher: bool = False
    needs: tuple[str, ...] = ()

    def meets(self, value: float, bound: float) -> bool:
        return value >= bound if self.higher else value <= bound


def figure(
    name: str, *, unit: str, must: float, stretch: float, higher: bool = False, needs: tuple[str, ...] = ()
) -> Callable[[Callable[[], Measured]], Callable[[], Measured]]:
    """Register a benchmark; `needs` names services of tests/services.py."""

    def keep(measure: Callable[[], Measured]) -> Callable[[], Measured]:
        FIGURES.append(Figure(name, unit, must, stretch, measure, higher, needs))
        return measure

    return keep
