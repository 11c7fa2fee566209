"""Decides which counts of an edition may be shown, so that no small one follows from all that is shown together.

A count of 1 to 9 people is small. Hiding it is not enough: it may follow from a unit's number of answers and its
score, from a total less the other units, or from the sampling error. So a statistic is released only if every
small count that it could give away has a witness: another set of whole, non-negative counts that agrees with
everything shown and differs in that count. A unit whose small counts follow from its own number of answers and its
own figures is withheld: it keeps its place and shows neither.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import combinations, product
from typing import Any

import numpy as np

from scoring.types import Floats, Ints

LEAST = 10
REACH = 3
SUPPORT = 4
MOST_EXTRA = 3
EXACT = 1e-9

Functional = tuple[float, ...]


@dataclass(frozen=True)
class Block:
    """One unit: its answers by level, and what is shown of them besides their number (sums of points by level)."""

    unit: str
    counts: tuple[int, ...]
    shown_sums: tuple[Functional, ...] = ()
    error_sums: tuple[Functional, ...] = ()

    @property
    def n(self) -> int:
        return sum(self.counts)

    @property
    def small(self) -> tuple[int, ...]:
        """Levels that hold so few answers that they are protected."""
        return tuple(level for level, count in enumerate(self.counts) if 0 < count < LEAST)


@dataclass(frozen=True)
class Release:
    """What may be shown: whole distributions by unit, the total over all units that count, exact errors by unit.

    withheld: units with ten answers or more whose figures about residents would still give a small count away.
    """

    shown: frozenset[str] = frozenset()
    counted: frozenset[str] = frozenset()
    total: bool = False
    exact_errors: frozenset[str] = field(default_factory=frozenset)
    withheld: frozenset[str] = field(default_factory=frozenset)


def release(blocks: Iterable[Block]) -> Release:
    """The most that may be shown; units with fewer than ten answers, or withheld, enter no total."""
    enough = [block for block in blocks if block.n >= LEAST]
    withheld = frozenset(block.unit for block in enough if follows_from_own(block))
    return replace(_release([block for block in enough if block.unit not in withheld]), withheld=withheld)


def follows_from_own(block: Block) -> bool:
    """Whether the unit's number of answers and its own figures leave a small count no second possibility."""
    return set(block.small) != _ambiguous(block, moves(_sums(block, with_errors=False)))


def _release(counted: Sequence[Block]) -> Release:
    hidden = [block for block in counted if block.small]
    open_ones = sorted(
        (block for block in counted if not block.small), key=lambda block: (block.n, block.unit)
    )
    exact = frozenset(
        block.unit for block in counted if not block.small or _safe_alone(block, with_errors=True)
    )
    everyone = frozenset(block.unit for block in counted)
    if len({len(block.counts) for block in counted}) > 1:
        return Release(frozenset(b.unit for b in open_ones), everyone, total=False, exact_errors=exact)
    for n_extra in range(min(MOST_EXTRA, len(open_ones)) + 1 if hidden else 1):
        closed = [*hidden, *open_ones[:n_extra]]
        if _safe_together(closed, exact):
            shown = frozenset(block.unit for block in open_ones[n_extra:])
            return Release(shown, everyone, total=bool(counted), exact_errors=exact)
    return Release(frozenset(b.unit for b in open_ones), everyone, total=False, exact_errors=exact)


def _sums(block: Block, *, with_errors: bool) -> tuple[Functional, ...]:
    ones = (1.0,) * len(block.counts)
    return (ones, *block.shown_sums, *(block.error_sums if with_errors else ()))


def _safe_alone(block: Block, *, with_errors: bool) -> bool:
    """Whether exact errors give away no small count that number and score had kept."""
    kept = _ambiguous(block, moves(_sums(block, with_errors=False)))
    return kept <= _ambiguous(block, moves(_sums(block, with_errors=with_errors)))


def _ambiguous(block: Block, steps: Ints) -> set[int]:
    """Small levels that some step changes without leaving a count below zero."""
    possible = steps[(np.array(block.counts) + steps >= 0).all(axis=1)]
    return {level for level in block.small if (possible[:, level] != 0).any()}


def _safe_together(closed: Sequence[Block], exact: frozenset[str]) -> bool:
    """Whether, with the total known, every small count still has a witness: a step here and its opposite there."""
    return all(set(block.small) <= _paired(block, closed, exact) for block in closed)


def _paired(block: Block, closed: Sequence[Block], exact: frozenset[str]) -> set[int]:
    found: set[int] = set()
    for other in closed:
        if other.unit == block.unit:
            continue
        sums = tuple(
            dict.fromkeys(
                (
                    *_sums(block, with_errors=block.unit in exact),
                    *_sums(other, with_errors=other.unit in exact),
                )
            )
        )
        steps = moves(sums)
        here = (np.array(block.counts) + steps >= 0).all(axis=1)
        there = (np.array(other.counts) - steps >= 0).all(axis=1)
        possible = steps[here & there]
        found |= {level for level in block.small if (possible[:, level] != 0).any()}
    return found


@lru_cache(maxsize=64)
def moves(sums: tuple[Functional, ...]) -> Ints:
    """Whole-number steps [M, K] that leave every sum as it is, of up to four levels and small size."""
    k = len(sums[0])
    table = np.array(sums)
    found: list[Ints] = [np.zeros((0, k), dtype=np.int64)]
    for levels in combinations(range(k), min(SUPPORT, k)):
        steps = _box(len(levels))
        still = np.abs(steps @ table[:, levels].T).max(axis=1) < EXACT * max(1.0, float(np.abs(table).max()))
        whole = np.zeros((int(still.sum()), k), dtype=np.int64)
        whole[:, levels] = steps[still]
        found.append(whole)
    every = np.unique(np.concatenate(found), axis=0)
    kept: Ints = every[(every != 0).any(axis=1)]
    return kept


@lru_cache(maxsize=4)
def _box(n: int) -> Ints:
    return np.array(list(product(range(-REACH, REACH + 1), repeat=n)), dtype=np.int64)


def rounded_error(error: float) -> float:
    """An error to two digits: enough to read, too little to solve for counts."""
    return float(f"{error:.1e}")


def squares(points: Floats) -> Functional:
    """The sum that a sampling error gives away."""
    return tuple(float(point) ** 2 for point in points)


JSON = dict[str, Any]


def without_small(pages: JSON, small: Mapping[str, frozenset[str]]) -> JSON:
    """The pages of units with a part about too few people, without everything that part would follow from.

    small: unit -> codes of its hidden parts. The parts above them, the score, trials of weights, lifts and changes
    go too; the place stays, as it says no more than that the score lies between two others.
    """
    if not small:
        return pages
    parents = {node["code"]: node["parent"] for node in pages["nodes"]}
    for row in pages["ranking"]:
        for code in _with_ancestors(small.get(row["unit"], frozenset()), parents):
            cell = row["cells"][code]
            cell |= {"raw": None, "points": None, "contribution": None, "n": None, "figure": ""}
            cell |= dict.fromkeys(("numerator", "denominator", "lower", "upper", "se") & cell.keys())
            cell["missing"] = cell["missing"] or pages["small_text"]
            if parents[code] is None:
                row |= {"score": None, "se": None}
                row["figures"].pop("score", None)
    for trial in pages["weights"]:
        trial["scores"] = {unit: score for unit, score in trial["scores"].items() if unit not in small}
    for unit in small:
        pages["units"][unit] |= {"lift": [], "change": None, "levels": None}
    return pages


def _with_ancestors(codes: Iterable[str], parents: Mapping[str, str | None]) -> Iterator[str]:
    seen: set[str] = set()
    for code in codes:
        at: str | None = code
        while at is not None and at not in seen:
            seen.add(at)
            yield at
            at = parents[at]
