"""Themes nobody thought of: words that stand out, and, where scikit-learn is installed, NMF topics.

Words are weighed by TF-IDF (Spärck Jones 1972). Topics come from non-negative matrix factorisation (Lee & Seung
1999) with a fixed start, so that the same comments give the same topics. Without scikit-learn only words are told.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from evaluation.improvement.feedback.words import keywords

FEWEST = 3
"""Comments a word must stand in to be told; one person's word is nobody's theme."""


@dataclass(frozen=True)
class Word:
    """A word, in how many comments it stands, and how much more often than elsewhere."""

    text: str
    n: int
    weight: float


@dataclass(frozen=True)
class Topic:
    """Words that come together, heaviest first, and how many comments are mostly about them."""

    words: tuple[str, ...]
    n: int


def can_find_topics() -> bool:
    """Whether scikit-learn, an optional extra, is installed."""
    return find_spec("sklearn") is not None


def outstanding(texts: Sequence[str], elsewhere: Sequence[str], most: int = 12) -> list[Word]:
    """Words of these comments by TF-IDF, idf counted over all comments: n · log((1 + N) / (1 + N with it))."""
    here = Counter(word for text in texts for word in keywords(text))
    everywhere = here + Counter(word for text in elsewhere for word in keywords(text))
    total = len(texts) + len(elsewhere)
    found = [
        Word(word, n, n * math.log((1 + total) / (1 + everywhere[word])))
        for word, n in here.items()
        if n >= FEWEST
    ]
    return sorted(found, key=lambda word: (-word.weight, word.text))[:most]


def topics(texts: Sequence[str], n_topics: int = 6, n_words: int = 6) -> list[Topic]:
    """NMF topics of these comments; none without scikit-learn or with too few comments."""
    told = [words for text in texts if (words := keywords(text))]
    if not can_find_topics() or len(told) < FEWEST * n_topics:
        return []
    vectors: Any = import_module("sklearn.feature_extraction.text")
    factors: Any = import_module("sklearn.decomposition")
    weigh = vectors.TfidfVectorizer(analyzer=list, min_df=FEWEST)
    try:
        table = weigh.fit_transform(told)
    except ValueError:  # no word stands in enough comments
        return []
    rank = min(n_topics, *table.shape)
    if rank < 2:
        return []
    split = factors.NMF(n_components=rank, init="nndsvda", random_state=0, max_iter=1000, tol=1e-3)
    shares = split.fit_transform(table)
    names = weigh.get_feature_names_out()
    main = Counter(int(row.argmax()) for row in shares if row.max() > 0)
    found = [
        Topic(tuple(str(names[i]) for i in part.argsort()[::-1][:n_words] if part[i] > 0), main[k])
        for k, part in enumerate(split.components_)
    ]
    return sorted((topic for topic in found if topic.n >= FEWEST), key=lambda topic: (-topic.n, topic.words))
