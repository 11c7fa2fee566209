"""Writes a picture as SVG: text stays text, attributes only (no style), the same bytes every time."""

import re
from xml.sax.saxutils import escape, quoteattr

from evaluation.reports.charts import fonts, style
from evaluation.reports.charts.marks import Area, Box, Curve, Dot, Line, Mark, Picture, Point, Text

INVALID = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(picture: Picture) -> bytes:
    """A self-contained file: no script, no style, no outside request, no date."""
    width, height = _number(picture.width), _number(picture.height)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"'
            f' viewBox="0 0 {width} {height}" role="img" aria-labelledby="t d"'
            f' xml:lang="{style.LANG_TAGS[picture.language]}" lang="{style.LANG_TAGS[picture.language]}"'
            f" font-family={quoteattr(style.FAMILIES[picture.language])}>"
        ),
        f'<title id="t">{_text(picture.title)}</title>',
        f'<desc id="d">{_text(picture.alt)}</desc>',
        f'<rect width="{width}" height="{height}" fill="{style.PAPER}"/>',
        *(_mark(mark, picture.language) for mark in picture.marks),
        "</svg>",
    ]
    return ("\n".join(lines) + "\n").encode()


def _text(text: str) -> str:
    return escape(INVALID.sub("", text))


def _number(value: float) -> str:
    short = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if short == "-0" else short


def _points(points: tuple[Point, ...]) -> str:
    return " ".join(f"{_number(x)},{_number(y)}" for x, y in points)


def _mark(mark: Mark, language: str) -> str:
    match mark:
        case Text():
            return _text_mark(mark, language)
        case Box():
            radius = f' rx="{_number(mark.radius)}"' if mark.radius else ""
            return (
                f'<rect x="{_number(mark.x)}" y="{_number(mark.y)}" width="{_number(mark.width)}"'
                f' height="{_number(mark.height)}"{radius} fill="{mark.fill}"{_edge(mark.edge, mark.edge_width)}/>'
            )
        case Line():
            dash = f' stroke-dasharray="{mark.dash[0]:g} {mark.dash[1]:g}"' if mark.dash else ""
            cap = ' stroke-linecap="round" stroke-linejoin="round"' if mark.round else ""
            return (
                f'<polyline points="{_points(mark.points)}" fill="none" stroke="{mark.colour}"'
                f' stroke-width="{_number(mark.width)}"{dash}{cap}/>'
            )
        case Curve():
            a, b, c, d = mark.points
            return (
                f'<path d="M{_points((a,))} C{_points((b, c, d))}" fill="none" stroke="{mark.colour}"'
                f' stroke-width="{_number(mark.width)}"/>'
            )
        case Area():
            return f'<polygon points="{_points(mark.points)}" fill="{mark.fill}"/>'
        case Dot():
            return (
                f'<circle cx="{_number(mark.x)}" cy="{_number(mark.y)}" r="{_number(mark.radius)}"'
                f' fill="{mark.fill}"{_edge(mark.edge, mark.edge_width)}/>'
            )


def _edge(colour: str, width: float) -> str:
    return f' stroke="{colour}" stroke-width="{_number(width)}"' if colour else ""


def _text_mark(mark: Text, language: str) -> str:
    """Held to the width it was laid out with, so that no reader's font makes labels collide."""
    length = fonts.width(mark.text, mark.size, language)
    anchor = f' text-anchor="{mark.anchor}"' if mark.anchor != "start" else ""
    weight = ' font-weight="600"' if mark.bold else ""
    halo = (
        f' stroke="{style.PAPER}" stroke-width="2.6" stroke-linejoin="round" paint-order="stroke"'
        if mark.halo
        else ""
    )
    held = f' textLength="{_number(length)}" lengthAdjust="spacingAndGlyphs"' if len(mark.text) > 1 else ""
    turn = (
        f' transform="rotate({_number(mark.turn)} {_number(mark.x)} {_number(mark.y)})"' if mark.turn else ""
    )
    return (
        f'<text x="{_number(mark.x)}" y="{_number(mark.y)}" font-size="{_number(mark.size)}"'
        f' fill="{mark.colour}"{anchor}{weight}{halo}{held}{turn}>{_text(mark.text)}</text>'
    )
