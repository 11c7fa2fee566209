"""Statistics that flag ratings for review: how unlikely a pattern is on honest data. Nothing is deleted here."""

import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from scoring.agreement import Agreement, cross_table, kappa
from scoring.intervals import newcombe
from scoring.significance import Outcome, cochran_mantel_haenszel, false_discovery, mcnemar, same_distribution
from scoring.special import binomial_tail, poisson_tail
from scoring.types import Floats, ScoringError

VERSION = "1"
BURST_P = 1e-5
RUN_P = 1e-4
COERCION_Q = 0.01
COERCION_ARM = 30
LOSS_POINTS = 0.05
LEAST_COVERAGE = 0.95
SIMILAR = 0.8
DUPLICATE_DAYS = 30
DUPLICATE_LETTERS = 8
SHIFT_P = 1e-4
SHIFT_V = 0.15
QUICK_P = 1e-4


@dataclass(frozen=True)
class Signal:
    """What one rule says of one thing: its statistic, p, q where many were tested, and whether to review it."""

    rule: str
    statistic: float
    p: float
    q: float | None
    flagged: bool
    version: str = VERSION


def bursts(counts: ArrayLike, expected: ArrayLike) -> list[Signal]:
    """Ratings per window against the number expected from that hour's finished cases: Poisson tail p < 1e-5."""
    k, mean = np.asarray(counts, dtype=np.float64), np.asarray(expected, dtype=np.float64)
    if np.any(mean < 0) or np.any(k < 0) or k.shape != mean.shape:
        raise ScoringError("Bursts need one count and one expected number of at least 0 for each window.")
    tails = poisson_tail(k, mean)
    return [
        Signal("burst", float(c), float(p), None, bool(p < BURST_P)) for c, p in zip(k, tails, strict=True)
    ]


def longest_run(levels: Sequence[int], top: int) -> int:
    """Longest unbroken row of `top` in the order given."""
    longest = current = 0
    for level in levels:
        current = current + 1 if level == top else 0
        longest = max(longest, current)
    return longest


def unbroken_run(length: int, n: int, peer_share: float) -> Signal:
    """A run of the top level where peers give it with share p0.

    A row of n ratings has about (n − length)(1 − p0) + 1 places where a run could begin, so the chance of
    one so long is at most that many times p0^length. Without it long series would be flagged for being long.
    """
    if not 0 <= peer_share <= 1 or not 0 <= length <= n:
        raise ScoringError(
            "A run needs a share between 0 and 1 and a length of at most the number of ratings."
        )
    starts = 1 + max(0, n - length) * (1 - peer_share)
    p = min(1.0, starts * peer_share**length) if length else 1.0
    return Signal("unbroken_run", float(length), p, None, p < RUN_P)


def counter_gaps(tables: Sequence[ArrayLike]) -> list[Signal]:
    """Counter against remote ratings of each unit: the sign of coercion.

    Each unit's tables [S, 2, 2] are [[counter top, counter other], [remote top, remote other]] by service ×
    month. Flagged when q < 0.01 over all units tested, the counter is the better one, and both arms hold 30.
    """
    return _stratified("counter_gap", tables)


def selective_invitations(
    tables: Sequence[ArrayLike], invited: ArrayLike, finished: ArrayLike
) -> list[Signal]:
    """Invitations by outcome: [[went well, invited], …] as [[well invited, well not], [badly invited, badly not]].

    Badly = overdue or refused. Flagged when q < 0.01, good cases are invited more often, and fewer than 95 %
    of finished cases were invited.
    """
    sent, cases = np.asarray(invited, dtype=np.float64), np.asarray(finished, dtype=np.float64)
    if sent.shape != (len(tables),) or cases.shape != sent.shape or np.any(sent > cases):
        raise ScoringError("Invitations need one number sent and one of finished cases for each unit.")
    gaps = sent < LEAST_COVERAGE * cases
    found = _stratified("selective_invitation", tables)
    return [
        Signal(s.rule, s.statistic, s.p, s.q, s.flagged and bool(gap))
        for s, gap in zip(found, gaps, strict=True)
    ]


def _stratified(rule: str, tables: Sequence[ArrayLike]) -> list[Signal]:
    arrays = [np.asarray(table, dtype=np.float64).reshape(-1, 2, 2) for table in tables]
    tested = np.array([a.sum(axis=(0, 2)).min(initial=np.inf) >= COERCION_ARM and len(a) > 0 for a in arrays])
    outcomes = [
        cochran_mantel_haenszel(a) if t else Outcome(0.0, 1.0, 1.0)
        for a, t in zip(arrays, tested, strict=True)
    ]
    q = false_discovery([o.p if t else np.nan for o, t in zip(outcomes, tested, strict=True)])
    signals = []
    for outcome, value in zip(outcomes, q, strict=True):
        flagged = bool(outcome.estimate > 1 and value < COERCION_Q)
        signals.append(
            Signal(rule, outcome.statistic, outcome.p, None if np.isnan(value) else float(value), flagged)
        )
    return signals


def loss_after_bad_tap(lost_bad: int, n_bad: int, lost_good: int, n_good: int) -> Signal:
    """Ratings begun but not finished after a bad first tap against a good one; Newcombe interval above 5 points."""
    if min(n_bad, n_good) == 0:
        return Signal("loss_after_bad_tap", 0.0, 1.0, None, flagged=False)
    lower, _ = newcombe(lost_bad, n_bad, lost_good, n_good)
    p = cochran_mantel_haenszel([[[lost_bad, n_bad - lost_bad], [lost_good, n_good - lost_good]]]).p
    return Signal("loss_after_bad_tap", float(lower), p, None, bool(lower > LOSS_POINTS))


def excess_share(rule: str, x: ArrayLike, n: ArrayLike, peer_share: ArrayLike) -> list[Signal]:
    """Units where more of n has a trait than the peers' share allows: exact binomial tail p < 1e-4.

    For ratings within ten seconds at a window device, answers in haste, and levels raised after a call back.
    """
    k, size = np.asarray(x, dtype=np.float64), np.asarray(n, dtype=np.float64)
    tails = binomial_tail(k, size, np.broadcast_to(np.asarray(peer_share, dtype=np.float64), k.shape))
    share = k / np.where(size > 0, size, np.nan)
    return [
        Signal(rule, float(s), float(p), None, bool(p < QUICK_P and s > 0))
        for s, p in zip(share, tails, strict=True)
    ]


def shift(recent: ArrayLike, own_past: ArrayLike) -> Signal:
    """Recent level counts against the unit's own ninety days: χ² with p < 1e-4 and Cramér's V ≥ 0.15."""
    outcome = same_distribution(recent, own_past)
    flagged = outcome.p < SHIFT_P and outcome.estimate >= SHIFT_V
    return Signal("shift", outcome.estimate, outcome.p, None, bool(flagged))


def straight_lines(answers: ArrayLike) -> np.ndarray:
    """Rows of answers [N, I] in which every given answer is the same; needs questionnaires of five or more items."""
    table = np.asarray(answers, dtype=np.float64)
    if table.ndim != 2 or table.shape[1] < 5:
        raise ScoringError("Straight lines are looked for only in questionnaires of five or more items.")
    given = (~np.isnan(table)).sum(axis=1) >= 5
    low, high = np.fmin.reduce(table, axis=1), np.fmax.reduce(table, axis=1)
    return np.asarray(given & (low == high))


def speeders(seconds: ArrayLike, n_items: int) -> np.ndarray:
    """Answers given in less than a third of the median time and under two seconds an item; five or more items.

    Times that are NaN are unknown: they move no median and are never hasty.
    """
    if n_items < 5:
        raise ScoringError("Speed is judged only for questionnaires of five or more items.")
    times = np.asarray(seconds, dtype=np.float64)
    return np.asarray((times < np.nanmedian(times) / 3) & (times < 2 * n_items))


def grams(text: str) -> frozenset[str]:
    """Runs of three letters of a text after compatibility folding, without case, spaces or punctuation."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    letters = "".join(c for c in folded if unicodedata.category(c)[0] in "LN")
    if len(letters) < DUPLICATE_LETTERS:
        return frozenset()  # "very good" is no copy of "very good"
    return frozenset(letters[i : i + 3] for i in range(len(letters) - 2))


def duplicates(
    texts: Sequence[str], units: Sequence[str], days: Sequence[int]
) -> list[tuple[int, int, float]]:
    """Pairs (earlier index, later index, similarity) of like comments on one unit within thirty days.

    Similarity is the Jaccard index of 3-grams, at least 0.8; a shared rare gram is looked up, not every pair.
    """
    if not len(texts) == len(units) == len(days):
        raise ScoringError("Duplicates need a unit and a day for each text.")
    sets = [grams(text) for text in texts]
    frequency: dict[str, int] = defaultdict(int)
    for found in sets:
        for gram in found:
            frequency[gram] += 1
    index: dict[tuple[str, str], list[int]] = defaultdict(list)
    pairs: list[tuple[int, int, float]] = []
    for i, found in enumerate(sets):
        # Sets at least 0.8 alike share one of any ⌊0.2·n⌋ + 1 grams: the rarest are the cheapest to look up.
        rarest = sorted(found, key=lambda gram: (frequency[gram], gram))[
            : int((1 - SIMILAR) * len(found) + 1e-9) + 1
        ]
        candidates = {j for gram in rarest for j in index[units[i], gram]}
        for j in sorted(candidates):
            if abs(days[i] - days[j]) <= DUPLICATE_DAYS:
                alike = len(found & sets[j]) / len(found | sets[j])
                if alike >= SIMILAR:
                    pairs.append((j, i, alike))
        for gram in rarest:
            index[units[i], gram].append(i)
    return pairs


def reused(keys: Sequence[str], limit: int, allowed: frozenset[str] = frozenset()) -> dict[str, int]:
    """Devices or networks that gave more than `limit` ratings, without the halls and kiosks that are allowed to."""
    tally: dict[str, int] = defaultdict(int)
    for key in keys:
        if key not in allowed:
            tally[key] += 1
    return {key: n for key, n in sorted(tally.items()) if n > limit}


@dataclass(frozen=True)
class Audit:
    """A blind call-back: agreement of recorded and repeated levels, and the score moved by what was found."""

    agreement: Agreement
    better_recorded: Outcome
    shift_points: float
    adjusted_score: float


def call_back_audit(recorded: Sequence[int], repeated: Sequence[int], levels: int, score: float) -> Audit:
    """Weighted κ (quadratic) and McNemar of better against worse; score 0-100 less the mean overstatement."""
    table: Floats = cross_table(recorded, repeated, levels)
    first, second = np.asarray(recorded, dtype=np.float64), np.asarray(repeated, dtype=np.float64)
    if len(first) == 0:
        raise ScoringError("An audit by call-back needs at least one case.")
    points = float((first - second).mean()) * 100 / (levels - 1)
    better = mcnemar(int((first > second).sum()), int((first < second).sum()))
    return Audit(kappa(table, "quadratic"), better, points, min(100.0, max(0.0, score - points)))
