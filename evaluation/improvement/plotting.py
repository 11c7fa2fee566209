"""Where the crosses of the importance-performance plot stand, in units of the picture."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from surveys.core.text import localized

WIDTH, HEIGHT = 640, 340
LEFT, RIGHT, TOP, BOTTOM = 48, 632, 14, 300


@dataclass(frozen=True)
class Cross:
    """One question as a dot with two error bars and its number."""

    number: int
    name: str
    x: float
    y: float
    x1: float
    x2: float
    y1: float
    y2: float
    is_first: bool


@dataclass(frozen=True)
class Crosses:
    """The plot: dots, the two lines that divide it, the ticks of both axes (place, label)."""

    dots: tuple[Cross, ...]
    line_x: float
    line_y: float
    x_ticks: tuple[tuple[float, str], ...]
    y_ticks: tuple[tuple[float, str], ...]


def crosses(drivers: Sequence[Mapping[str, Any]]) -> Crosses | None:
    """Performance 0-100 to the right, importance upwards; None where nothing is known."""
    if not drivers:
        return None
    top = max(0.1, *(float(driver["importance_upper"]) for driver in drivers))
    low = min(float(driver["level_lower"]) for driver in drivers) // 10 * 10

    def x(level: float) -> float:
        return round(LEFT + (RIGHT - LEFT) * (level - low) / (100 - low if low < 100 else 1), 1)

    def y(share: float) -> float:
        return round(BOTTOM - (BOTTOM - TOP) * share / top, 1)

    dots = tuple(
        Cross(
            number, localized(driver["texts"]), x(driver["level"]), y(driver["importance"]),
            x(driver["level_lower"]), x(driver["level_upper"]), y(driver["importance_lower"]),
            y(driver["importance_upper"]), driver["place"] == "priority" and driver["is_certain"],
        )
        for number, driver in enumerate(drivers, 1)
    )  # fmt: skip
    middle = sum(driver["level"] for driver in drivers) / len(drivers)
    ticks = [low + k * (100 - low) / 4 for k in range(5)]
    return Crosses(
        dots, x(middle), y(1 / len(drivers)),
        tuple((x(mark), f"{mark:.0f}") for mark in ticks),
        tuple((y(top * k / 4), f"{100 * top * k / 4:.0f}") for k in range(5)),
    )  # fmt: skip
