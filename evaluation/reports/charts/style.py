"""Tokens of every chart: colours, sizes, widths and the fonts of each language."""

from typing import Literal

Format = Literal["svg", "png"]

NARROW = 390.0
WIDE = 720.0
MARGIN = 14.0

INK = "#1a2029"
SECOND = "#434c57"
MUTED = "#5b646f"
RULE = "#e2ddd2"
GRID = "#ebe7de"
EDGE = "#87817a"
WASH = "#f7f5f0"
PAPER = "#ffffff"
ACCENT = "#2c4096"
ACCENT_MID = "#a9b5e2"
ACCENT_WASH = "#eef1fb"
CONTEXT = "#6f7680"
CONTEXT_LINE = "#b9b4a8"
CONTEXT_LIGHT = "#d9d5ca"
WARM = "#8a480c"
WARM_LIGHT = "#e3cba9"
WARM_WASH = "#fbf2e5"

LEVELS = ("#8a480c", "#c2862f", "#c9c4b8", "#529c94", "#0b5d56")
"""Satisfaction, low to high; never used for anything else."""
SOURCES = (ACCENT, "#9aa1aa", CONTEXT_LIGHT)
"""Residents, own targets, audit."""

TITLE = 18.0
TITLE_WIDE = 21.0
TITLE_LEAST = 14.0
SUBTITLE = 12.5
LABEL = 12.0
VALUE = 12.5
SMALL = 11.0
SOURCE = 10.5

FACES = {"zh-hans": 2, "zh-hant": 3, "en": 1}
"""Faces inside the font collection: SC, TC, and KR for English, whose quotation marks are narrow."""

FAMILIES = {
    "zh-hans": "'PingFang SC','HarmonyOS Sans SC','Microsoft YaHei','Noto Sans CJK SC','Noto Sans SC',sans-serif",
    "zh-hant": (
        "'PingFang TC','HarmonyOS Sans TC','Microsoft JhengHei','Noto Sans CJK TC','Noto Sans TC',sans-serif"
    ),
    "en": "'Source Sans 3','Segoe UI',Roboto,'Helvetica Neue',Arial,'Noto Sans CJK KR',sans-serif",
}
LANG_TAGS = {"zh-hans": "zh-Hans", "zh-hant": "zh-Hant", "en": "en"}

DARK = frozenset({LEVELS[0], LEVELS[4], ACCENT, INK, SECOND, CONTEXT, WARM})


def on(fill: str) -> str:
    """The colour of figures that stand on a filled mark."""
    return PAPER if fill in DARK else INK


def level_colours(n_levels: int) -> tuple[str, ...]:
    """Colours low to high for a scale of any length, taken from or between the five anchors."""
    picks = {2: (1, 3), 3: (1, 2, 3), 4: (0, 1, 3, 4), 5: (0, 1, 2, 3, 4)}.get(n_levels)
    if picks:
        return tuple(LEVELS[pick] for pick in picks)
    return tuple(_between(4 * place / (n_levels - 1)) for place in range(n_levels))


def _between(place: float) -> str:
    low = min(int(place), 3)
    share = place - low
    pairs = zip(_channels(LEVELS[low]), _channels(LEVELS[low + 1]), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
