"""The tone of a comment, good, mixed or bad: a small model over words and a lexicon, measured, never above the level.

Binarised naive Bayes (Wang & Manning 2012) over words, pairs of letters and lexicon hits, with words after a
negation marked. A resident's own level always outranks it: `tone_of` reads the model only where nobody rated.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np

from evaluation.improvement.feedback.words import CHINESE, HERE, folded, script_of, tokens
from scoring.intervals import wilson
from scoring.types import Floats

SCRIPTS = ("zh-hans", "zh-hant", "en")
TONES = ("good", "mixed", "bad")
SMOOTHING = 0.5
FOLDS = 10
LATEST_HITS = 3
VERSION = "1"


@dataclass(frozen=True)
class Labelled:
    """A comment with the tone a person gave it and, where held out, the themes."""

    script: str
    tone: str
    text: str
    themes: str = ""


@dataclass(frozen=True)
class Accuracy:
    """How often the model agrees with people: share with Wilson's 95 % interval; `table` counts (told, read)."""

    name: str
    n: int
    n_right: int
    lower: float
    upper: float
    table: tuple[tuple[str, str, int], ...] = ()

    @property
    def share(self) -> float:
        return self.n_right / self.n if self.n else 0.0


@cache
def lexicon() -> dict[str, frozenset[str]]:
    """Words by their sign: + praise, - complaint, ~ half and half, ! negation."""
    found: dict[str, set[str]] = {"+": set(), "-": set(), "~": set(), "!": set()}
    for line in (HERE / "lexicon.txt").read_text(encoding="utf-8").splitlines():
        sign, *words = line.split()
        found[sign] |= {folded(word) for word in words}
    return {sign: frozenset(words) for sign, words in found.items()}


def features(text: str) -> frozenset[str]:
    """What the model looks at: words, negated words, pairs of neighbours, how often the lexicon hits."""
    words = tokens(text)
    signs = lexicon()
    found: set[str] = set()
    hits: Counter[str] = Counter()
    is_negated = False
    for word in words:
        found.add(f"not {word}" if is_negated else word)
        for sign in "+-~":
            if word in signs[sign]:
                hits["-" if is_negated and sign == "+" else sign] += 1
        is_negated = word in signs["!"]
    for left, right in pairwise(words):
        found.add(f"{left} {right}")
    for part in CHINESE.findall(folded(text)):
        found |= {part[i : i + 2] for i in range(len(part) - 1)}
    for sign, n in hits.items():
        found |= {f"{sign}{k}" for k in range(1, min(n, LATEST_HITS) + 1)}
    for sign in "+-~":
        if not hits[sign]:
            found.add(f"{sign}0")
    return frozenset(found)


@dataclass(frozen=True, eq=False)
class ToneModel:
    """Log odds of each tone by feature."""

    places: dict[str, int]
    weights: Floats
    prior: Floats

    @classmethod
    def learn(cls, rows: Sequence[Labelled]) -> "ToneModel":
        """From labelled comments: weights[feature, tone] = log((hits + a) / (tones' hits + a · features))."""
        seen = [features(row.text) for row in rows]
        places = {name: i for i, name in enumerate(sorted(set().union(*seen)))}
        counts = np.zeros((len(places), len(TONES)))
        totals = np.zeros(len(TONES))
        for row, found in zip(rows, seen, strict=True):
            tone = TONES.index(row.tone)
            totals[tone] += 1
            counts[[places[name] for name in found], tone] += 1
        smoothed = counts + SMOOTHING
        return cls(places, np.log(smoothed / smoothed.sum(axis=0)), np.log(totals / totals.sum()))

    def read(self, text: str) -> str:
        """The likeliest tone."""
        known = [self.places[name] for name in features(text) if name in self.places]
        return TONES[int(np.argmax(self.prior + self.weights[known].sum(axis=0)))]


@cache
def labelled(name: str) -> tuple[Labelled, ...]:
    """The comments of one file: "labelled" (the model learns from them) or "heldout" (it never does)."""
    lines = (HERE / f"{name}.tsv").read_text(encoding="utf-8").splitlines()[1:]
    return tuple(Labelled(*line.split("\t")) for line in lines)


@cache
def model() -> ToneModel:
    """The model the system uses; made when first asked for."""
    return ToneModel.learn(labelled("labelled"))


def tone_of(text: str, level: int | None = None) -> str:
    """The level where a resident gave one (4-5 good, 3 mixed, 1-2 bad), else what the model reads."""
    if level is not None:
        return "good" if level >= 4 else "bad" if level <= 2 else "mixed"
    return model().read(text)


def disagrees(text: str, level: int) -> bool:
    """Whether the words say the opposite of the level; something to look at, never to correct."""
    return {model().read(text), tone_of(text, level)} == {"good", "bad"}


def accuracy(name: str, pairs: Iterable[tuple[str, str]]) -> Accuracy:
    """From pairs (tone people gave, tone the model read)."""
    table = Counter(pairs)
    n, n_right = sum(table.values()), sum(k for (told, read), k in table.items() if told == read)
    lower, upper = (float(x[0]) for x in wilson([n_right], [n])) if n else (0.0, 1.0)
    return Accuracy(name, n, n_right, lower, upper, tuple((*pair, k) for pair, k in sorted(table.items())))


@cache
def measured() -> tuple[Accuracy, ...]:
    """Every labelled comment read by a model that never saw it: all, opposites only, by script."""
    judged = list(_judged())
    found = [accuracy("all", ((row.tone, read) for row, read in judged))]
    sure = [(row, read) for row, read in judged if row.tone != "mixed"]
    found.append(accuracy("opposites", ((row.tone, read) for row, read in sure)))
    found += [
        accuracy(script, ((row.tone, read) for row, read in judged if row.script == script))
        for script in SCRIPTS
    ]
    return tuple(found)


def _judged() -> Iterable[tuple[Labelled, str]]:
    """Tenfold over the learnt comments (every tenth left out in turn), then the comments held out for good."""
    rows = labelled("labelled")
    for fold in range(FOLDS):
        part = ToneModel.learn([row for i, row in enumerate(rows) if i % FOLDS != fold])
        yield from ((row, part.read(row.text)) for i, row in enumerate(rows) if i % FOLDS == fold)
    yield from ((row, model().read(row.text)) for row in labelled("heldout"))


def measured_on(rows: Iterable[tuple[str, int]]) -> tuple[Accuracy, ...]:
    """On an office's own ratings: (comment, level) pairs, the level taken as the truth; all, then by script."""
    judged = [(script_of(text), tone_of(text, level), model().read(text)) for text, level in rows]
    found = [accuracy("all", ((told, read) for _script, told, read in judged))]
    sure = [(told, read) for _script, told, read in judged if told != "mixed"]
    found.append(accuracy("opposites", sure))
    found += [
        accuracy(script, ((told, read) for one, told, read in judged if one == script)) for script in SCRIPTS
    ]
    return tuple(found)
