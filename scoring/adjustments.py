"""What follows the mean: deductions, bonus, veto, full marks, minimum samples and grades, in this order."""

import math
from collections.abc import Mapping, Sequence

import numpy as np

from scoring.scales import same
from scoring.types import Adjustment, Bools, Floats, FullMarks, Grades, Samples, ScoringError

KINDS = ("deduction", "bonus", "veto")


def adjust(
    score: Floats, adjustments: Sequence[Adjustment], columns: Mapping[str, Floats]
) -> tuple[Floats, dict[str, Floats]]:
    """Score after deductions, then bonus, then veto, and the points each rule moved.

    score: [..., N]. A unit whose event column is empty has no score: nobody knows what happened there.
    """
    moved: dict[str, Floats] = {}
    for kind in KINDS:
        opening = score
        for rule in adjustments:
            if rule.kind != kind:
                continue
            moved[rule.code] = _points(rule, score, opening, columns[rule.column])
            score = score + moved[rule.code]
    return score, moved


def _points(rule: Adjustment, score: Floats, opening: Floats, events: Floats) -> Floats:
    if rule.kind == "veto":
        sets_to = score if rule.sets_to is None else rule.sets_to
        return np.where(np.isnan(events), np.nan, np.where(events > 0, sets_to - score, 0.0))
    amount = np.minimum(rule.each * events, np.inf if rule.cap is None else rule.cap)
    if rule.kind == "deduction":
        return np.broadcast_to(-amount, score.shape)
    if rule.opens_above is None:
        return np.broadcast_to(amount, score.shape)
    opened = (opening > rule.opens_above) & ~same(opening, rule.opens_above)
    return np.where(opened, amount, np.where(np.isnan(events), np.nan, 0.0))


def share_of_full(score: Floats, rule: FullMarks | None, groups: Mapping[str, Sequence[str]]) -> Floats:
    """Scores as percent of the full marks of the unit's group, so that groups can be compared."""
    if rule is None:
        return score
    marks = dict(rule.marks)
    share: Floats = 100.0 * score / np.array([marks[label] for label in groups[rule.column]])
    return share


def sample_states(rule: Samples | None, columns: Mapping[str, Floats], n_units: int) -> list[str | None]:
    """Why a unit's sample keeps it from being ranked: no_sample, not_shown, too_few, or None."""
    if rule is None:
        return [None] * n_units
    size = columns[rule.column]
    return [
        "no_sample"
        if np.isnan(n)
        else "not_shown"
        if n < rule.shown
        else "too_few"
        if n < rule.ranked
        else None
        for n in size.tolist()
    ]


def grade(
    compared: Floats,
    graded: Bools,
    rule: Grades | None,
    *,
    groups: Sequence[str] | None = None,
    best: str = "high",
    caps: Sequence[int | None] | None = None,
) -> list[str | None]:
    """Grade code of each unit, None where it is not graded; caps: best position a vetoed unit may hold."""
    if rule is None:
        return [None] * len(compared)
    places = np.full(len(compared), -1)
    if rule.by == "bands":
        places[graded] = _bands(compared[graded], rule, best)
    else:
        labels = np.array(groups if groups is not None else [""] * len(compared))
        for label in sorted(set(labels[graded].tolist())):
            here = np.flatnonzero(graded & (labels == label))
            places[here] = _quota(compared[here], rule, best)
    found: list[str | None] = []
    for unit, place in enumerate(places.tolist()):
        cap = caps[unit] if caps is not None else None
        last = place if cap is None or place < 0 else max(place, cap)
        found.append(rule.codes[last] if last >= 0 else None)
    return found


def _bands(compared: Floats, rule: Grades, best: str) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    """The first band whose mark the score reaches; -1 below them all."""
    place = np.full(len(compared), -1)
    for position in reversed(range(len(rule.bands))):
        mark = rule.bands[position][1]
        if mark is None:
            place[:] = position
        else:
            reached = (compared >= mark) if best == "high" else (compared <= mark)
            place[reached | same(compared, mark)] = position
    return place


def _quota(compared: Floats, rule: Grades, best: str) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    """Positions by quota; a tie at a cut takes the better grade; the first code asks for the floor as well."""
    n = len(compared)
    cuts = quota_cuts(rule, n)
    up = compared if best == "high" else -compared
    order = np.sort(up)
    n_better = np.array([int(np.sum((order > x) & ~same(order, x))) for x in up.tolist()])
    place = np.searchsorted(np.array(cuts), n_better, side="right")
    place = np.minimum(place, len(rule.shares) - 1)
    if rule.floor is not None:
        floor = rule.floor if best == "high" else -rule.floor
        place[(place == 0) & (up < floor) & ~same(up, floor)] = 1
    return place


def _whole(quota: float, how: str) -> int:
    """Rounded as asked, forgiving float noise: 0.1 of 30 units are three."""
    if how == "up":
        return math.ceil(quota - 1e-9)
    return math.floor(quota + (0.5 if how == "nearest" else 0.0) + 1e-9)


def quota_cuts(rule: Grades, n: int) -> list[int]:
    """Number of units that may hold each code or a better one; what rounding leaves goes to the last code."""
    shares = [1.0 if share is None else share for _, share in rule.shares]
    if rule.round == "cumulative":
        running = np.cumsum(shares)
        return [*(int(np.floor(s * n + 1e-9)) for s in running[:-1]), n]
    counts = [_whole(share * n, rule.round) for share in shares[:-1]]
    if sum(counts) > n:
        raise ScoringError(f"grades: rounded {rule.round}, the quotas ask for {sum(counts)} of {n} units")
    return [*np.cumsum(counts).tolist(), n]
