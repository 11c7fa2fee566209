"""What a picture is made of: text, boxes, lines, areas and dots in CSS pixels, y downwards."""

from dataclasses import dataclass
from typing import Literal

Anchor = Literal["start", "middle", "end"]
Point = tuple[float, float]


@dataclass(frozen=True)
class Text:
    """One line of text on its baseline."""

    x: float
    y: float
    text: str
    size: float
    colour: str
    anchor: Anchor = "start"
    bold: bool = False
    halo: bool = False
    turn: float = 0.0


@dataclass(frozen=True)
class Box:
    x: float
    y: float
    width: float
    height: float
    fill: str
    radius: float = 0.0
    edge: str = ""
    edge_width: float = 0.0


@dataclass(frozen=True)
class Line:
    points: tuple[Point, ...]
    colour: str
    width: float = 1.0
    dash: tuple[float, float] | None = None
    round: bool = False


@dataclass(frozen=True)
class Curve:
    """A cubic curve: start, two handles, end."""

    points: tuple[Point, Point, Point, Point]
    colour: str
    width: float = 1.0


@dataclass(frozen=True)
class Area:
    points: tuple[Point, ...]
    fill: str


@dataclass(frozen=True)
class Dot:
    x: float
    y: float
    radius: float
    fill: str
    edge: str = ""
    edge_width: float = 0.0


Mark = Text | Box | Line | Curve | Area | Dot


@dataclass(frozen=True)
class Picture:
    """A finished picture: its marks in drawing order, and what it says in words."""

    width: float
    height: float
    language: str
    title: str
    alt: str
    marks: tuple[Mark, ...]

    @property
    def texts(self) -> tuple[Text, ...]:
        return tuple(mark for mark in self.marks if isinstance(mark, Text))
