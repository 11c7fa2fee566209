"""The one font file of every chart, and how wide a text is in it."""

from functools import cache

from matplotlib.font_manager import FontPath, FontProperties, fontManager, get_font
from matplotlib.ft2font import FT2Font, LoadFlags
from noto_cjk_sans_otc import FONT_PATH

from evaluation.reports.charts import style

_UNIT = 200.0

fontManager.addfont(str(FONT_PATH))


@cache
def face(language: str) -> FontPath:
    """The font file and the face whose glyph forms belong to the language."""
    return FontPath(str(FONT_PATH), style.FACES[language])


def properties(language: str, size: float) -> FontProperties:
    return FontProperties(fname=face(language), size=size)


@cache
def _advance(letter: str, language: str) -> float:
    """Width of one character at size 1; a full square where the font has none."""
    font: FT2Font = get_font(face(language))
    if not font.get_char_index(ord(letter)):
        return 1.0
    font.set_size(_UNIT, 72)
    glyph = font.load_char(ord(letter), flags=LoadFlags.NO_HINTING)
    return float(glyph.linearHoriAdvance) / 65536.0 / _UNIT


def width(text: str, size: float, language: str) -> float:
    """Width of one line in CSS pixels, without kerning, so never less than it will be by much."""
    return size * sum(_advance(letter, language) for letter in text)


@cache
def _covered(letter: str) -> bool:
    font: FT2Font = get_font(face("en"))
    return letter.isspace() or bool(font.get_char_index(ord(letter)))


def covers(text: str) -> bool:
    """Whether the font has a glyph for every character."""
    return all(map(_covered, text))


def drawable(text: str) -> str:
    """The text with a hollow square for each character the font cannot draw."""
    return "".join(letter if _covered(letter) else "□" for letter in text)
