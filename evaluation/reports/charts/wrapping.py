"""Breaks text into balanced lines: no hanging word, and Chinese only where a phrase or a character may end."""

import re
import unicodedata
from dataclasses import dataclass

from evaluation.reports.charts import fonts

CLOSERS = set("，。；：、！？）」』”’》〉】%‰·…,.;:!?)]}")
OPENERS = set("（「『“‘《〈【([{")
PAUSES = set("，。；：、！？）」』")
PIECES = re.compile(r"\s+|[⺀-鿿豈-﫿＀-￯　-〿]|[^\s⺀-鿿豈-﫿＀-￯　-〿]+")


@dataclass(frozen=True)
class Piece:
    """An unbreakable run; `cost` is what a break after it costs, None where there must be none."""

    text: str
    space: bool
    cost: float | None


def is_wide(letter: str) -> bool:
    return unicodedata.east_asian_width(letter) in "WF"


def pieces(text: str) -> tuple[Piece, ...]:
    """Cut the text at every place where a line may end."""
    found = PIECES.findall(" ".join(clean(text).split()))
    runs = [run for run in found if not run.isspace()]
    spaced = [False] * len(runs)
    at = -1
    for run in found:
        if run.isspace():
            spaced[at] = True
        else:
            at += 1
    return tuple(
        Piece(run, spaced[i], _cost(run, runs[i + 1], spaced=spaced[i]) if i + 1 < len(runs) else 0.0)
        for i, run in enumerate(runs)
    )


def clean(text: str) -> str:
    """Without control and direction-changing characters, which no chart needs."""
    return "".join(" " if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Cn") else c for c in text)


def _cost(run: str, after: str, *, spaced: bool) -> float | None:
    if after[0] in CLOSERS or run[-1] in OPENERS:
        return 0.0 if spaced else None
    if run[-1] in PAUSES:
        return 0.0
    if spaced:
        return 0.02 if run[-1] in ",.;:" else 0.06
    if not (is_wide(run[-1]) and is_wide(after[0])):
        return 0.6
    return 0.25


def wrap(
    text: str, size: float, language: str, room: float, *, most: int = 12, full: bool = False
) -> tuple[str, ...]:
    """Lines no wider than `room`, as few as possible and then balanced (or filled, for notes); at most `most`."""
    cut = pieces(text)
    if not cut:
        return ("",)
    cut = tuple(part for piece in cut for part in _split(piece, size, language, room))
    best = _lines(cut, size, language, room, balanced=not full)
    if len(best) > most:
        return (*best[: most - 1], _ending(text, size, language, room))
    return best


def _ending(text: str, size: float, language: str, room: float) -> str:
    """The end of a text that is too long: what tells long names apart usually stands last."""
    tail = " ".join(clean(text).split())
    while tail and fonts.width("…" + tail, size, language) > room:
        tail = tail[1:].lstrip()
    return "…" + tail


def _split(piece: Piece, size: float, language: str, room: float) -> tuple[Piece, ...]:
    """A run wider than the line is cut wherever it must be."""
    if fonts.width(piece.text, size, language) <= room:
        return (piece,)
    parts, start = [], 0
    for end in range(1, len(piece.text) + 1):
        if end > start + 1 and fonts.width(piece.text[start:end], size, language) > room:
            parts.append(Piece(piece.text[start : end - 1], space=False, cost=0.5))
            start = end - 1
    return (*parts, Piece(piece.text[start:], piece.space, piece.cost))


def _join(cut: tuple[Piece, ...]) -> str:
    return "".join(piece.text + (" " if piece.space else "") for piece in cut).rstrip()


def _lines(
    cut: tuple[Piece, ...], size: float, language: str, room: float, *, balanced: bool
) -> tuple[str, ...]:
    """The best way to break, by dynamic programming over all break places."""
    n = len(cut)
    reach: list[tuple[int, float, int]] = [(10**6, 0.0, -1)] * (n + 1)
    reach[0] = (0, 0.0, -1)
    whole = fonts.width(_join(cut), size, language)
    n_least = max(1, -(-int(whole) // max(int(room), 1)))
    ideal = whole / n_least if balanced else room
    for end in range(1, n + 1):
        for start in range(end - 1, -1, -1):
            line = _join(cut[start:end])
            wide = fonts.width(line, size, language)
            if wide > room and end - start > 1:
                break
            cost = cut[end - 1].cost
            if cost is None:
                continue
            count, spent, _ = reach[start]
            slack = 0.0 if end == n and not balanced else ((ideal - wide) / room) ** 2
            option = (count + 1, spent + slack + (cost if end < n and balanced else 0.0), start)
            if option[:2] < reach[end][:2]:
                reach[end] = option
    lines, end = [], n
    while end > 0:
        start = reach[end][2] if reach[end][2] >= 0 else end - 1
        lines.append(_join(cut[start:end]))
        end = start
    return tuple(reversed(lines))


def shorten(text: str, size: float, language: str, room: float) -> str:
    """One line; where it does not fit, its middle gives way to an ellipsis."""
    line = " ".join(clean(text).split())
    if fonts.width(line, size, language) <= room:
        return line
    kept = len(line) - 1
    while kept > 1 and fonts.width(_middle(line, kept), size, language) > room:
        kept -= 1
    return _middle(line, kept)


def _middle(line: str, kept: int) -> str:
    tail = kept // 3
    return line[: kept - tail].rstrip() + "…" + (line[len(line) - tail :].lstrip() if tail else "")


def whole(name: str) -> str:
    """A name on one line as titles have it: never cut, since a cut name may be another's."""
    return " ".join(clean(name).split())
