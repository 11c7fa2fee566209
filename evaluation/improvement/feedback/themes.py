"""The theme dictionary: which words stand for which theme, and which themes a comment touches."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from evaluation.improvement.feedback.tone import labelled
from evaluation.improvement.feedback.words import CHINESE, HERE, folded
from scoring.intervals import wilson
from surveys.core.digests import digest as digest_of

PHRASE_MARK = "_"


def shipped() -> list[dict[str, Any]]:
    """The themes that come with the system: code, names, words."""
    found: list[dict[str, Any]] = json.loads((HERE / "themes.json").read_text(encoding="utf-8"))
    return found


@dataclass(frozen=True)
class Dictionary:
    """Themes with their folded words: Chinese words match anywhere, Latin ones as whole words."""

    words: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, themes: Iterable[tuple[str, str]]) -> "Dictionary":
        """From pairs (code, words separated by spaces or lines)."""
        return cls(
            {
                code: tuple(dict.fromkeys(folded(word).replace(PHRASE_MARK, " ") for word in words.split()))
                for code, words in themes
            }
        )

    @property
    def digest(self) -> str:
        """Changes with every edit, so that months are read again."""
        return digest_of({code: list(words) for code, words in self.words.items()})

    def themes_of(self, text: str) -> tuple[str, ...]:
        """Codes of the themes a comment touches, in the order of the dictionary."""
        clean = folded(text)
        latin = " " + " ".join(_latin(clean)) + " "
        return tuple(
            code
            for code, words in self.words.items()
            if any(word in clean if CHINESE.search(word) else f" {word} " in latin for word in words)
        )


@lru_cache(maxsize=4096)
def _latin(clean: str) -> tuple[str, ...]:
    letters = "".join(letter if letter.isascii() and letter.isalnum() else " " for letter in clean)
    return tuple(letters.split())


@dataclass(frozen=True)
class Found:
    """How well themes are found: of the themes told by people those found, of those found the right ones."""

    n_told: int
    n_found: int
    n_right: int
    recall: tuple[float, float]
    precision: tuple[float, float]


def measured(dictionary: Dictionary) -> Found:
    """On the comments held out, whose themes a person wrote down; with Wilson's 95 % intervals."""
    n_told = n_found = n_right = 0
    for row in labelled("heldout"):
        told, found = set(filter(None, row.themes.split(","))), set(dictionary.themes_of(row.text))
        n_told, n_found, n_right = n_told + len(told), n_found + len(found), n_right + len(told & found)

    def interval(n: int) -> tuple[float, float]:
        lower, upper = wilson([n_right], [n]) if n else ([0.0], [1.0])
        return float(lower[0]), float(upper[0])

    return Found(n_told, n_found, n_right, interval(n_told), interval(n_found))
