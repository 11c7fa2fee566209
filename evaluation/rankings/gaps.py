"""Gaps between units, peer groups and regions, and how fast they close from one cycle to the next."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from django.utils.translation import gettext as _

from evaluation.cycles.models import Cycle, Unit
from evaluation.rankings.explanations import CatchUp
from evaluation.rankings.queries import RankingRow, RunView, latest_run, run_view
from surveys.core.text import localized

MOST_CYCLES = 8
LEAST_GAP = 1.0
"""Points behind the first below which a rate of catching up says nothing."""


@dataclass(frozen=True)
class CycleGap:
    """The spread of scores in one cycle; `is_break` where its scheme differs from the cycle before."""

    name: str
    best: float
    worst: float
    spread: float
    n: int
    is_break: bool
    closed: float | None

    @property
    def width(self) -> float:
        return self.best - self.worst


@dataclass(frozen=True)
class UnitGap:
    """How far a unit is behind the best, now and a cycle ago, in points."""

    unit: str
    name: str
    gap: float
    before: float | None
    rate: float | None


@dataclass(frozen=True)
class GroupGap:
    """The mean score of a peer group or a region, with the distance between its best and its last."""

    name: str
    n: int
    mean: float
    width: float
    before: float | None

    @property
    def change(self) -> float | None:
        return None if self.before is None else self.mean - self.before


def series(view: RunView) -> list[RunView]:
    """The run and the latest official run of each cycle before it, the newest first."""
    found, cycle = [view], view.cycle.previous
    seen = {view.cycle.pk}
    while cycle is not None and cycle.pk not in seen and len(found) < MOST_CYCLES:
        seen.add(cycle.pk)
        run = latest_run(cycle)
        if run is not None:
            found.append(run_view(run))
        cycle = Cycle.objects.select_related("previous").get(pk=cycle.pk).previous
    return found


def _scores(view: RunView) -> dict[str, float]:
    return {row.unit: row.score for row in view.ranked if row.score is not None}


@dataclass(frozen=True)
class GapView:
    view: RunView

    @cached_property
    def views(self) -> list[RunView]:
        return series(self.view)

    @cached_property
    def before(self) -> RunView | None:
        """The cycle before, when its scores may be compared: the same scheme."""
        if len(self.views) < 2 or self.views[1].run.scheme_digest != self.view.run.scheme_digest:
            return None
        return self.views[1]

    @cached_property
    def cycles(self) -> list[CycleGap]:
        """The spread of each cycle, the oldest first, with the share of the gap that closed since the one before."""
        found: list[CycleGap] = []
        earlier: RunView | None = None
        for view in reversed(self.views):
            scores = list(_scores(view).values())
            if len(scores) < 2:
                continue
            is_break = earlier is not None and earlier.run.scheme_digest != view.run.scheme_digest
            width = max(scores) - min(scores)
            closed = None if is_break or not found else CatchUp(found[-1].width, width).share
            found.append(
                CycleGap(
                    view.cycle.name,
                    max(scores),
                    min(scores),
                    float(np.std(scores)),
                    len(scores),
                    is_break,
                    closed,
                )
            )
            earlier = view
        return found

    @cached_property
    def units(self) -> list[UnitGap]:
        """Points behind the best of the same cycle; the widest gap first."""
        now, then = _scores(self.view), _scores(self.before) if self.before else {}
        if not now:
            return []
        names = {row.unit: localized(row.names) for row in self.view.ranked}
        found = []
        for unit, score in now.items():
            gap = max(now.values()) - score
            old = max(then.values()) - then[unit] if unit in then else None
            rate = None if old is None or old < LEAST_GAP else CatchUp(old, gap).share
            found.append(UnitGap(unit, names[unit], gap, old, rate))
        return sorted(found, key=lambda row: (-row.gap, row.unit))

    @cached_property
    def groups(self) -> list[GroupGap]:
        return self._grouped(
            {row.unit: localized(row.peer_group) for row in self.view.rows if row.peer_group}
        )

    @cached_property
    def regions(self) -> list[GroupGap]:
        units = (
            Unit.objects.filter(cycle=self.view.cycle).select_related("organisation__region").order_by("code")
        )
        regions = {unit.code: unit.organisation.region for unit in units}
        return self._grouped({code: region.name for code, region in regions.items() if region is not None})

    def _grouped(self, label: dict[str, str]) -> list[GroupGap]:
        """Groups of at least two, where there is more than one."""
        if len(set(label.values())) < 2:
            return []
        then = _scores(self.before) if self.before else {}
        found = []
        for name in sorted(set(label.values())):
            scores = _of(self.view.ranked, label, name)
            if not scores:
                continue
            old = [score for unit, score in then.items() if label.get(unit) == name]
            found.append(
                GroupGap(
                    name, len(scores), float(np.mean(scores)), max(scores) - min(scores),
                    float(np.mean(old)) if old else None,
                )
            )  # fmt: skip
        return sorted(found, key=lambda group: -group.mean)

    @property
    def headline(self) -> str:
        if not self.cycles:
            return _("Too few units are ranked to speak of a gap")
        last = self.cycles[-1]
        points = f"{last.width:.1f}"
        if last.closed is None:
            return _("%(points)s points lie between the first and the last") % {"points": points}
        if last.closed >= 0:
            text = _("%(points)s points lie between the first and the last: %(share)s %% of the gap closed")
        else:
            text = _("%(points)s points lie between the first and the last: the gap grew by %(share)s %%")
        return text % {"points": points, "share": f"{100 * abs(last.closed):.0f}"}


def _of(rows: Iterable[RankingRow], label: dict[str, str], name: str) -> Sequence[float]:
    return [row.score for row in rows if label.get(row.unit) == name and row.score is not None]
