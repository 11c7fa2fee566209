"""Attacks published counts: every whole-number solution that agrees with all published statistics is searched."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

CLOSE = 1e-3
SOON, LONG = 5.0, 300.0
"""Seconds for looking near and for looking everywhere."""
Cells = tuple[tuple[str, ...], ...]


@dataclass
class Attack:
    """Unknown counts by name, and what was published of them as linear statements."""

    index: dict[tuple[str, ...], int] = field(default_factory=dict)
    rows: list[tuple[dict[int, float], float, float]] = field(default_factory=list)

    def cell(self, *name: str) -> int:
        return self.index.setdefault(name, len(self.index))

    def know(self, parts: dict[tuple[str, ...], float], low: float, high: float | None = None) -> None:
        """A published sum, exact or within bounds."""
        row = {self.cell(*name): weight for name, weight in parts.items()}
        self.rows.append((row, low, low if high is None else high))

    def range_of(self, name: tuple[str, ...]) -> tuple[int, int]:
        """Least and greatest whole count that agrees with everything, within the cell's own component."""
        inside, rows = self._component(self.index[name])
        place = {cell: i for i, cell in enumerate(sorted(inside))}
        matrix = np.zeros((len(rows), len(place)))
        low, high = np.empty(len(rows)), np.empty(len(rows))
        for i, (row, least, most) in enumerate(rows):
            for cell, weight in row.items():
                matrix[i, place[cell]] = weight
            low[i], high[i] = least - 1e-6, most + 1e-6
        goal = np.zeros(len(place))
        goal[place[self.index[name]]] = 1.0
        found = []
        for sign in (1, -1):
            answer = milp(
                sign * goal, constraints=LinearConstraint(matrix, low, high),
                integrality=np.ones(len(place)), bounds=Bounds(0, np.inf),
            )  # fmt: skip
            assert answer.success, answer.message
            found.append(round(sign * answer.fun))
        return found[0], found[1]

    def _component(self, start: int) -> tuple[set[int], list[tuple[dict[int, float], float, float]]]:
        inside, rows, grown = {start}, [], True
        while grown:
            rows = [row for row in self.rows if inside & set(row[0])]
            wider = inside.union(*(set(row[0]) for row in rows))
            grown, inside = wider != inside, wider
        return inside, rows


def pinned(
    attack: Attack,
    truth: dict[tuple[str, ...], int],
    sums: dict[str, Cells],
    group_of: Callable[[tuple[str, ...]], tuple[str, str]],
) -> list[str]:
    """The sums of cells that have one possible value, of those named; truth must agree with all that is known.

    Solutions found for one sum are tried on all others first, so that few programs are solved. Each cell has
    a place and a month: other counts are looked for in the sum's own place and months first.
    """
    known = Known(attack, truth, group_of)
    waiting = {name: known.goal(cells) for name, cells in sums.items()}
    found = []
    while waiting:
        name, goal = next(iter(waiting.items()))
        other = known.witness(goal)
        if other is None:
            found.append(name)
            del waiting[name]
        else:
            waiting = {key: one for key, one in waiting.items() if abs(one @ (other - known.true)) < 0.5}
    return found


class Known:
    """All that was published as one system, and the true counts that solve it."""

    def __init__(
        self,
        attack: Attack,
        truth: dict[tuple[str, ...], int],
        group_of: Callable[[tuple[str, ...]], tuple[str, str]],
    ) -> None:
        self.index = attack.index
        names = sorted(attack.index, key=attack.index.__getitem__)
        self.true = np.array([float(truth[name]) for name in names])
        groups = [group_of(name) for name in names]
        self.place, self.month = (np.array([one[side] for one in groups]) for side in (0, 1))
        entries = [
            (i, cell, weight) for i, (row, *_) in enumerate(attack.rows) for cell, weight in row.items()
        ]
        at, cells, weights = zip(*entries, strict=True)
        self.matrix = csr_array((weights, (at, cells)), shape=(len(attack.rows), len(attack.index)))
        self.low, self.high = (np.array([row[side] for row in attack.rows]) for side in (1, 2))
        bad = np.flatnonzero(~self._holds(self.true))
        assert not bad.size, f"the truth contradicts {attack.rows[bad[0]]}"
        linked = (abs(self.matrix) > 0).astype(float)
        self.part = connected_components(linked.T @ linked, directed=False)[1]

    def _holds(self, counts: np.ndarray) -> np.ndarray:
        found = self.matrix @ counts
        return (found >= self.low - CLOSE) & (found <= self.high + CLOSE)

    def goal(self, cells: Cells) -> np.ndarray:
        goal = np.zeros(len(self.true))
        for cell in cells:
            goal[self.index[cell]] += 1.0
        return goal

    def witness(self, goal: np.ndarray) -> np.ndarray | None:
        """Other whole counts that agree with everything and give the goal another value; None if there are none.

        Looked for where there are few possibilities first; only among all counts together can there be none.
        """
        for free in self._neighbourhoods(goal):
            if (found := self._other(goal, np.flatnonzero(free), SOON)) is not None:
                return found
        linked = np.flatnonzero(np.isin(self.part, self.part[goal != 0]))
        return self._other(goal, linked, LONG)

    def _neighbourhoods(self, goal: np.ndarray) -> Iterator[np.ndarray]:
        """The cells of the goal's own place and months, and with them one more month or place, or both."""
        place, month = (np.isin(of, of[goal != 0]) for of in (self.place, self.month))
        months = [self.month == one for one in sorted(set(self.month[~month]))]
        places = [self.place == one for one in sorted(set(self.place[~place]))]
        yield place & month
        yield from ((place | more) & month for more in places)
        yield from (place & (month | more) for more in months)
        yield from (place | more for more in (np.zeros_like(place), *places))

    def _other(self, goal: np.ndarray, cells: np.ndarray, patience: float) -> np.ndarray | None:
        """The same with only these cells free; the others stay true."""
        rows = np.flatnonzero(abs(self.matrix[:, cells]).sum(axis=1))
        inside, true = self.matrix[rows][:, cells], self.true[cells]
        fixed = self.matrix[rows] @ self.true - inside @ true
        for bounds in ((goal[cells] @ true + 1, np.inf), (-np.inf, goal[cells] @ true - 1)):
            answer = milp(
                np.zeros(len(cells)),
                constraints=[
                    LinearConstraint(inside, self.low[rows] - fixed, self.high[rows] - fixed),
                    LinearConstraint(goal[cells][None, :], *bounds),
                ],
                integrality=np.ones(len(cells)), bounds=Bounds(0, np.inf), options={"time_limit": patience},
            )  # fmt: skip
            assert answer.status in {0, 1, 2}, answer.message
            assert patience < LONG or answer.status != 1, f"no answer in {patience} s"
            if answer.x is not None:
                other = self.true.copy()
                other[cells] = np.round(answer.x)
                assert self._holds(other).all()
                return other
        return None
