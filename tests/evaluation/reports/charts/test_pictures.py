"""What holds for every chart: nothing overlaps or leaves the frame, the files are clean and always the same."""

import io
import re
from itertools import combinations, pairwise
from xml.etree import ElementTree as ET

import pytest
from PIL import Image

from evaluation.reports.charts import fonts, style
from evaluation.reports.charts.marks import Picture, Text
from evaluation.reports.charts.sheet import box_of, render
from tests.evaluation.reports.charts.samples import LANGUAGES, SAMPLES, picture

SIZES = (3, 60)
SVG = "{http://www.w3.org/2000/svg}"


def collisions(drawn: Picture) -> list[tuple[str, str]]:
    found = []
    boxes = [(mark, box_of(mark, drawn.language)) for mark in drawn.texts]
    boxes.sort(key=lambda pair: pair[1][1])
    for i, (a, (al, at, ar, ab)) in enumerate(boxes):
        for b, (bl, bt, br, bb) in boxes[i + 1 :]:
            if bt >= ab:
                break
            across = min(ar, br) - max(al, bl)
            down = min(ab, bb) - max(at, bt)
            if across > 0.5 and down > 1.6:
                found.append((a.text, b.text))
    return found


def outside(drawn: Picture) -> list[Text]:
    return [
        mark
        for mark in drawn.texts
        for left, top, right, bottom in [box_of(mark, drawn.language)]
        if left < 4 or right > drawn.width - 4 or top < 0 or bottom > drawn.height
    ]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("chart", SAMPLES)
def test_picture_holds_its_texts_apart_and_inside(chart: str, language: str) -> None:
    for wide in (False, True):
        for n in (None, *SIZES):
            for long in (False, True):
                drawn = picture(chart, language, n, wide=wide, long=long)
                case = f"{chart} {language} wide={wide} n={n} long={long}"
                assert collisions(drawn) == [], case
                assert outside(drawn) == [], case
                assert min(mark.size for mark in drawn.texts) >= 9.8, case


@pytest.mark.parametrize("chart", SAMPLES)
def test_picture_is_the_same_bytes_each_time(chart: str) -> None:
    for fmt in ("svg", "png"):
        first, second = (render(picture(chart, "zh-hans"), fmt) for _ in range(2))
        assert first == second


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("chart", SAMPLES)
def test_svg_is_text_without_style_or_script(chart: str, language: str) -> None:
    content = render(picture(chart, language), "svg")
    root = ET.fromstring(content)
    texts = [node.text for node in root.iter(f"{SVG}text")]
    drawn = picture(chart, language)
    assert texts == [mark.text for mark in drawn.texts]
    assert root.find(f"{SVG}title").text == drawn.title
    assert root.find(f"{SVG}desc").text == drawn.alt
    assert {node.tag for node in root.iter()} <= {
        f"{SVG}{tag}"
        for tag in ("svg", "title", "desc", "rect", "text", "polyline", "polygon", "circle", "path")
    }
    names = {name for node in root.iter() for name in node.attrib}
    assert not any(name == "style" or name.startswith("on") or "href" in name for name in names)
    assert len(content) < 40_000


def test_png_is_twice_the_size_and_carries_no_date() -> None:
    drawn = picture("ranking", "en")
    content = render(drawn, "png")
    image = Image.open(io.BytesIO(content))
    assert image.size == (780, round(drawn.height) * 2)
    assert {key for key in image.info if key != "dpi"} == set()


@pytest.mark.parametrize("chart", SAMPLES)
def test_title_is_a_short_finding_and_alt_carries_figures(chart: str) -> None:
    drawn = picture(chart, "en")
    assert drawn.title
    assert len(drawn.title.split()) <= 16
    assert drawn.alt.startswith(drawn.title)
    assert drawn.alt.count(";") >= 3
    assert len(re.findall(r"\d", drawn.alt)) >= 3


def test_hostile_names_stay_text() -> None:
    drawn = picture("ranking", "en")
    name = '<script>alert(1)</script>$x_1$\x00\x1b\u202e"&'
    marks = tuple(Text(10, 10, name, 12, style.INK) if isinstance(m, Text) else m for m in drawn.marks[:5])
    hostile = Picture(390, 100, "en", name, name, marks)
    root = ET.fromstring(render(hostile, "svg"))
    assert root.find(f"{SVG}script") is None
    assert "<script>alert(1)</script>$x_1$" in (root.find(f"{SVG}title").text or "")
    assert render(hostile, "png").startswith(b"\x89PNG")


def test_levels_differ_in_grey_or_are_hatched() -> None:
    """Neighbouring levels are told apart without colour; the two bad ones also by their hatching and side."""
    grey = [0.2126 * r + 0.7152 * g + 0.0722 * b for r, g, b in map(style._channels, style.LEVELS)]
    assert all(abs(a - b) > 20 for a, b in pairwise(grey))


def test_the_font_knows_every_letter_of_the_samples() -> None:
    for chart, language in [(chart, language) for chart in SAMPLES for language in LANGUAGES]:
        missing = [mark.text for mark in picture(chart, language).texts if not fonts.covers(mark.text)]
        assert missing == []


def test_simplified_and_traditional_use_their_own_glyphs() -> None:
    """The same code point is drawn differently: 骨 has another form in each face."""
    faces = {language: fonts.face(language) for language in LANGUAGES}
    assert all(a != b for a, b in combinations(faces.values(), 2))
    simplified, traditional = (
        render(Picture(40, 40, language, "骨", "骨", (Text(5, 30, "骨", 24, style.INK),)), "png")
        for language in ("zh-hans", "zh-hant")
    )
    assert simplified != traditional
