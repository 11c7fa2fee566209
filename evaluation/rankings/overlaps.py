"""Keeps editions of overlapping periods or nested organisations from giving small counts away by subtraction.

A year told beside eleven of its months gives the twelfth. So each number of answers that a new edition would tell is
set against all that other cycles' editions have told: where a told number less others inside it, apart from each
other, leaves 1 to 9 answers, the unit is withheld, or only its answers by level are. Sampling errors could be
subtracted too, so where editions overlap the newer one tells them in two digits.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from evaluation.cycles.bindings import Binding
from evaluation.cycles.enums import BindingSource
from evaluation.cycles.models import Cycle
from evaluation.rankings.disclosure import LEAST, Release
from evaluation.rankings.models import Edition
from evaluation.rankings.queries import RunView, run_view
from evaluation.rankings.resident_cells import unit_of_organisations

JSON = dict[str, Any]
MOST_WAYS = 20_000
"""Ways of subtracting looked at for one number; where there are more, it is not told."""


@dataclass(frozen=True)
class Told:
    """A number of answers: whose, of which days, to which question; `n` is None where it was kept back.

    `is_rough` says that its sampling error was told in two digits, because an exact one says too much.
    """

    unit: str
    question: str
    organisations: frozenset[int]
    starts_on: dt.date
    ends_on: dt.date
    n: int | None
    levels: tuple[int, ...] = ()
    is_rough: bool = False

    def holds(self, other: "Told") -> bool:
        """Whether the other's answers are all among these."""
        return (
            self.question == other.question
            and self.organisations >= other.organisations
            and self.starts_on <= other.starts_on
            and other.ends_on <= self.ends_on
        )

    def is_apart(self, other: "Told") -> bool:
        """Whether no answer is in both."""
        return (
            not self.organisations & other.organisations
            or self.ends_on < other.starts_on
            or other.ends_on < self.starts_on
        )


@dataclass(frozen=True)
class Elsewhere:
    """What editions of other cycles have told of answers that a run counts too, and by which formulas."""

    told: tuple[Told, ...] = ()
    formulas: tuple[str, ...] = ()


def elsewhere(view: RunView) -> Elsewhere:
    """Everything published of answers that this run, or an edition it meets, counts; nothing where none meet."""
    cycle = view.cycle
    rows = Edition.objects.exclude(cycle=cycle).select_related("cycle", "run__cycle").defer("pages")
    waiting = {edition.pk: edition for edition in rows.order_by("pk")}
    spans = [(cycle.starts_on, cycle.ends_on)]
    organisations = cache(_organisations)  # several editions share a cycle, and each is asked more than once
    whose = organisations(cycle)
    met: dict[int, Edition] = {}
    grown = True
    while grown:
        near = [
            one for one in waiting.values() if _is_near(one.cycle, spans) and whose & organisations(one.cycle)
        ]
        for one in near:
            met[one.pk] = waiting.pop(one.pk)
            spans.append((one.cycle.starts_on, one.cycle.ends_on))
            whose = whose | organisations(one.cycle)
        grown = bool(near)
    told: list[Told] = []
    formulas: dict[str, None] = {}
    for _pk, edition in sorted(met.items()):
        other = run_view(edition.run)
        told += told_of(other, edition.pages)
        formulas |= dict.fromkeys(binding.formula for binding in _asked(other).values())
    return Elsewhere(tuple(dict.fromkeys(told)), tuple(formulas))


def _is_near(cycle: Cycle, spans: Iterable[tuple[dt.date, dt.date]]) -> bool:
    return any(cycle.starts_on <= last and first <= cycle.ends_on for first, last in spans)


def _organisations(cycle: Cycle) -> frozenset[int]:
    return frozenset(unit_of_organisations(list(cycle.units.all())))


def _asked(view: RunView) -> dict[str, Binding]:
    return {code: one for code, one in view.bindings.items() if one.source == BindingSource.TALLY}


def told_of(view: RunView, pages: JSON) -> Iterator[Told]:
    """The numbers of answers of an edition, told or kept back, and its answers by level."""
    rows, rough = {row["unit"]: row for row in pages["ranking"]}, set(pages.get("rough_errors") or [])
    for one in counted(view):
        cell = rows[one.unit]["cells"][one.code] if one.unit in rows else {}
        levels = (pages["units"].get(one.unit) or {}).get("levels")
        yield replace(
            one.told,
            n=None if cell.get("n") is None else one.told.n,
            levels=tuple(row["n"] for row in reversed(levels["rows"])) if levels else (),
            is_rough=one.unit in rough,
        )


@dataclass(frozen=True)
class Counted:
    """The number of answers behind one unit's figure at one part of the score."""

    unit: str
    code: str
    told: Told


def counted(view: RunView) -> Iterator[Counted]:
    """Every number of answers of a run, with the organisations it was counted over."""
    below: dict[str, set[int]] = {}
    for organisation, unit in unit_of_organisations(list(view.cycle.units.all())).items():
        below.setdefault(unit, set()).add(organisation)
    days = view.cycle.starts_on, view.cycle.ends_on
    for code, binding in _asked(view).items():
        for unit, cell in sorted(view.cells.get(code, {}).items()):
            if cell.n:
                whose = frozenset(below.get(unit, ()))
                yield Counted(unit, code, Told(unit, binding.question, whose, *days, round(cell.n)))


def kept_apart(
    view: RunView, levels: Mapping[str, tuple[int, ...]], allowed: Release, others: Elsewhere
) -> Release:
    """The release without what other editions, or another base in this one, would lay open; small units first."""
    new = sorted(counted(view), key=lambda one: (one.told.n or 0, one.unit, one.code))
    hidden = {one.unit for one in new if (one.told.n or 0) < LEAST} | allowed.withheld
    known = [*others.told, *(replace(one.told, n=None) for one in new if one.unit in hidden)]
    needs_rough = allowed.counted - allowed.exact_errors
    told: list[Counted] = []
    withheld: set[str] = set()
    for one in new:
        if one.unit in hidden | withheld:
            continue
        is_undone = one.unit in needs_rough and any(
            item.n is not None and not item.is_rough and item.holds(one.told) for item in others.told
        )
        if is_undone or is_open([*known, *(item.told for item in told)], one.told):
            withheld.add(one.unit)
            told = [item for item in told if item.unit != one.unit]
        else:
            told.append(one)
    before = [*known, *(item.told for item in told)]
    meeting = {one.unit: [item for item in others.told if not one.told.is_apart(item)] for one in new}
    meeting = {unit: met for unit, met in meeting.items() if met}
    closed = {
        unit
        for unit in allowed.shown - withheld
        if any(item.is_rough for item in meeting.get(unit, ()))
        or _lays_open(unit, levels.get(unit, ()), told, before)
    }
    if not withheld and not closed and not meeting:
        return allowed
    return replace(
        allowed,
        shown=allowed.shown - withheld - closed,
        total=False,
        counted=allowed.counted - withheld,
        exact_errors=allowed.exact_errors - withheld - closed - meeting.keys(),
        withheld=allowed.withheld | withheld,
    )


def _lays_open(unit: str, counts: tuple[int, ...], new: Sequence[Counted], told: Sequence[Told]) -> bool:
    """Whether some level's count, beside those told before, leaves 1 to 9 answers of that level.

    So do levels that count other answers than the unit's figures.
    """
    own = [one.told for one in new if one.unit == unit]
    if any(one.n != sum(counts) for one in own):
        return True
    for level, n in enumerate(counts if own else ()):
        mine = replace(own[0], n=n)
        rest = [replace(item, n=item.levels[level]) for item in told if len(item.levels) == len(counts)]
        if is_open(rest, mine):
            return True
    return False


def is_open(told: Sequence[Told], one: Told) -> bool:
    """Whether, with this one told too, a told number less told numbers inside it would leave a small count."""
    known = [item for item in told if item.n is not None]
    for whole in (one, *(item for item in known if item.holds(one))):
        inside = [item for item in known if item is not whole and whole.holds(item)]
        first = () if whole is one else (one,)
        small = [item for item in told if item.n is None and whole.holds(item)]
        for ways, family in enumerate(_families(inside, first)):
            rest = (whole.n or 0) - sum(item.n or 0 for item in family)
            n_small = sum(all(item.is_apart(part) for part in family) for item in small)
            if ways >= MOST_WAYS or _is_given_away(rest, n_small if family else 0):
                return True
    return False


def _is_given_away(rest: int, n_small: int) -> bool:
    """A remainder under ten, or one that leaves the small counts in it no choice."""
    return 0 < rest < LEAST or (n_small > 0 and rest == n_small * (LEAST - 1))


def _families(parts: Sequence[Told], chosen: tuple[Told, ...]) -> Iterator[tuple[Told, ...]]:
    """Every choice of parts no two of which share an answer, beginning with those chosen already."""
    yield chosen
    for at, part in enumerate(parts):
        if all(part.is_apart(other) for other in chosen):
            yield from _families(parts[at + 1 :], (*chosen, part))
