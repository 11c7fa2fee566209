"""Paints a picture as PNG with matplotlib, at twice its size, the same bytes every time."""

import io
import math
from functools import lru_cache
from typing import Any, Literal

from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, PathPatch, Polygon
from matplotlib.path import Path
from matplotlib.patheffects import AbstractPathEffect, Normal, Stroke
from matplotlib.text import Text as Label
from matplotlib.transforms import Affine2D, Transform

from evaluation.reports.charts import fonts, style
from evaluation.reports.charts.marks import Area, Box, Curve, Dot, Line, Mark, Picture, Text

SCALE = 2
ROUND = 0.5522847498
"""Handle length that makes a cubic curve a quarter circle."""


@lru_cache(maxsize=24)
def paint(picture: Picture) -> bytes:
    """The picture's pixels, without date or program name in the file."""
    height = math.ceil(picture.height)
    figure = Figure(figsize=(picture.width / 72, height / 72), dpi=72 * SCALE, facecolor=style.PAPER)
    canvas = FigureCanvasAgg(figure)
    down = Affine2D().scale(SCALE, -SCALE).translate(0, height * SCALE)
    for order, mark in enumerate(picture.marks):
        artist = _artist(mark, picture.language, down)
        artist.set_zorder(order)
        figure.add_artist(artist)
    out = io.BytesIO()
    write: Any = canvas.print_png
    write(out, metadata={"Software": None})
    return out.getvalue()


def _artist(mark: Mark, language: str, down: Transform) -> Artist:
    match mark:
        case Text():
            return _label(mark, language, down)
        case Box():
            return _box(mark, down)
        case Line():
            xs, ys = zip(*mark.points, strict=True)
            line = Line2D(xs, ys, color=mark.colour, linewidth=mark.width, transform=down)
            line.set_solid_capstyle("round" if mark.round else "butt")
            if mark.dash:
                line.set_linestyle((0, tuple(part / mark.width for part in mark.dash)))
            return line
        case Curve():
            path = Path(list(mark.points), [Path.MOVETO, Path.CURVE4, Path.CURVE4, Path.CURVE4])
            return PathPatch(
                path, facecolor="none", edgecolor=mark.colour, linewidth=mark.width, transform=down,
                capstyle="butt",
            )  # fmt: skip
        case Area():
            return Polygon(list(mark.points), closed=True, facecolor=mark.fill, linewidth=0, transform=down)
        case Dot():
            return Circle(
                (mark.x, mark.y), mark.radius, facecolor=mark.fill, edgecolor=mark.edge or "none",
                linewidth=mark.edge_width, transform=down,
            )  # fmt: skip


def _box(mark: Box, down: Transform) -> Artist:
    return PathPatch(
        _outline(mark), transform=down, facecolor=mark.fill, edgecolor=mark.edge or "none",
        linewidth=mark.edge_width,
    )  # fmt: skip


def _outline(mark: Box) -> Path:
    """A rectangle whose corners are quarter circles."""
    x, y, right, bottom = mark.x, mark.y, mark.x + mark.width, mark.y + mark.height
    r = min(mark.radius, mark.width / 2, mark.height / 2)
    if r <= 0:
        corners = [(x, y), (right, y), (right, bottom), (x, bottom), (x, y)]
        return Path(corners, [Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY])
    k = r * (1 - ROUND)
    points = [
        (x + r, y), (right - r, y), (right - k, y), (right, y + k), (right, y + r),
        (right, bottom - r), (right, bottom - k), (right - k, bottom), (right - r, bottom),
        (x + r, bottom), (x + k, bottom), (x, bottom - k), (x, bottom - r),
        (x, y + r), (x, y + k), (x + k, y), (x + r, y), (x + r, y),
    ]  # fmt: skip
    corner = [Path.LINETO, Path.CURVE4, Path.CURVE4, Path.CURVE4]
    return Path(points, [Path.MOVETO, *corner * 4, Path.CLOSEPOLY])


def _label(mark: Text, language: str, down: Transform) -> Artist:
    """Bold is the regular face with a thin stroke, as the font has one weight; a halo is a thick pale one."""
    anchors: dict[str, Literal["left", "center", "right"]] = {
        "start": "left",
        "middle": "center",
        "end": "right",
    }
    label = Label(
        mark.x, mark.y, fonts.drawable(mark.text), color=mark.colour, transform=down, verticalalignment="baseline",
        horizontalalignment=anchors[mark.anchor], fontproperties=fonts.properties(language, mark.size),
        parse_math=False, rotation=-mark.turn, rotation_mode="anchor",
    )  # fmt: skip
    effects: list[AbstractPathEffect] = []
    if mark.halo:
        effects.append(Stroke(linewidth=2.6, foreground=style.PAPER))
    if mark.bold:
        effects.append(Stroke(linewidth=0.04 * mark.size, foreground=mark.colour))
    if effects:
        label.set_path_effects([*effects, Normal()])
    return label
