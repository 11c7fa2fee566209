"""Splits comments in both Chinese scripts and in English into the words that themes and tone are read from."""

import re
import unicodedata
from functools import cache
from pathlib import Path

import rjieba

HERE = Path(__file__).parent
CHINESE = re.compile(r"[\u3400-\u9fff]+")
LATIN = re.compile(r"[a-z]+(?:'[a-z]+)?")


@cache
def _folding() -> dict[int, str]:
    """Traditional characters in common use with their simplified form (derived from OpenCC, Apache 2.0)."""
    pairs = (HERE / "folding.txt").read_text(encoding="utf-8").replace("\n", "")
    return {ord(pairs[i]): pairs[i + 1] for i in range(0, len(pairs), 2)}


@cache
def stop_words() -> frozenset[str]:
    """Words too common to say anything."""
    return frozenset((HERE / "stopwords.txt").read_text(encoding="utf-8").split())


def folded(text: str) -> str:
    """One spelling for both scripts and all widths and cases; for comparing, never for showing."""
    return unicodedata.normalize("NFKC", text).casefold().translate(_folding())


def tokens(text: str) -> list[str]:
    """Words in the order they stand, Chinese ones cut by the dictionary, with stop words."""
    found: list[str] = []
    clean = folded(text)
    for part in re.findall(rf"{CHINESE.pattern}|{LATIN.pattern}", clean):
        found += rjieba.cut(part) if CHINESE.match(part) else [part]
    return found


def keywords(text: str) -> list[str]:
    """The words that say something, each once."""
    return list(dict.fromkeys(word for word in tokens(text) if word not in stop_words() and len(word) > 1))


def script_of(text: str) -> str:
    """zh-hans, zh-hant or en; a Chinese text is traditional when it holds a traditional form."""
    letters = CHINESE.findall(text)
    if not letters:
        return "en"
    return "zh-hant" if any(ord(letter) in _folding() for part in letters for letter in part) else "zh-hans"
