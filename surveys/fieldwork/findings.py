"""What a page of a survey has found, for its heading: the weakest item, what changed, how far a fair mix moves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from surveys.fieldwork.comparing import MixReport
from surveys.fieldwork.estimates import FEWEST, Figure, Group, Point

MOST_PICTURED = 20
ENDS = 5


@dataclass(frozen=True)
class Standing:
    """The overall figure where it was asked, and the ends of the items' order."""

    overall: Figure | None
    weakest: Figure
    strongest: Figure
    pictured: tuple[Figure, ...]
    is_cut: bool


def standing(rows: Sequence[Mapping[str, Any]], overall: str) -> Standing | None:
    """The items in order of their means from 0 to 100; of many only the ends are pictured."""
    shown = [row["linear100"] for row in rows if row["linear100"].n >= FEWEST]
    items = sorted(
        (figure for figure in shown if figure.item.code != overall), key=lambda figure: -figure.value
    )
    if not items:
        return None
    is_cut = len(items) > MOST_PICTURED
    return Standing(
        next((figure for figure in shown if figure.item.code == overall), None),
        items[-1],
        items[0],
        tuple([*items[:ENDS], *items[-ENDS:]] if is_cut else items),
        is_cut,
    )


@dataclass(frozen=True)
class Changes:
    """How many items rose or fell for sure since the wave before, and the span of all intervals for the pictures."""

    n: int
    n_up: int
    n_down: int
    low: float
    high: float

    @property
    def n_open(self) -> int:
        return self.n - self.n_up - self.n_down


def changes(lines: Sequence[Sequence[Point]]) -> Changes:
    """What changed over the last two waves; items behind a break are not counted."""
    last = [line[-1] for line in lines]
    told = [point for point in last if point.change_lower is not None and point.change_upper is not None]
    figures = [point.figure for line in lines for point in line]
    low = min((figure.lower for figure in figures), default=0.0)
    high = max((figure.upper for figure in figures), default=100.0)
    return Changes(
        len(told),
        sum((point.change_lower or 0.0) > 0 for point in told),
        sum((point.change_upper or 0.0) < 0 for point in told),
        5.0 * (low // 5),
        5.0 * -(-high // 5),
    )


@dataclass(frozen=True)
class Shift:
    """How far the fair mix moves the organisations: the largest step in points, and who changes places."""

    largest: float
    n_moved: int
    n: int


def shift(mix: MixReport) -> Shift:
    """The organisations as answered against the same mix."""
    before = sorted(mix.rows, key=lambda row: -row.raw)
    after = sorted(mix.rows, key=lambda row: -row.adjusted)
    return Shift(
        max((abs(row.adjusted - row.raw) for row in mix.rows), default=0.0),
        sum(one.name != other.name for one, other in zip(before, after, strict=True)),
        len(mix.rows),
    )


def ends(rows: Sequence[Group]) -> tuple[Group, Group] | None:
    """The lowest and the highest group that are shown; none where fewer than two are."""
    shown = sorted((row for row in rows if row.value is not None), key=lambda row: row.value or 0.0)
    return (shown[0], shown[-1]) if len(shown) > 1 else None
